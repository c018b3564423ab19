"""The clerks' pages, under /amt/anliegen/."""

from django.urls import path, re_path

from complaints.views import dashboard, desk, desk_more

app_name = "complaints_office"
urlpatterns = [
    path("", desk.index, name="inbox"),
    path("karte.json", desk.marks, name="marks"),
    path("neu/", desk_more.new, name="new"),
    path("sammeln/", desk_more.many, name="many"),
    path("sammeln/zurueck/", desk_more.undo, name="undo"),
    path("filter/", desk_more.save_filter, name="save_filter"),
    path("probe/", desk_more.rehearse, name="rehearse"),
    path("jahr/", desk_more.year, name="year"),
    path("jahr/<int:number>/", desk_more.year, name="year_of"),
    path("fall/<str:number>/", desk.case, name="case"),
    path("fall/<str:number>/vorlage/", desk.template, name="template"),
    re_path(
        r"^fall/(?P<number>[^/]+)/foto/(?P<key>[0-9a-f-]{36})-(?P<form>gross|klein|oeffentlich)\.jpg$",
        desk.photo,
        name="photo",
    ),
    path("fall/<str:number>/datei/<uuid:key>/", desk.attachment, name="attachment"),
    path("fall/<str:number>/<slug:deed>/", desk.act, name="act"),
    path("berichte/", dashboard.dashboard, name="dashboard"),
    path("berichte/<slug:table>.csv", dashboard.dashboard_csv, name="dashboard_csv"),
]
