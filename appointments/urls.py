"""The citizen's pages at /termine/."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def later(request: HttpRequest, token: str = "") -> HttpResponse:
    raise Http404


urlpatterns = [
    path("", later, name="start"),
    path("mein/<str:token>/", later, name="mine"),
    path("mein/<str:token>/bestaetigen/", later, name="confirm"),
    path("warteliste/angebot/<str:token>/", later, name="offer"),
    path("warteliste/<str:token>/", later, name="entry"),
]
