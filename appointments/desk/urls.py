"""The desk in the back office, under /amt/schalter/."""

from django.urls import path

from appointments.desk import counter_views, day_views

urlpatterns = [
    path("", day_views.home, name="home"),
    path("hilfe/", day_views.keys, name="keys"),
    path("plaetze/", counter_views.counters, name="counters"),
    path("platz/<int:pk>/", counter_views.counter, name="counter"),
    path("platz/<int:pk>/tun/", counter_views.act, name="counter_act"),
    path("verlassen/", counter_views.stand_up, name="stand_up"),
    path("<slug:office>/tag/", day_views.day, name="day"),
    path("<slug:office>/tag/<isodate:on>/", day_views.day, name="day_on"),
    path("<slug:office>/tun/", day_views.act, name="act"),
    path("<slug:office>/nummer/", day_views.ticket, name="ticket"),
    path("<slug:office>/woche/", day_views.week, name="week"),
    path("<slug:office>/person/<int:pk>/", day_views.person, name="person"),
    path("<slug:office>/halle/", day_views.hall_screens, name="screens"),
]
