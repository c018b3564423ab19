"""The editor's loop in the back office, under /amt/assistent/."""

from django.urls import path

from knowledge.assistant import office_views

urlpatterns = [
    path("", office_views.questions, name="questions"),
    path("zuordnen/", office_views.cure, name="cure"),
]
