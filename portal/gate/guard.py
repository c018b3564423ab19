"""Input that no page can use is refused before any page sees it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict

from portal.env import UNREADABLE
from portal.gate import errors, static_files
from portal.throttle import TooMany

MACHINE_PATHS = ("/api/", "/open311/", "/healthz", "/readyz")
PAGE_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
MACHINE_METHODS = (*PAGE_METHODS, "PUT", "PATCH", "DELETE")
# five photos as large as we take them; more would fill the disk before any form sees it
LARGEST_BODY = 80 * 1024 * 1024


class InputGuardMiddleware:
    """NUL bytes, which PostgreSQL cannot store, are a bad request; what is too large is refused before it is read; a used-up
    limit is 429; 405 gets a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if UNREADABLE in request.META:
            return errors.unreadable(request, request.META[UNREADABLE])
        if _length(request.META.get("CONTENT_LENGTH", "")) > LARGEST_BODY:
            return errors.unreadable(request, 413)
        methods = _methods(request.path)
        if request.method not in methods:
            return errors.wrong_method(request, HttpResponseNotAllowed(methods))
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and methods is not MACHINE_METHODS:
            return errors.wrong_method(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        form = request.POST if request.method == "POST" else QueryDict()
        if "\0" in request.path or _has_nul(request.GET) or _has_nul(form):
            raise BadRequest("NUL byte")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, TooMany):
            return errors.too_many(request, exception.retry_after)
        return None


def _length(told: str) -> int:
    """How many bytes the client says it sends. Twenty digits are too many, too, and not all of them need be read."""
    return int(told.lstrip("0")[:18] or 0) if told.isascii() and told.isdigit() else 0


def _methods(path: str) -> tuple[str, ...]:
    if path.startswith(str(settings.STATIC_URL)):
        return static_files.METHODS
    return MACHINE_METHODS if path.startswith(MACHINE_PATHS) else PAGE_METHODS


def _has_nul(values: QueryDict) -> bool:
    return any("\0" in key or any("\0" in value for value in found) for key, found in values.lists())
