"""Whole pages kept as long as nothing that stands on them has changed.

Costs one small query instead of the whole page. Only for pages that are the same for everybody: no form, no session.
Texts and results are never old: the key holds the content stamp. Open doors and free appointments may be some seconds old; a page
that can tell what it shows of them (`beside`) is kept until just that changes.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from hashlib import sha256

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from knowledge.models import ContentStamp
from portal.kept_values import values
from portal.pages import wants_fragment

SECONDS = 15
SECONDS_BESIDE = 600
LARGEST = 200_000  # bytes; nobody asks twice for a page that long
HITS = "X-Total-Count"
HEADERS = ("Content-Type", "Vary", "Content-Language", HITS)


def page(
    request: HttpRequest,
    make: Callable[[int, str], HttpResponse],
    *,
    beside: Callable[[int], str] | None = None,
) -> HttpResponse:
    """The kept copy of this address, or what `make` answers; staff and visitors with a message get a fresh one.

    `make` and `beside` are told the content stamp; `beside` names everything on the page that isn't text, and `make` is told what
    it said.
    """
    stamp = ContentStamp.current()
    around = beside(stamp) if beside else ""
    if not same_for_everybody(request):
        return make(stamp, around)
    key, pages = _key(request, stamp, around), caches["pages"]
    kept = pages.get(key)
    if kept is not None:
        content, headers = kept
        return HttpResponse(zlib.decompress(content), headers=headers)
    response = make(stamp, around)
    if not beside and values().add(f"once.{key}", True, SECONDS):
        return response  # most searches are asked once: what nobody asks again is neither packed nor kept
    if response.status_code == 200 and len(response.content) <= LARGEST and not response.cookies:
        headers = {name: response[name] for name in HEADERS if name in response}
        pages.set(key, (zlib.compress(response.content, 1), headers), SECONDS_BESIDE if beside else SECONDS)
    return response


def same_for_everybody(request: HttpRequest) -> bool:
    """Whether the visitor has no session and no message waiting."""
    return not {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys()


def _key(request: HttpRequest, stamp: int, beside: str) -> str:
    parts = (
        stamp,
        beside,
        timezone.localdate(),
        get_language(),
        request.get_host(),
        request.get_full_path(),
        wants_fragment(request),
    )
    return "knowledge.page." + sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
