"""Whatever anyone sends to any route: never a 500, and people see a page in the city's look."""

import logging
import re
import socket

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.test import Client
from gunicorn.config import Config
from gunicorn.http import RequestParser
from gunicorn.http.errors import InvalidRequestMethod, LimitRequestHeaders, LimitRequestLine

from portal import gunicorn
from portal.gate import guard
from portal.gate.web_worker import Worker
from portal.models import Role
from tests.architecture.routes import Route, every_route
from tests.builders import a_clerk, the_city

pytestmark = pytest.mark.django_db

ROUTES = every_route()
MACHINES = ("/api/", "/open311/", "/healthz", "/readyz")
_READ = re.compile(r'(?:GET|POST|data|params|query|wish)(?:\.get(?:list)?\(\s*|\[)"([\w-]+)"')
NAMES = sorted(
    {"q", "page", "name", "email", "text", "start", "next", "id", "token", "language", "seite", "datum"}
    | {
        name
        for room in ("portal", "appointments", "complaints", "knowledge")
        for module in (settings.BASE_DIR / room).rglob("*.py")
        for name in _READ.findall(module.read_text())
    }
)
"""Every name that a view reads out of an address or a form, found in the source: a new one is tried without being named."""
HOSTILE_QUERIES = {
    "NUL bytes": "&".join(f"{name}=%00" for name in NAMES),
    "broken UTF-8": "&".join(f"{name}=%ff%c3%28" for name in NAMES),
    "lone surrogates": "&".join(f"{name}=%ed%a0%80" for name in NAMES),
    "huge numbers": "&".join(f"{name}={'9' * 40}" for name in NAMES),
    "negative numbers": "&".join(f"{name}=-1" for name in NAMES),
    "digits that are no numbers": "&".join(f"{name}=%C2%B2" for name in NAMES),
    "the last day there is": "&".join(f"{name}=9999-12-31" for name in NAMES),
    "line breaks": "&".join(f"{name}=a%0D%0AX-Evil:1" for name in NAMES),
    "nonsense": "&".join(f"{name}=%27%22%3Cb%3E%5B%5D%7B%7D%25" for name in NAMES),
    "everything twice": "&".join(f"{name}=1&{name}=%5B%5D" for name in NAMES),
    "long text": "q=" + "ä" * 1500,
}


@pytest.fixture(params=["citizen", "administrator"])
def client(request):
    city = the_city()
    client = Client(raise_request_exception=False)
    if request.param == "administrator":
        client.force_login(a_clerk(Role.ADMINISTRATOR, is_superuser=True))
    client.city_name = city.name
    return client


def bad(client: Client, response, what: str, route: Route) -> list[str]:
    """What is wrong with the answer; /readyz may honestly say 503."""
    if response.status_code >= 500 and not route.path.startswith("/readyz"):
        return [f"{what}: {response.status_code}"]
    if 400 <= response.status_code < 500 and not route.path.startswith(MACHINES):
        is_page = response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming
        if is_page and response.content and client.city_name not in response.content.decode():
            return [f"{what}: {response.status_code} without the city's look"]
    return []


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_no_route_breaks(client, route):
    wrong: list[str] = []
    for what, query in HOSTILE_QUERIES.items():
        wrong += bad(client, client.get(f"{route.path}?{query}"), f"GET with {what}", route)
    for path in route.open_texts:
        wrong += bad(client, client.get(path), f"GET {path[:60]}", route)
    for what, body, kind in BODIES:
        wrong += bad(
            client, client.generic("POST", route.path, body, content_type=kind), f"POST of {what}", route
        )
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "HEAD", "QUATSCH"):
        wrong += bad(client, client.generic(method, route.path), method, route)
    wrong += bad(client, client.get(route.path, headers=ODD_HEADERS), "odd headers", route)
    assert wrong == []


def _form(value: str) -> bytes:
    return "&".join(f"{name}={value}" for name in NAMES).encode()


