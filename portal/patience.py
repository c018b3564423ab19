"""A citizen waits seconds, not minutes: a query on a database that froze is given up, and the page for that is shown.

A frozen server keeps its connections open and answers nothing; no timeout of its own can help. So a watcher thread cuts the
connection of a request whose query makes no progress; the request then fails like any other without a database: 503, the
city's phone number on it.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, HttpResponse
from psycopg.pq import TransactionStatus

logger = logging.getLogger(__name__)
_LOOK_EVERY = 0.5  # seconds


@dataclass
class _Waiting:
    """One request under way: its database connection, and when it last got an answer on it."""

    wrapper: Any
    progress: float = field(default_factory=time.monotonic)

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        self.progress = time.monotonic()
        return result

    def is_stuck(self, now: float) -> bool:
        if now - self.progress < settings.DATABASE_PATIENCE or self.wrapper.connection is None:
            return False
        return bool(self.wrapper.connection.info.transaction_status == TransactionStatus.ACTIVE)

    def cut(self) -> None:
        """Shut the socket under the driver; its thread wakes up with an error."""
        with (
            suppress(OSError, AttributeError),
            socket.socket(fileno=os.dup(self.wrapper.connection.fileno())) as line,
        ):
            line.shutdown(socket.SHUT_RDWR)
        logger.error("A query got no answer for %s seconds and was given up.", settings.DATABASE_PATIENCE)


class PatienceMiddleware:
    """First in the list, so that every query of a request is under watch."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.waiting: dict[int, _Waiting] = {}
        self.watcher: threading.Thread | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self._watch()
        me, waiting = threading.get_ident(), _Waiting(connections[DEFAULT_DB_ALIAS])
        self.waiting[me] = waiting
        try:
            with waiting.wrapper.execute_wrapper(waiting):
                return self.get_response(request)
        finally:
            self.waiting.pop(me, None)

    def _watch(self) -> None:
        """Started by the first request, in the worker: threads do not survive the fork."""
        if self.watcher is None or not self.watcher.is_alive():
            self.watcher = threading.Thread(target=self._look, name="patience", daemon=True)
            self.watcher.start()

    def _look(self) -> None:
        while True:
            time.sleep(_LOOK_EVERY)
            now = time.monotonic()
            for waiting in list(self.waiting.values()):
                if waiting.is_stuck(now):
                    waiting.progress = now  # once; the next look waits as long again
                    waiting.cut()
