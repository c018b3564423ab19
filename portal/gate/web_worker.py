"""gunicorn's worker with threads; what it cannot read as a request is answered with the city's page, too."""

from contextlib import suppress
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from gunicorn import util
from gunicorn.http import message
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker

from portal.env import UNREADABLE

LONGEST_LINE = 65_535
"""Ten thousand letters are answered like any other question; typed in Cyrillic they are sixty thousand characters."""
message.MAX_REQUEST_LINE = LONGEST_LINE  # gunicorn cuts its own setting down to this

_STATUS: dict[type[Exception], int] = {LimitRequestLine: 414, LimitRequestHeaders: 431}


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Headers that are too long, a broken method, raw bytes in the address: 4xx, without the visitor's address in the log."""
        if not isinstance(exc, ParseException):
            super().handle_error(req, client, addr, exc)
            return
        self.log.info("Not a request: %s", type(exc).__name__)
        with suppress(OSError):  # the visitor has gone
            util.write_nonblock(client, self._refusal(_STATUS.get(type(exc), 400)))

    def _refusal(self, status: int) -> bytes:
        """The page that the portal's own guard gives, with all the headers that its pages have."""
        own = urlsplit(settings.PUBLIC_URL)
        head: list[str] = []

        def start(line: str, headers: list[tuple[str, str]], _error: object = None) -> None:
            head.extend([f"HTTP/1.1 {line}", *(f"{name}: {value}" for name, value in headers)])

        answer = self.wsgi(
            {
                UNREADABLE: status,
                "REQUEST_METHOD": "GET",
                "PATH_INFO": "/",
                "SERVER_NAME": own.hostname or "",
                "SERVER_PORT": str(own.port or 443),
                "HTTP_HOST": own.netloc,
                "HTTP_X_FORWARDED_PROTO": "https",
                "wsgi.url_scheme": "https",
                "wsgi.input": BytesIO(),
            },
            start,
        )
        try:
            page = b"".join(answer)
        finally:
            answer.close()
        head += ["Connection: close", "", ""]
        return "\r\n".join(head).encode("latin-1") + page
