"""Walks through the portal as people do, from link to link, and keeps one page of each kind."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

if TYPE_CHECKING:
    from playwright.sync_api import Page

# files, and what signs a person out
LEFT_ALONE = ("/static/", "/amt/logout", "/amt/konto/abmelden", "/api/", "/open311/", "/logo")
FILES = (".csv", ".geojson", ".atom", ".rss", ".ics", ".xml", ".json", ".jsonld", ".pdf", ".jpg")


def pages(page: "Page", *starts: str, inside: str = "/", limit: int = 120) -> Iterator[str]:
    """Open `starts` and one page of each URL name that links lead to from there; yields its path while it stands open."""
    waiting, seen = list(starts), {kind_of(start) for start in starts}
    while waiting and limit:
        path = waiting.pop(0)
        response = page.goto(path)
        kind = response.headers.get("content-type", "") if response else ""
        if "text/html" not in kind:
            continue
        limit -= 1
        yield path
        for target in page.eval_on_selector_all(
            "a[href]:not([hreflang], [download])", "links => links.map(link => link.href)"
        ):
            address = urlsplit(target)
            if address.netloc != urlsplit(page.url).netloc or not address.path.startswith(inside):
                continue
            if address.path.startswith(LEFT_ALONE) or address.path.endswith(FILES):
                continue
            if (name := kind_of(address.path)) in seen or not name:
                continue
            seen.add(name)
            waiting.append(address.path + (f"?{address.query}" if address.query else ""))


def kind_of(path: str) -> str:
    """The name of the route, with the language for the pages of another language."""
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return ""
    return match.view_name or match.route
