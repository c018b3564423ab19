"""The clerks' pages, under /amt/anliegen/."""

from django.urls import path

from complaints.views import dashboard

app_name = "complaints_office"
urlpatterns = [
    path("berichte/", dashboard.dashboard, name="dashboard"),
    path("berichte/<slug:table>.csv", dashboard.dashboard_csv, name="dashboard_csv"),
]
