"""Whole pages kept for a few seconds, as long as nothing that citizens read has changed.

Costs one small query instead of the whole page. Only for pages that are the same for everybody: no form, no session.
Open doors and free appointments may be `SECONDS` old, texts and results never: the key holds the content stamp.
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
from portal.pages import wants_fragment

SECONDS = 15
LARGEST = 200_000  # bytes; nobody asks twice for a page that long
HITS = "X-Total-Count"
HEADERS = ("Content-Type", "Vary", "Content-Language", HITS)


def page(request: HttpRequest, make: Callable[[], HttpResponse]) -> HttpResponse:
    """The kept copy of this address, or what `make` answers; staff and visitors with a message get a fresh one."""
    if {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys():
        return make()
    key, pages = _key(request), caches["pages"]
    kept = pages.get(key)
    if kept is not None:
        content, headers = kept
        return HttpResponse(zlib.decompress(content), headers=headers)
    response = make()
    if response.status_code == 200 and len(response.content) <= LARGEST and not response.cookies:
        headers = {name: response[name] for name in HEADERS if name in response}
        pages.set(key, (zlib.compress(response.content, 1), headers), SECONDS)  # a fifth of the size
    return response


def _key(request: HttpRequest) -> str:
    parts = (
        ContentStamp.current(),
        timezone.localdate(),
        get_language(),
        request.get_host(),
        request.get_full_path(),
        wants_fragment(request),
    )
    return "knowledge.page." + sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
