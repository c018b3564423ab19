"""Public pages about reports, under /anliegen/."""

from django.urls import path, re_path

from complaints.views import follow, mine, opendata, places, public, report

app_name = "complaints"
urlpatterns = [
    path("", public.index, name="list"),
    path("karte.json", public.marks, name="marks"),
    re_path(r"^feed\.(?P<form>atom|rss)$", opendata.feed, name="feed"),
    path("anliegen.csv", opendata.table, name="csv"),
    path("anliegen.geojson", opendata.geojson, name="geojson"),
    path("adressen.json", places.addresses, name="addresses"),
    path("plan.json", places.drawing, name="plan"),
    path("position.json", places.position, name="position"),
    path("finden/", public.find, name="find"),
    path("folgen/", follow.follow_area, name="follow"),
    path("folgen/<str:token>/", follow.following_page, name="following"),
    path("melden/", report.what, name="report"),
    path("melden/<uuid:key>/", report.what, name="report_again"),
    path("melden/<uuid:key>/ort/", report.where, name="report_where"),
    path("melden/<uuid:key>/fragen/", report.questions, name="report_questions"),
    path("melden/<uuid:key>/senden/", report.send, name="report_send"),
    path("mein/<str:token>/", mine.mine, name="mine"),
    path("mein/<str:token>/gesendet/", mine.sent, name="sent"),
    path("mein/<str:token>/antworten/", mine.answer, name="answer"),
    path("mein/<str:token>/oeffnen/", mine.reopen, name="reopen"),
    path("mein/<str:token>/umfrage/", mine.survey, name="survey"),
    re_path(r"^mein/(?P<token>[^/]+)/(?P<deed>confirm|withdraw|quiet)/$", mine.change, name="change"),
    path("mein/<str:token>/foto/<uuid:key>.jpg", mine.photo, name="my_photo"),
    path("foto/<uuid:key>.jpg", public.photo, name="photo"),
    path("<str:number>/", public.case, name="case"),
    path("<str:number>/auch/", follow.me_too, name="me_too"),
    path("<str:number>/folgen/", follow.follow_case, name="follow_case"),
]
