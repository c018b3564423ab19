"""The editors' pages, under /amt/wissen/."""

from django.urls import path

from knowledge.editing import editor_views, report_views, step_views

app_name = "knowledge_office"

urlpatterns = [
    path("", step_views.articles, name="articles"),
    path("neu/", step_views.new, name="new"),
    path("<int:pk>/", editor_views.edit, name="edit"),
    path("<int:pk>/vorschau/", editor_views.show_preview, name="preview"),
    path("<int:pk>/versionen/", editor_views.versions, name="versions"),
    path("<int:pk>/schritt/", step_views.step, name="step"),
    path("<int:pk>/zustaendig/", step_views.keeper, name="keeper"),
    path("fragen/<int:pk>/entfernen/", step_views.detach, name="detach"),
    path("berichte/", report_views.show, name="reports"),
    path("berichte/<slug:name>/", report_views.show, name="report"),
    path("rueckmeldungen/monat/", report_views.month, name="month"),
    path("suchwort/", report_views.word, name="word"),
    path("suchwort/zuordnen/", report_views.attach, name="attach"),
    path("suchwort/artikel/", report_views.start, name="start"),
    path("rueckmeldungen/erledigt/", report_views.settle, name="settle"),
]
