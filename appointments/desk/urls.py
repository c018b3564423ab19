"""The desk in the back office, under /amt/schalter/."""

from django.urls import path

from appointments.desk.views import booking, changes, counter, day, feeds, figures, hours, people

urlpatterns = [
    path("", day.home, name="home"),
    path("hilfe/", day.keys, name="keys"),
    path("plaetze/", counter.counters, name="counters"),
    path("platz/<int:pk>/", counter.counter, name="counter"),
    path("platz/<int:pk>/tun/", counter.act, name="counter_act"),
    path("<slug:office>/tag/", day.day, name="day"),
    path("<slug:office>/tag/<isodate:on>/", day.day, name="day_on"),
    path("<slug:office>/tun/", day.act, name="act"),
    path("<slug:office>/nummer/", people.ticket, name="ticket"),
    path("<slug:office>/nummer/<int:pk>/", people.given, name="given"),
    path("<slug:office>/woche/", day.week, name="week"),
    path("<slug:office>/person/<int:pk>/", people.person, name="person"),
    path("<slug:office>/person/<int:pk>/weiter/", people.forward, name="forward"),
    path("<slug:office>/halle/", day.hall_screens, name="screens"),
    path("<slug:office>/buchen/", booking.book, name="book"),
    path("<slug:office>/gebucht/<int:pk>/", booking.booked, name="booked"),
    path("<slug:office>/gebucht/<int:pk>/aendern/", changes.change, name="change"),
    path("zeiten/", hours.home, name="hours_home"),
    path("<slug:office>/zeiten/", hours.overview, name="hours"),
    path("<slug:office>/zeiten/schliessen/", hours.close, name="close"),
    path("<slug:office>/zeiten/abwesenheit/", hours.absence, name="absence"),
    path("<slug:office>/zeiten/tage/", hours.special_day, name="special_day"),
    path("<slug:office>/zeiten/aufheben/<slug:kind>/<int:pk>/", hours.lift, name="lift"),
    path("<slug:office>/zeiten/ausserhalb/", hours.decide, name="decide"),
    path("<slug:office>/zeiten/woche/<int:pool>/", hours.weekly, name="weekly"),
    path("<slug:office>/zeiten/aenderung/<int:pk>/", hours.change, name="hours_change"),
    path("<slug:office>/zeiten/aenderung/<int:pk>/zurueck/", hours.undo, name="hours_undo"),
    path("statistik/", figures.report, name="figures"),
    path("kalender/", feeds.mine, name="feeds"),
    path("kalender/<int:pk>/schliessen/", feeds.revoke, name="feed_revoke"),
    path("kalender/<str:token>.ics", feeds.read, name="feed"),
]
