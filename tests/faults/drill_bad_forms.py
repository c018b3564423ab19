"""Every form of the demo city, found by following links as citizen and as administrator, is filled with hostile input."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from portal.demo import city
from portal.models import User
from tests.html_forms import Form, Page

PAGES_PER_ROUTE = 1
HOSTILE = {
    "nothing": "",
    "NUL bytes": "a\x00b",
    "a lone surrogate": "\ud800",
    "long text": "ä" * 20_000,
    "markup": "'\"><script>alert(1)</script>{{ 7 }}%s%n",
    "a huge number": "9" * 40,
    "a negative number": "-1",
    "not a date": "31.02.2026",
    "a far date": "9999-12-31",
    "right to left": "\u202e\u0000\ufeff",
}
WORST = {"NUL bytes", "markup"}
LEFT_ALONE = {"csrfmiddlewaretoken"}


@pytest.fixture
def say(capfd) -> Callable[[str], None]:
    """Minutes pass; who waits wants to see where it stands."""

    def say(text: str) -> None:
        with capfd.disabled():
            print(text, flush=True)

    return say


@pytest.mark.django_db
def test_no_form_breaks(say):
    city.load(progress=lambda text: None)
    wrong: list[str] = []
    for start in ("/", "/amt/"):
        client, forms = Client(raise_request_exception=False), 0
        if start == "/amt/":
            client.force_login(User.objects.get(username="verwaltung"))
        for address, form in every_form(client, start, wrong):
            forms += 1
            started = time.monotonic()
            for what in HOSTILE:
                answers = send(client, form, what)
                wrong += [
                    f"{address} → {form.action}: {what}: {status}" for status in answers if status >= 500
                ]
            say(
                f"{forms:4} {time.monotonic() - started:5.1f} s  {form.method} {form.action}, {len(wrong)} wrong so far"
            )
        assert forms > 3
    assert wrong == []


def every_form(client: Client, start: str, broken: list[str]) -> Iterator[tuple[str, Form]]:
    """Walk the site, a few pages of each route, and give each kind of form once."""
    ahead, seen, visited, known = [start], {start}, Counter(), set()
    while ahead:
        address = ahead.pop(0)
        if (route := route_of(address)) is None or visited[route] >= PAGES_PER_ROUTE:
            continue
        visited[route] += 1
        response = client.get(address, follow=True)
        if response.status_code >= 500:
            broken.append(f"GET {address}: {response.status_code}")
        if not response.headers.get("Content-Type", "").startswith("text/html") or response.streaming:
            continue
        page = Page(response.content.decode(), response.request["PATH_INFO"])
        for link in page.links:
            if (
                link.startswith("/")
                and link not in seen
                and "logout" not in link
                and not link.startswith("/static/")
            ):
                seen.add(link)
                ahead.append(link)
        for form in page.forms:
            kind = (route_of(form.action), form.method, form.action.partition("?")[2])
            if kind not in known and "logout" not in form.action and "abmelden" not in form.action:
                known.add(kind)
                yield address, form


def route_of(address: str) -> str | None:
    try:
        return resolve(urlsplit(address).path).route
    except Resolver404:
        return None


def send(client: Client, form: Form, what: str) -> Iterator[int]:
    """All fields at once; and each alone, the others as they stand, with the values that most code trips over."""
    names = [name for name in form.names() if name not in LEFT_ALONE]
    alone = [[name] for name in names[:3]] if what in WORST else []
    path = urlsplit(form.action).path
    for changed in [names, *alone]:
        values = form.values(**dict.fromkeys(changed, HOSTILE[what]))
        if form.method == "post":
            data = {
                name: [text.encode("utf-8", "surrogatepass") for text in texts]
                for name, texts in values.items()
            }
            yield client.post(path, data).status_code
        else:
            yield client.get(
                path, {n: [t.replace("\ud800", "?") for t in texts] for n, texts in values.items()}
            ).status_code
