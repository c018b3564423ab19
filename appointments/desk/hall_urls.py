"""The hall: call display and kiosk, under /halle/. Public, and without a single name."""

from django.urls import path

from appointments.desk.views import hall

urlpatterns = [
    path("<slug:office>/anzeige/", hall.display, name="display"),
    path("terminal/<str:token>/", hall.kiosk, name="kiosk"),
    path("terminal/<str:token>/anmelden/", hall.check_in, name="check_in"),
    path("terminal/<str:token>/nummer/", hall.take_number, name="take_number"),
    path("terminal/<str:token>/willkommen/<str:ticket>/", hall.welcome, name="welcome"),
    path("terminal/<str:token>/hilfe/", hall.ask_for_help, name="ask_for_help"),
]
