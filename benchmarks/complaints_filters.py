"""Complaints, fourth part: pages with filters, words and pages that nobody chose. Imported by the area `complaints`.

Requests are drawn at random (always the same ones), each is asked twice with nothing kept, and the second answer is timed.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from benchmarks.complaints_city import SIDE, a_large_city, clients
from benchmarks.harness import Figure, figures
from complaints.models import Area, Case, Category
from complaints.workflow import Kind, State
from portal.models import Department

DRAWN = 40
# in every text, in half of them, in old ones, in new ones, in closed ones, in open ones, in a tenth, in few, in none; and together
WORDS = (
    "bitte", "dringend", "altlast", "neuling", "vorbei", "offenbar", "zehnt", "gefahr", "zebrafink", "nirgendwo", "der",
    "bitte dringend", "altlast neuling", "bitte zebrafink", "zehnt vorbei altlast", "hauptstraße 17",
)  # fmt: skip
Query = dict[str, object]


@figures
def any_filter() -> Iterator[Figure]:
    draw = _Draw()
    for name, (someone, path, query) in {
        "inbox": (draw.a_clerk, "/amt/anliegen/", draw.inbox_list),
        "inbox, map": (draw.a_clerk, "/amt/anliegen/karte.json", draw.inbox_map),
        "public list": (draw.anyone, "/anliegen/", draw.public_list),
        "public map": (draw.anyone, "/anliegen/karte.json", draw.public_map),
        "feed": (draw.anyone, "/anliegen/feed.atom", draw.public),
    }.items():
        took = sorted(_second_ms(someone(), f"{path}?{urlencode(query())}") for _ in range(DRAWN))
        yield Figure(f"{name}, {DRAWN} drawn filters, p95", took[int(0.95 * DRAWN)], "ms", at_most=200)
        yield Figure(f"{name}, {DRAWN} drawn filters, slowest", took[-1], "ms", at_most=250)


@figures
def open_data() -> Iterator[Figure]:
    """All 200,000 cases, and those that hold a word: how long until the first line is on its way."""
    a_large_city()
    for name, query in {
        "everything": "",
        "a word of every text": "q=bitte",
        "a word of old texts": "q=altlast",
    }.items():
        started = time.perf_counter()
        answer = Client(headers={"host": "127.0.0.1"}).get(f"/anliegen/anliegen.csv?{query}", secure=True)
        next(iter(answer.streaming_content))  # type: ignore[attr-defined]
        yield Figure(f"CSV, {name}, first lines", 1000 * (time.perf_counter() - started), "ms", at_most=500)
        answer.close()


@figures
def dashboard() -> Iterator[Figure]:
    """Ten departments by a person who may see all of them: the usual three months, a year, and all four years."""
    a_large_city()
    everything, today = clients()[0], timezone.localdate()
    for name, days, limit in (("three months", 90, 500), ("a year", 365, 500), ("four years", 1500, 1000)):
        path = f"/amt/anliegen/berichte/?first={today - timedelta(days=days)}&last={today}"
        took = min(_second_ms(everything, path) for _ in range(2))
        yield Figure(f"dashboard, {name}", took, "ms", at_most=limit)


def _second_ms(client: Client, path: str) -> float:
    for _ in range(2):
        for memory in caches.all():
            memory.clear()
        started = time.perf_counter()
        answer = client.get(path, secure=True)
        took = 1000 * (time.perf_counter() - started)
        if answer.status_code != 200:
            raise ValueError(f"{path} answers {answer.status_code}")
    return took


class _Draw:
    """Draws requests; an administrator, a clerk of three departments and one of a single department ask in turn."""

    def __init__(self) -> None:
        self.latitude, self.longitude = a_large_city()
        self.chance = random.Random(7)
        self.clerks = clients()
        self.categories = list(Category.objects.order_by("pk"))
        self.areas, self.departments = (
            list(Area.objects.order_by("pk")),
            list(Department.objects.order_by("pk")),
        )
        self.moments = list(Case.objects.filter(pk__range=(1000, 150_000)).order_by("pk")[::5000])

    def a_clerk(self) -> Client:
        return self.chance.choice(self.clerks)

    def anyone(self) -> Client:
        return Client(headers={"host": "127.0.0.1"})

    def inbox_list(self) -> Query:
        return (
            self._some({"page": (0.3, lambda: self._of([2, 50, 100])), "order": (0.2, lambda: "new")})
            | self.inbox()
        )

    def inbox_map(self) -> Query:
        return self.inbox() | self._window()

    def inbox(self) -> Query:
        return self._some({
            "state": (0.7, lambda: self._of(["all", "all", "all", "closed", "closed", *State.values])),
            "q": (0.7, lambda: self._of(WORDS)),
            "category": (0.15, lambda: self._of(self.categories).pk),
            "area": (0.15, lambda: self._of(self.areas).pk),
            "department": (0.1, lambda: self._of(self.departments).pk),
            "kind": (0.1, lambda: self._of(Kind.values)),
            "who": (0.1, lambda: self._of(["me", "nobody"])),
            "due": (0.1, lambda: self._of(["over", "week"])),
            "public": (0.1, lambda: self._of(["yes", "no"])),
        })  # fmt: skip

    def public_list(self) -> Query:
        return self._some({"before": (0.3, lambda: self._mark(self._of(self.moments)))}) | self.public()

    def public_map(self) -> Query:
        return self.public() | self._window()

    def public(self) -> Query:
        return self._some({
            "q": (0.7, lambda: self._of(WORDS)),
            "state": (0.4, lambda: self._of(["open", "closed"])),
            "category": (0.2, lambda: self._of(self.categories).slug),
            "area": (0.2, lambda: self._of(self.areas).slug),
            "kind": (0.15, lambda: self._of(["defect", "idea", "praise", "question"])),
            "days": (0.2, lambda: self._of([1, 30, 365, 3000])),
        })  # fmt: skip

    def _some(self, parts: dict[str, tuple[float, Callable[[], object]]]) -> Query:
        return {name: value() for name, (share, value) in parts.items() if self.chance.random() < share}

    def _of(self, choices: Sequence[Any]) -> Any:
        return self.chance.choice(choices)

    def _window(self) -> Query:
        zoom = self._of([5, 10, 11, 12, 13, 14, 15, 17, 19])
        width = 1000 / 2**zoom
        south = self.latitude + self.chance.uniform(-SIDE, SIDE) / 4 - width / 4
        west = self.longitude + self.chance.uniform(-SIDE, SIDE) / 3 - width / 2
        return {"box": f"{west},{south},{west + width},{south + width / 2}", "zoom": zoom}

    @staticmethod
    def _mark(case: Case) -> str:
        return f"{case.created_at.isoformat()}_{case.pk}"
