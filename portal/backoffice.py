"""The back office: Django admin's frame with the city's name, our navigation and our own pages inside."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect

from portal import access, pages, registries, throttle
from portal.models import UnsentWords

View = Callable[..., HttpResponse]
SECTIONS = {  # of the dashboard, by the application of the permission
    "appointments": _("My appointments"),
    "desk": _("My appointments"),
    "complaints": _("My cases"),
    "knowledge": _("My articles"),
    "assistant": _("My articles"),
    "portal": _("The house"),
}

PLACES = {  # of the navigation, in the same way
    "appointments": _("Appointments"),
    "desk": _("Appointments"),
    "complaints": _("Cases and reports"),
    "knowledge": _("Texts and answers"),
    "assistant": _("Texts and answers"),
    "portal": _("The house"),
}
ONE_ROW = 7  # entries that stand side by side on a small screen


class BackOffice(admin.AdminSite):
    site_title = _("Back office")
    site_header = _("Back office")
    index_title = _("My day")
    enable_nav_sidebar = False

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What Django's frame needs, and our navigation.

        Django lists all applications for its sidebar at once, which costs more than most pages; we have no sidebar,
        so the list waits until a template asks.
        """
        return {
            "site_title": self.site_title,
            "site_header": self.site_header,
            "site_url": self.site_url,
            "has_permission": self.has_permission(request),
            "available_apps": SimpleLazyObject(lambda: self.get_app_list(request)),
            "is_popup": False,
            "is_nav_sidebar_enabled": self.enable_nav_sidebar,
            "log_entries": SimpleLazyObject(lambda: self.get_log_entries(request)),
            "desk_links": SimpleLazyObject(lambda: desk_links(request)),
        }

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Only Django's own pages list every model; ours need not ask for 60 permissions first."""
        return SimpleLazyObject(lambda: super(BackOffice, self).get_app_list(request, app_label))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Django's own sign-in knows no second factor and no server of the city; where one is asked, allauth's takes its place, also for somebody who
        is signed in already: the password of another person must not be enough here either."""
        if request.method == "POST":
            throttle.hit(scope="staff sign-in", key=throttle.client_key(request), limit=30, seconds=300)
        if not (settings.SECOND_FACTOR or settings.OIDC_SERVER):
            return super().login(request, extra_context)
        if not request.user.is_authenticated:
            return redirect_to_login(
                request.GET.get("next") or reverse("admin:index"), reverse("account_login")
            )
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().logout(request, {**(extra_context or {}), "city_sign_in": bool(settings.OIDC_SERVER)})

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().index(
            request,
            {
                **(extra_context or {}),
                "counts": counts(request),
                "unsent": UnsentWords.objects.filter(author=request.user.pk).order_by("-created_at"),
            },
        )


site = BackOffice(name="admin")


def desk_links(request: HttpRequest) -> dict[str, Any]:
    """The navigation of this person; the entry that names this page, or that with the longest address above it, is where they are.

    Who has more than fit in one row gets the sections first, and below them the entries of the section they are in.
    """
    allowed = [link for link in registries.desk_links if access.may(request.user, link.permission)]
    entries = [
        {"label": link.label, "url": reverse(link.url_name), "section": _section(link.permission, PLACES)}
        for link in allowed
    ]
    page = request.resolver_match.view_name if request.resolver_match else ""
    named = [entry["url"] for link, entry in zip(allowed, entries, strict=True) if page in link.pages]
    above = [entry["url"] for entry in entries if request.path.startswith(str(entry["url"]))]
    here = max(named or above, key=len, default="")
    for entry in entries:
        entry["here"] = entry["url"] == here
    if len(entries) <= ONE_ROW:
        return {"entries": entries, "below": [], "section": ""}
    first = {entry["section"]: entry for entry in reversed(entries)}
    within = next((entry["section"] for entry in entries if entry["here"]), "")
    return {
        "entries": [
            {"label": section, "url": first[section]["url"], "here": section == within}
            for section in dict.fromkeys(entry["section"] for entry in entries)
        ],
        "below": [entry for entry in entries if entry["section"] == within],
        "section": within,
    }


def _section(permission: str, names: dict[str, Any]) -> Any:
    return names.get(permission.partition(".")[0], names["portal"])


def counts(request: HttpRequest) -> list[dict[str, Any]]:
    """The numbers of this person's dashboard by section; each links to exactly the rows it counted."""
    user: Any = request.user
    rows = [
        {
            "section": _section(entry.permission, SECTIONS),
            "label": entry.label,
            "number": entry.count(user),
            "url": entry.url(user),
            "urgent": entry.urgent,
        }
        for entry in registries.office_counts
        if access.may(user, entry.permission)
    ]
    order = list(SECTIONS.values())
    return sorted(rows, key=lambda row: order.index(row["section"]))


def keyboard(request: HttpRequest) -> HttpResponse:
    """The keys of the back office: those of every page, then what the services handed in."""
    keys = [("?", _("List the keys of this page")), ("/", _("Go to the search field"))]
    keys += [(entry.key, entry.meaning) for entry in registries.desk_keys]
    return render(request, "admin/keyboard.html", {"keys": keys})


def page(*, permission: str) -> Callable[[View], View]:
    """A page of our own in the back office: sign in first, then be allowed, never cached."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated or not site.has_permission(request):
                return _sign_in(request)
            if not access.may(request.user, permission):
                raise PermissionDenied
            return pages.no_store(view(request, *args, **kwargs))

        guarded.back_office_permission = permission  # type: ignore[attr-defined]  # for the menu and the tests
        return guarded

    return decorate


def _sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, and back; a part of a page must not become one, so htmx takes the whole browser there."""
    if not pages.wants_fragment(request):
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    standing: Any = getattr(request, "htmx", None)
    try:
        back = standing.current_url_abs_path or reverse("admin:index")
    except ValueError:  # the header is the browser's to write, and anybody's
        back = reverse("admin:index")
    return HttpResponseClientRedirect(redirect_to_login(back, reverse("admin:login")).url)


def render(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    fragment: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """A back-office page (its template extends `admin/page.html`), or its fragment for htmx."""
    whole = {**site.each_context(request), **(context or {})}
    return pages.render_page(request, template, whole, fragment=fragment, status=status)
