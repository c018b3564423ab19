"""The hall: call display and kiosk, under /halle/. Public, and without a single name."""

from django.urls import path

from appointments.desk import hall_views

urlpatterns = [
    path("<slug:office>/anzeige/", hall_views.display, name="display"),
    path("terminal/<str:token>/", hall_views.kiosk, name="kiosk"),
    path("terminal/<str:token>/anmelden/", hall_views.check_in, name="check_in"),
    path("terminal/<str:token>/nummer/", hall_views.take_number, name="take_number"),
    path("terminal/<str:token>/willkommen/<str:ticket>/", hall_views.welcome, name="welcome"),
    path("terminal/<str:token>/hilfe/", hall_views.ask_for_help, name="ask_for_help"),
]
