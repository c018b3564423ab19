"""The pages that belong to no single service: home and the legal texts."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import registries

LEGAL_PAGES = ("accessibility", "imprint", "privacy", "plain-language", "sign-language")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search first; then what each service hands in as a tile."""
    context: dict[str, object] = {"tiles": list(registries.home_tiles)}
    for tile in registries.home_tiles:
        context |= tile.context(request)
    return render(request, "portal/home.html", context)


@require_safe
def legal(request: HttpRequest, page: str) -> HttpResponse:
    if page not in LEGAL_PAGES:
        raise Http404
    return render(request, f"portal/{page}.html")
