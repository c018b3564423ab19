"""Nothing that a stranger sends makes a route fail: each answers below 500, and people get a page in the city's look."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, PathConverter, SlugConverter, StringConverter, UUIDConverter

from portal import guard
from portal.models import Role
from tests.builders import a_clerk, the_city

pytestmark = pytest.mark.django_db
MACHINES = (*guard.MACHINE_PATHS, "/static/")
# what a converter lets through, at its worst
SAMPLES: dict[type[Any], list[str]] = {
    IntConverter: ["0", "999999999999999999999"],
    SlugConverter: ["gibt-es-nicht", "x" * 300],
    StringConverter: ["T-0000-0000", "%27%22%3Cb%3E", "%F0%9F%8F%9B"],
    PathConverter: ["../../etc/passwd", "a/b"],
    UUIDConverter: ["00000000-0000-0000-0000-000000000000"],
}
OTHER_SAMPLE = ["1"]
BAD_TEXTS = {
    "nul": "a\0b",
    "surrogate": "\ud83c",
    "long": "ü" * 20_000,
    "markup": "<script>alert(1)</script>{{ 7*7 }}",
}


def every_address() -> list[str]:
    """One address for each bad sample of each route; the admin's own pages are Django's to test."""
    return sorted(set(_addresses(get_resolver(), "/")))


def _addresses(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver) and entry.namespace == "admin":
            yield f"{prefix}{entry.pattern}"
            continue
        for path in _spellings(entry):
            if isinstance(entry, URLResolver):
                yield from _addresses(entry, prefix + path)
            else:
                yield prefix + path


def _spellings(entry: URLPattern | URLResolver) -> list[str]:
    pattern = entry.pattern
    text = str(pattern)
    if not pattern.converters:
        return [
            text.lstrip("^").rstrip("$") if "(?P<" not in text and "\\" not in text else "farben/123456.css"
        ]
    spellings = [text]
    for name, converter in pattern.converters.items():
        samples = next((found for kind, found in SAMPLES.items() if type(converter) is kind), OTHER_SAMPLE)
        tag = next(part for part in _tags(text) if part.strip("<>").split(":")[-1] == name)
        spellings = [spelling.replace(tag, sample) for spelling in spellings for sample in samples]
    return spellings


def _tags(text: str) -> list[str]:
    return [f"<{part.split('>')[0]}>" for part in text.split("<")[1:]]


@pytest.fixture(params=["stranger", "administrator"])
def person(request: pytest.FixtureRequest) -> Client:
    the_city(name="Lindenau an der Aue")
    client = Client(raise_request_exception=False)
    if request.param != "stranger":
        client.force_login(a_clerk(Role.ADMINISTRATOR))
    return client


def complaints(client: Client, path: str, response: Any) -> Iterator[str]:
    if response.status_code >= 500 and path != "/readyz":
        yield f"{path}: {response.status_code}"
    is_page = "text/html" in response.get("Content-Type", "") and not response.streaming
    is_whole = is_page and response.status_code >= 400 and not path.startswith(MACHINES)
    if is_whole and "Lindenau" not in response.content.decode(errors="replace"):
        yield f"{path}: {response.status_code} without the city's look"


def test_unknown_ids_and_odd_queries_break_no_page(person: Client):
    broken = [
        complaint
        for path in every_address()
        for query in ("", "?q=%00", "?page=-1&q=%ff%fe", "?page=99999999999999999999&day=2026-13-45&office=x")
        for complaint in complaints(person, path, person.get(path + query))
    ]
    assert broken == []


def test_bad_bodies_break_no_page(person: Client):
    names = [
        "name",
        "email",
        "text",
        "description",
        "q",
        "day",
        "start",
        "service",
        "persons",
        "office",
        "street",
    ]
    broken = [
        complaint
        for path in every_address()
        for bad in BAD_TEXTS.values()
        for complaint in complaints(
            person,
            path,
            person.post(
                path,
                "&".join(f"{name}={_encoded(bad)}" for name in names),
                content_type="application/x-www-form-urlencoded",
            ),
        )
    ]
    assert broken == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_wrong_methods_are_refused_and_do_nothing(person: Client, method: str):
    broken = []
    for path in every_address():
        response = person.generic(method, path)
        broken += complaints(person, path, response)
        if response.status_code < 300 and not path.startswith(MACHINES):
            broken.append(f"{method} {path}: {response.status_code}")
    assert broken == []


def test_bodies_that_are_no_form_break_no_page(person: Client):
    bodies = [
        (b"\xff\xfe\x00{", "application/json"),
        (b"a" * (3 * 1024 * 1024), "application/x-www-form-urlencoded"),
        (
            b"--x\r\nContent-Disposition: form-data; name=photo; filename=..\\..\\a.php\r\n\r\n\0\0\r\n--x--",
            "multipart/form-data; boundary=x",
        ),
        (b"broken", "multipart/form-data"),
        (b"&".join(b"f%d=1" % n for n in range(3000)), "application/x-www-form-urlencoded"),
    ]
    broken = [
        complaint
        for path in every_address()
        for body, kind in bodies
        for complaint in complaints(person, path, person.post(path, body, content_type=kind))
    ]
    assert broken == []


def _encoded(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))
