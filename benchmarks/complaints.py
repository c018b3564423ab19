"""Complaints at the size of a large city: 200,000 cases on the map, in the list, in the inbox; submitting; duplicates."""

import io
import itertools
import re
from collections.abc import Iterator
from uuid import uuid4

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from benchmarks import complaints_filters, complaints_open311, complaints_rush, measure  # noqa: F401 - three register their figures
from benchmarks.complaints_city import a_clerk, a_large_city, a_plain_category
from benchmarks.harness import Figure, figures
from complaints.intake import duplicates
from complaints.models import Area, Case, Category
from portal.models import Department


def pages() -> dict[str, tuple[Client, str]]:
    latitude, longitude = a_large_city()
    leaf = Category.objects.filter(parent__isnull=False).order_by("pk")[0]
    box = f"{longitude - 0.1},{latitude - 0.1},{longitude + 0.1},{latitude + 0.1}"
    near = f"{longitude - 0.01},{latitude - 0.01},{longitude + 0.01},{latitude + 0.01}"
    anyone, clerk, everything = (
        Client(headers={"host": "127.0.0.1"}),
        a_clerk(3),
        a_clerk(0, is_superuser=True),
    )
    listed = {
        "": "", "one topic": f"category={leaf.slug}&state=open", "words": "q=dunkel", "a rare word": "q=zebrafink", "a word of old texts": "q=altlast",
        "main topic, area, words": f"category={leaf.parent.slug}&area={Area.objects.all()[0].slug}&state=closed&q=gefahr",
        "ideas of a month": "kind=idea&days=30",
    }  # fmt: skip
    of_clerk = {
        "": "", "all": "state=all", "words": "q=dunkel", "a rare word": "state=all&q=zebrafink", "mine": "who=me",
        "mine, closed": "who=me&state=closed", "overdue": "due=over", "one department": f"department={Department.objects.all()[0].pk}",
        "complaints": "state=all&kind=complaint", "page 50": "state=all&page=50", "words, page 50": "q=dunkel&page=50", "map": "view=map",
    }  # fmt: skip
    maps = {
        "city": f"box={box}&zoom=12", "one topic": f"box={box}&zoom=12&category={leaf.slug}", "streets": f"box={near}&zoom=16",
        "words": f"box={box}&zoom=12&q=dunkel", "a word of old texts": f"box={box}&zoom=12&q=altlast",
    }  # fmt: skip
    found = {f"public list, {name}": (anyone, f"/anliegen/?{query}") for name, query in listed.items()}
    found |= {
        f"public map, {name}": (anyone, f"/anliegen/karte.json?{query}") for name, query in maps.items()
    }
    found |= {f"inbox, {name}": (clerk, f"/amt/anliegen/?{query}") for name, query in of_clerk.items()}
    for name, query in {
        "marks of the map": "", "marks, all": "state=all", "marks, all, a word of every text": "state=all&q=bitte",
        "marks, all, a word of old texts": "state=all&q=altlast", "marks, closed, two words": "state=closed&q=bitte+dringend",
    }.items():  # fmt: skip
        found[f"inbox of everything, {name}"] = (
            everything,
            f"/amt/anliegen/karte.json?box={box}&zoom=12&{query}",
        )
    for name, query in {
        "all, a word of old texts": "state=all&q=altlast", "open, a word of closed ones": "q=vorbei", "sorted out": "state=refused",
        "page 100, a word of every text": "state=all&q=bitte&page=100",
    }.items():  # fmt: skip
        found[f"inbox of everything, {name}"] = (everything, f"/amt/anliegen/?{query}")
    return {name.removesuffix(", "): page for name, page in found.items()}


@figures
def reading() -> Iterator[Figure]:
    for name, (client, path) in pages().items():
        _fine(client, path)  # templates are read once
        yield Figure(
            f"{name}, p95",
            measure.percentile_ms(lambda c=client, p=path: _anew(c, p), 0.95, times=24),
            "ms",
            at_most=150,  # the second slowest of 24 counts; a page may take 200
        )
        yield Figure(f"{name}, statements", _statements(client, path), "queries", at_most=15)


@figures
def shares() -> Iterator[Figure]:
    """As people meet the pages, and with nothing kept from before: every request asks for another filter."""
    latitude, longitude = a_large_city()
    box = f"{longitude - 0.1},{latitude - 0.1},{longitude + 0.1},{latitude + 0.1}"
    anew = range(1500, 9000)
    for name, paths in {
        "public list": ["/anliegen/"],
        "public list, never asked before": [f"/anliegen/?days={days}" for days in anew],
        "public map": [f"/anliegen/karte.json?box={box}&zoom=12"],
        "public map, never asked before": [
            f"/anliegen/karte.json?box={longitude - day / 1e5},{latitude - 0.1},{longitude + 0.1},{latitude + 0.1}&zoom=12"
            for day in anew
        ],
    }.items():
        share = measure.share_of_bare_view(*paths, rounds=5)
        yield Figure(f"{name}, share of a bare view", share, "ratio", at_least=0.10)
    cookie = (
        f"Cookie: {settings.SESSION_COOKIE_NAME}={a_clerk(3).cookies[settings.SESSION_COOKIE_NAME].value}\r\n"
    )
    share = measure.share_of_bare_view("/amt/anliegen/", headers=cookie, rounds=5)
    yield Figure("inbox, share of a bare view", share, "ratio", at_least=0.10)


