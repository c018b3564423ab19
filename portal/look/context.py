"""What every template knows: the city, the languages of this page, the path without its language or its secret."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, override

from portal import links, registries
from portal.models import City

NAMES_OF_LANGUAGES = dict(settings.LANGUAGES)
SECRETS = ("token", "key")  # what routes call the part of a path that opens somebody's own page
HIDDEN = "…"


def house(request: HttpRequest) -> dict[str, Any]:
    return {
        "city": SimpleLazyObject(City.current),
        "language": get_language() or settings.LANGUAGE_CODE,
        "section": request.resolver_match.app_name if request.resolver_match else "",
        "page_name": _without_secrets(request.path, request.resolver_match),
        "door_parts": registries.door_parts,
        "page_end_parts": registries.page_end_parts,
        "language_links": SimpleLazyObject(lambda: language_links(request.path, request.GET.urlencode())),
    }


def language_links(path: str, query: str = "") -> list[dict[str, str]]:
    """The same page and question in each language the city offers: code, name and path."""
    bare = path_without_language(path) + (f"?{query}" if query else "")
    offered = City.current().languages or list(NAMES_OF_LANGUAGES)
    return [
        {
            "code": code,
            "name": NAMES_OF_LANGUAGES[code],
            "path": path,
            "address": links.absolute(path),
        }
        for code in offered
        if code in NAMES_OF_LANGUAGES
        for path in [links.in_language(bare, code)]
    ]


def path_without_language(path: str) -> str:
    first, _slash, rest = path.lstrip("/").partition("/")
    return f"/{rest}" if first in NAMES_OF_LANGUAGES and first != settings.LANGUAGE_CODE else path


def page_name(path: str) -> str:
    """The page as it may be kept and counted: its path without query, and without the secret that opens it for one person."""
    path = path.partition("?")[0]
    try:
        with override(settings.LANGUAGE_CODE):
            return _without_secrets(path, resolve(path_without_language(path)))
    except Resolver404:
        return path


def _without_secrets(path: str, match: ResolverMatch | None) -> str:
    for name in SECRETS:
        if match and name in match.kwargs:
            path = path.replace(f"/{match.kwargs[name]}/", f"/{HIDDEN}/")
    return path
