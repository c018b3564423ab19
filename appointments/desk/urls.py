"""The desk in the back office, under /amt/schalter/."""

from django.urls import path

from appointments.desk import (
    booking_views,
    counter_views,
    day_views,
    feed_views,
    feeds,
    figures_views,
    hours_views,
    people_views,
)

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
    path("<slug:office>/nummer/", people_views.ticket, name="ticket"),
    path("<slug:office>/nummer/<int:pk>/", people_views.given, name="given"),
    path("<slug:office>/woche/", day_views.week, name="week"),
    path("<slug:office>/person/<int:pk>/", people_views.person, name="person"),
    path("<slug:office>/person/<int:pk>/weiter/", people_views.forward, name="forward"),
    path("<slug:office>/halle/", day_views.hall_screens, name="screens"),
    path("<slug:office>/buchen/", booking_views.book, name="book"),
    path("<slug:office>/gebucht/<int:pk>/", booking_views.booked, name="booked"),
    path("zeiten/", hours_views.home, name="hours_home"),
    path("<slug:office>/zeiten/", hours_views.overview, name="hours"),
    path("<slug:office>/zeiten/schliessen/", hours_views.close, name="close"),
    path("<slug:office>/zeiten/abwesenheit/", hours_views.absence, name="absence"),
    path("<slug:office>/zeiten/tage/", hours_views.special_day, name="special_day"),
    path("<slug:office>/zeiten/aufheben/<slug:kind>/<int:pk>/", hours_views.lift, name="lift"),
    path("<slug:office>/zeiten/woche/<int:pool>/", hours_views.weekly, name="weekly"),
    path("<slug:office>/zeiten/aenderung/<int:pk>/", hours_views.change, name="hours_change"),
    path("<slug:office>/zeiten/aenderung/<int:pk>/zurueck/", hours_views.undo, name="hours_undo"),
    path("statistik/", figures_views.report, name="figures"),
    path("kalender/", feed_views.mine, name="feeds"),
    path("kalender/<int:pk>/schliessen/", feed_views.revoke, name="feed_revoke"),
    path("kalender/<str:token>.ics", feeds.read, name="feed"),
]
