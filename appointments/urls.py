"""The citizen's pages at /termine/."""

from django.urls import path

from appointments.views import choosing, details, mine, moving, waiting

urlpatterns = [
    path("", choosing.start, name="start"),
    path("link/", waiting.lost_link, name="lost_link"),
    path("link/gesendet/", waiting.lost_link_sent, name="lost_link_sent"),
    path("neu/<slug:slug>/", choosing.what, name="what"),
    path("neu/<slug:slug>/zeiten/", choosing.times, name="times"),
    path("neu/<slug:slug>/halten/", choosing.hold, name="hold"),
    path("neu/<slug:slug>/warteliste/", waiting.join, name="join"),
    path("reservierung/<str:token>/", details.details, name="details"),
    path("reservierung/<str:token>/pruefen/", details.check, name="check"),
    path("reservierung/<str:token>/verlaengern/", details.extend, name="extend"),
    path("reservierung/<str:token>/freigeben/", details.release, name="release"),
    path("mein/<str:token>/", mine.show, name="mine"),
    path("mein/<str:token>/bestaetigen/", mine.confirm, name="confirm"),
    path("mein/<str:token>/adresse/", mine.address, name="address"),
    path("mein/<str:token>/absagen/", mine.cancel, name="cancel"),
    path("mein/<str:token>/verschieben/", moving.move, name="move"),
    path("mein/<str:token>/aendern/", moving.change, name="change"),
    path("mein/<str:token>/frueher/", mine.earlier, name="earlier"),
    path("mein/<str:token>/termin.ics", mine.calendar, name="calendar"),
    path("mein/<str:token>/code.svg", mine.code, name="code"),
    path("mein/<str:token>/drucken/", mine.paper, name="paper"),
    path("warteliste/gemerkt/", waiting.sent, name="waiting_sent"),
    path("warteliste/angebot/<str:token>/", waiting.offer, name="offer"),
    path("warteliste/<str:token>/", waiting.entry, name="entry"),
]
