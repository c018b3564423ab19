"""Style sheets, scripts and fonts, where no web server in front of us hands them out."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

METHODS = ("GET", "HEAD")


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # it has no types
    """Whitenoise, but what a file's answer looks like is worked out when somebody asks for the file: for all four hundred
    of the back office it took a megabyte of each worker. A wrong method is left to the guard, which has a page for it."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer: HttpResponseBase = (
            super().__call__(request) if request.method in METHODS else self.get_response(request)
        )
        return answer

    def get_static_file(self, path: str, url: str, stat_cache: object = None) -> Any:
        if stat_cache is None:  # on a developer's machine each question looks whether the file is there
            return self.read(path, url)
        return _File(self, path, url)

    def read(self, path: str, url: str) -> Any:
        """Whitenoise's own description of a file."""
        return super().get_static_file(path, url)


class _File:
    __slots__ = ("_house", "_path", "_read", "_url")

    def __init__(self, house: StaticFilesMiddleware, path: str, url: str) -> None:
        self._house, self._path, self._url = house, path, url
        self._read: Any = None

    def get_response(self, method: str, headers: Mapping[str, str]) -> Any:
        file = self._read = self._read or self._house.read(self._path, self._url)
        answer = file.get_response(method, headers)
        if answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            # said of a single byte, too; the whole file is a right answer to every range
            return file.get_response(
                method, {name: value for name, value in headers.items() if name != "HTTP_RANGE"}
            )
        return answer
