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
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, HttpResponse
from psycopg.pq import TransactionStatus

logger = logging.getLogger(__name__)
_LOOK_EVERY = 0.5  # seconds


@dataclass
class _Waiting:
    """One request under way: its database connection, how many answers it got, and how often it was seen without a new one."""

    wrapper: Any
    answers: int = 0
    answers_seen: int = -1
    looks: int = 0

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        self.answers += 1
        return result

    def is_stuck(self) -> bool:
        """Counted in looks, not in seconds: a machine that slept has not waited for its database."""
        line = self.wrapper.connection
        if (
            line is None
            or line.info.transaction_status != TransactionStatus.ACTIVE
            or self.answers != self.answers_seen
        ):
            self.answers_seen, self.looks = self.answers, 0
            return False
        self.looks += 1
        return self.looks * _LOOK_EVERY >= settings.DATABASE_PATIENCE

    def cut(self) -> None:
        """Shut the socket under the driver; its thread wakes up with an error."""
        with (
            suppress(OSError, AttributeError),
            socket.socket(fileno=os.dup(self.wrapper.connection.fileno())) as line,
        ):
            line.shutdown(socket.SHUT_RDWR)
        logger.error("A query got no answer for %s seconds and was given up.", settings.DATABASE_PATIENCE)


class PatienceMiddleware:
    """First in the list, so that every query of a request is under watch.

    One watcher a process, however many handlers it has: a test run makes a handler for each client.
    """

    waiting: ClassVar[dict[int, _Waiting]] = {}
    watcher: ClassVar[threading.Thread | None] = None
    starting: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self._watch()
        me, waiting = threading.get_ident(), _Waiting(connections[DEFAULT_DB_ALIAS])
        self.waiting[me] = waiting
        try:
            with waiting.wrapper.execute_wrapper(waiting):
                return self.get_response(request)
        finally:
            self.waiting.pop(me, None)

    @classmethod
    def _watch(cls) -> None:
        """Started by the first request, in the worker: threads do not survive the fork."""
        if cls.watcher is not None and cls.watcher.is_alive():
            return
        with cls.starting:
            if cls.watcher is None or not cls.watcher.is_alive():
                cls.watcher = threading.Thread(target=cls._look, name="patience", daemon=True)
                cls.watcher.start()

    @classmethod
    def _look(cls) -> None:
        while True:
            time.sleep(_LOOK_EVERY)
            for waiting in list(cls.waiting.values()):
                if waiting.is_stuck():
                    waiting.looks = 0  # the next query waits as long again
                    waiting.cut()
