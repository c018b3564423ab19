"""The assistant's page, under /fragen/."""

from django.urls import path

from knowledge.assistant import views

app_name = "assistant"

urlpatterns = [
    path("", views.ask, name="ask"),
    path("bewerten/", views.rate, name="rate"),
]