@figures
def submitting_as_a_share() -> Iterator[Figure]:
    """The three forms of a report, without a photo. Held to the limit: requests a second, each of the three as one,
    beside requests of the bare view. The other readings are printed beside it, without a limit."""
    latitude, longitude = a_large_city()
    category = a_plain_category()
    with measure.portal() as ours:
        line = measure.Connection(ours.port)
        token = uuid4().hex  # any 32 letters that cookie and form agree on
        headers = f"Cookie: {settings.CSRF_COOKIE_NAME}={token}\r\nReferer: http://127.0.0.1:{ours.port}/\r\n"
        where = {
            "category": category.pk,
            "latitude": latitude,
            "longitude": longitude,
            "address": "Hauptstraße 5",
        }
        sender, people = {"email": ""}, itertools.count()
        forms = itertools.cycle(({"text": "Die Lampe ist dunkel"}, where, sender))
        path = "/anliegen/melden/"

        def send_one() -> None:
            nonlocal path
            if sender["email"]:  # each of them a person of their own: an address gets a few receipts an hour
                sender["email"] = f"eva{next(people)}@example.org"
            status, to = line.sent_on(path, {**next(forms), "csrfmiddlewaretoken": token}, headers)
            if status != 303:
                raise ValueError(f"{path} answers {status}")
            path = "/anliegen/melden/" if to.endswith("/gesendet/") else to

        def send_all() -> None:
            for _form in range(3):
                send_one()

        name = "submitting, share of a bare view"
        yield Figure(name, measure.share_of_bare_requests(send_one), "ratio", at_least=0.20)
        while path != "/anliegen/melden/":
            send_one()
        whole = measure.share_of_bare_requests(send_all)
        yield Figure(f"{name}, three requests counted as one", whole, "ratio")
        worker = measure.processor_share_of_bare_view(send_one, ours, times=201)
        yield Figure(f"{name}, processor time of the web server alone", worker, "ratio")
        sender["email"] = "eva@example.org"
        yield Figure(f"{name}, with a receipt by mail", measure.share_of_bare_requests(send_one), "ratio")


@figures
def nearby() -> Iterator[Figure]:
    latitude, longitude = a_large_city()
    category = Category.objects.filter(parent__isnull=False).select_related("parent").order_by("pk")[0]

    def look() -> None:
        duplicates.nearby(
            latitude=latitude, longitude=longitude, category=category, text="Die Lampe ist dunkel"
        )

    yield Figure("similar reports nearby, p95", measure.percentile_ms(look, 0.95, 100), "ms", at_most=30)


@figures
def submitting() -> Iterator[Figure]:
    """Three pages with a photo, one after the other."""
    latitude, longitude = a_large_city()
    Area.objects.all().delete()
    category = a_plain_category()
    picture = io.BytesIO()
    Image.effect_noise((1600, 1200), 40).convert("RGB").save(picture, "JPEG", quality=85)
    before, client, sent = Case.objects.count(), Client(headers={"host": "127.0.0.1"}), 0

    def submit() -> None:
        nonlocal sent
        sent += 1
        photo = io.BytesIO(picture.getvalue())
        photo.name = "a.jpg"
        first = client.post(
            "/anliegen/melden/", {"text": f"Die Lampe ist dunkel {uuid4()}", "photos": photo}, secure=True
        )
        where = {
            "category": category.pk,
            "latitude": latitude,
            "longitude": longitude,
            "address": "Hauptstraße 5",
        }
        second = client.post(first["Location"], where, secure=True)
        done = client.post(second["Location"], {"email": ""}, secure=True)
        assert re.search(r"/mein/.+/gesendet/", done["Location"])

    yield Figure(
        "submit with a photo, three pages, p95", measure.percentile_ms(submit, 0.95), "ms", at_most=800
    )
    lost = sent - (Case.objects.count() - before)
    yield Figure("submissions lost or twice", abs(lost), "cases", at_most=0)


def _fine(client: Client, path: str) -> None:
    assert client.get(path, secure=True).status_code == 200, path


def _anew(client: Client, path: str) -> None:
    """Nothing is kept from the request before."""
    for memory in caches.all():
        memory.clear()
    _fine(client, path)


def _statements(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        _anew(client, path)
    return len(seen)
