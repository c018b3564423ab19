"""All ways into the house. Public pages carry the language as a prefix, machines and clerks do not."""

from importlib.util import find_spec

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLResolver, include, path, re_path

from portal import backoffice, views
from portal.gate import routes

handler400 = "portal.gate.errors.bad_request"
handler403 = "portal.gate.errors.permission_denied"
handler404 = "portal.gate.errors.not_found"
handler429 = "portal.gate.errors.too_many"  # asked for by the sign-in
handler500 = "portal.gate.errors.server_error"


def room(prefix: str, module: str, namespace: str) -> list[URLResolver]:
    """The routes of one service, if it has this kind of routes."""
    if find_spec(module) is None:
        return []
    return [routes.include_shared(prefix, module, app_name=namespace, namespace=namespace)]


urlpatterns = [
    *room("", "portal.machine_urls", "portal_machine"),
    *room("open311/", "complaints.open311.urls", "complaints_machine"),
    *room("", "knowledge.machine_urls", "knowledge_machine"),
    *room("", "appointments.machine_urls", "appointments_machine"),
    *room("amt/termine/", "appointments.backoffice_urls", "appointments_office"),
    *room("amt/schalter/", "appointments.desk.urls", "desk"),
    *room("amt/anliegen/", "complaints.backoffice_urls", "complaints_office"),
    *room("amt/wissen/", "knowledge.backoffice_urls", "knowledge_office"),
    path("amt/tastatur/", backoffice.site.admin_view(backoffice.keyboard), name="keyboard"),
    *([path("amt/konto/", include("portal.staff.account_urls"))] if settings.STAFF_ACCOUNTS else []),
    *room("amt/assistent/", "knowledge.assistant.backoffice_urls", "assistant_office"),
    routes.include_shared("amt/", backoffice.site.urls[0], app_name="admin", namespace=backoffice.site.name),
    re_path(r"^farben/(?P<colour>[0-9a-fA-F]{6})\.css$", views.accent, name="accent"),
    path("logo", views.logo, name="logo"),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("info/<slug:page>/", views.legal, name="legal"),
        path("aemter/", views.offices, name="offices"),
        *room("termine/", "appointments.urls", "appointments"),
        *room("halle/", "appointments.desk.hall_urls", "hall"),
        *room("anliegen/", "complaints.urls", "complaints"),
        *room("fragen/", "knowledge.assistant.urls", "assistant"),
        *room("", "knowledge.urls", "knowledge"),
        prefix_default_language=False,
    ),
]
