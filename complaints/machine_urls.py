"""Addresses for programs: no language prefix."""

from django.urls import include, path

app_name = "complaints_machine"
urlpatterns = [path("open311/", include("complaints.open311.urls"))]