FORM = "application/x-www-form-urlencoded"
BODIES = [
    ("nothing", b"", FORM),
    ("another method", b"_method=DELETE", FORM),
    ("NUL bytes", _form("%00"), FORM),
    ("broken UTF-8", _form("%ff%c3%28"), FORM),
    ("digits that are no numbers", _form("%C2%B2"), FORM),
    ("the last moment there is", _form("9999-12-31T23:59:59%2B00:00"), FORM),
    ("line breaks", _form("a%0D%0AX-Evil:1"), FORM),
    ("raw bytes", bytes(range(256)) * 4, FORM),
    ("3 MB", b"text=" + b"a" * 3_000_000, FORM),
    ("3,000 fields", b"&".join(b"f%d=1" % n for n in range(3000)), FORM),
    ("a broken multipart body", b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
    ("multipart without boundary", b"nonsense", "multipart/form-data"),
    ("broken JSON", b'{"a": ', "application/json"),
    ("JSON with NUL", b'{"q": "\\u0000", "text": "\\ud800"}', "application/json"),
    ("an unknown charset", b"q=1", f"{FORM}; charset=klingonisch"),
    ("XML", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "application/xml"),
]
ODD_HEADERS = {
    "accept-language": "\x7f,,;q=x,de-" + "a" * 500,
    "hx-request": "true",
    "hx-current-url": "http://[",
    "referer": "http://[::1",
    "cookie": 'sessionid="\x01"; csrftoken=1; messages=x; django_language=../../etc; sessionid=%00',
    "x-forwarded-for": "'; --, ,,::::",
    "if-modified-since": "yesterday",
    "range": "bytes=9-1,-",
    "x-http-method-override": "DELETE",
    "content-type": "/;",
}


def test_an_unknown_host_is_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("path", ["/anliegen/melden/", "/gibt-es-nicht/", "/open311/v2/requests.xml"])
def test_what_is_too_large_for_the_disk_is_refused_before_it_is_read(client, path):
    unread = client.post(path, {"text": "x"}, CONTENT_LENGTH=str(guard.LARGEST_BODY + 1))
    assert unread.status_code == 413
    assert unread.wsgi_request._read_started is False


def test_a_length_of_twenty_digits_is_too_large(client):
    assert client.post("/anliegen/melden/", {}, CONTENT_LENGTH="9" * 20).status_code == 413


@pytest.mark.django_db(transaction=True)  # the server's own handler closes connections between requests
def test_what_the_web_server_cannot_read_gets_the_citys_page():
    city = the_city()
    for error, status in UNREADABLE:
        worker = Worker.__new__(Worker)
        worker.wsgi, worker.log = get_wsgi_application(), logging.getLogger("gunicorn.error")
        visitor, line = socket.socketpair()
        with visitor, line:
            worker.handle_error(None, line, ("203.0.113.7", 1), error)
            line.shutdown(socket.SHUT_WR)
            answer = visitor.makefile("rb").read().decode()
        assert answer.startswith(f"HTTP/1.1 {status} ")
        assert city.name in answer
        assert "default-src 'none'" in answer


UNREADABLE = [
    (LimitRequestLine(9000, 8190), 414),
    (LimitRequestHeaders("too long"), 431),
    (InvalidRequestMethod("G@T"), 400),
]


def test_a_question_of_ten_thousand_letters_is_read_by_the_web_server():
    settings_of_ours = Config()
    settings_of_ours.set("limit_request_line", gunicorn.limit_request_line)
    typed = b"GET /suche/?q=" + b"%D0%B0" * 10_000 + b" HTTP/1.1\r\nHost: portal\r\n\r\n"
    (request,) = RequestParser(settings_of_ours, [typed], ("127.0.0.1", 1))
    assert len(request.query) == 60_002


def test_the_list_of_routes_is_not_empty():
    assert len(ROUTES) > 10
