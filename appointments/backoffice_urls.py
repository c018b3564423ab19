"""Pages of the appointment service in the back office, at /amt/termine/."""

from django.urls import path

from appointments.views import office

urlpatterns = [
    path("auffaellig/", office.clusters, name="clusters"),
    path("abholbereit/", office.ready_documents, name="ready"),
]
