"""GET never writes. Two named exemptions: append-only counters, written after the page's own work; and the steps of
the city's own sign-in, which its protocol makes GETs and which keep a session (`writes_on_get`)."""

import logging
import re
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

_READS = (
    "SELECT",
    "WITH",
    "SAVEPOINT",
    "RELEASE SAVEPOINT",
    "ROLLBACK TO SAVEPOINT",
    "SHOW",
    "EXPLAIN",
    "DECLARE",
    "SET LOCAL",
)
_WRITES_INSIDE = re.compile(r"\b(INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM)\b", re.IGNORECASE)


class GetMustNotWrite(Exception):
    """A page that only shows something tried to change the database."""


def _only_reads(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    statement = str(sql).lstrip(" (\n")
    first = statement[:30].upper()
    if not first.startswith(_READS) or (first.startswith("WITH") and _WRITES_INSIDE.search(statement)):
        raise GetMustNotWrite(statement[:80])
    return execute(sql, params, many, context)


class _Guard:
    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        if getattr(self.request, "_writes_on_get", False):
            return execute(*statement)
        return _only_reads(execute, *statement)


class ReadOnlyMiddleware:
    """Last in the list, so that the session, saved further out, still can be written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> None:
        request._writes_on_get = getattr(view, "writes_on_get", False)  # type: ignore[attr-defined]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        with connection.execute_wrapper(_Guard(request)):
            response = self.get_response(request)
        for write in getattr(request, "_after_response", ()):
            try:
                # a counter is one statement; a savepoint only where a transaction would break with it
                with transaction.atomic() if connection.in_atomic_block else nullcontext():
                    write()
            except DatabaseError:  # a lost count must not cost the citizen the page
                logger.exception("a counter was not written")
        return response


def after_response(request: HttpRequest, write: Callable[[], object]) -> None:
    """Run `write` once the page is made. Only for append-only counters such as the search log."""
    pending = getattr(request, "_after_response", None)
    if pending is None:
        pending = []
        request._after_response = pending  # type: ignore[attr-defined]  # carried by the request to the end
    pending.append(write)
