"""Pages for what goes wrong, in the city's look. The last resort needs neither database nor template context."""

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from portal import registries
from portal.models import City


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    return _page(request, status)


def unreadable(request: HttpRequest, status: int) -> HttpResponse:
    """What is no request at all: nothing of it may be looked at but that."""
    response = _page(request, 400 if status == 400 else 413)
    response.status_code = status
    return response


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    request._csrf_refused = True  # type: ignore[attr-defined]  # for words that came too late: portal.staff.unsent_forms
    return _page(request, 403, {"is_csrf": True})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404)


def too_many(request: HttpRequest, retry_after: int = 60) -> HttpResponse:
    """The sign-in's own limits do not say for how long they hold: a minute, then."""
    response = _page(request, 429, {"retry_after": retry_after, "minutes": -(-retry_after // 60)})
    response["Retry-After"] = str(retry_after)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database is away; the page is static because anything may be broken."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    status = 503 if away else 500
    response = _spoken(request, status)
    if response is None:
        page = render_to_string(f"errors/{status}.html", {"city": City.last_known()})
        response = HttpResponse(page, status=status)
    if away:
        response["Retry-After"] = "10"
    return response


def wrong_method(request: HttpRequest, bare: HttpResponse) -> HttpResponse:
    """A page around the empty 405 of Django's method guards; which methods are right stays in the header."""
    response = _page(request, 405)
    response["Allow"] = bare["Allow"]
    return response


def _page(request: HttpRequest, status: int, context: dict[str, Any] | None = None) -> HttpResponse:
    return _spoken(request, status) or render(request, f"errors/{status}.html", context or {}, status=status)


def _spoken(request: HttpRequest, status: int) -> HttpResponse | None:
    """Programs hear of errors in their own format."""
    for voice in registries.error_voices:
        if request.path.startswith(voice.prefix):
            return voice.answer(request, status)
    return None
