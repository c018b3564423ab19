"""The pages that belong to no single service: home, offices, the legal texts and the city's look."""

import mimetypes
from functools import partial

from django.conf import settings
from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portal import opening, registries
from portal.look import alphabet, colours
from portal.models import City, Office, OpeningHours, Service

LEGAL_PAGES = ("accessibility", "imprint", "privacy", "plain-language", "sign-language")
MOST_WANTED = 6
OFFICES_ON_HOME = 4
A_YEAR = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search first; the rest is fetched only when the kept copy (15 seconds per language) has run out."""
    return render(
        request,
        "portal/home.html",
        {
            "hide_search": True,
            "wanted": SimpleLazyObject(most_wanted),
            "offices": SimpleLazyObject(lambda: offices_with_state(OFFICES_ON_HOME)),
            "tiles": [
                (tile, SimpleLazyObject(partial(tile.context, request))) for tile in registries.home_tiles
            ],
        },
    )


def most_wanted() -> list[tuple[Service, list[registries.ServiceFact]]]:
    """The services people come for most, each with what the other rooms know of it (next free date)."""
    services = list(Service.objects.most_wanted()[:MOST_WANTED])
    facts = registries.facts_about([service.pk for service in services], get_language() or "")
    return [(service, facts[service.pk]) for service in services]


def offices_with_state(limit: int | None = None) -> list[tuple[Office, opening.OfficeState]]:
    """Offices that have hours at all, with their doors' state now; four queries."""
    offices = list(Office.objects.filter(active=True, hours__isnull=False).distinct().order_by("pk")[:limit])
    states = opening.states(offices)
    return [(office, states[office.pk]) for office in offices]


@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    hours = Prefetch("hours", OpeningHours.objects.order_by("weekday", "opens"))
    language = get_language() or settings.LANGUAGE_CODE
    found = sorted(
        Office.objects.filter(active=True).prefetch_related(hours),
        key=lambda office: alphabet.key(office.name, language),
    )
    states = opening.states(found)
    rows = [(office, states[office.pk]) for office in found]
    return render(request, "portal/offices.html", {"offices": rows})


@require_safe
def legal(request: HttpRequest, page: str) -> HttpResponse:
    if page not in LEGAL_PAGES:
        raise Http404
    return render(request, f"portal/{page}.html")


@require_safe
def accent(request: HttpRequest, colour: str) -> HttpResponse:
    """The city's colour as a stylesheet; its address names the colour, so it may be kept for a year."""
    response = HttpResponse(colours.stylesheet(colour), content_type="text/css")
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


@require_safe
def logo(request: HttpRequest) -> HttpResponseBase:
    """The city's logo; uploads have no address of their own."""
    city = City.current()
    name = city.logo.name
    if not name or not city.logo.storage.exists(name):
        raise Http404
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = FileResponse(city.logo.open(), content_type=kind)
    response["Cache-Control"] = "public, max-age=3600"
    return response
