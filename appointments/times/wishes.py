"""What somebody wants, read from the address of a page: services, counts, filters. Anything odd is refused by name."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, Self

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment, Channel
from appointments.pure.availability import UNIT_SECONDS, moment_of
from appointments.pure.refusals import BadCount, NotOffered, UnknownService
from appointments.times import nearness, orders
from appointments.times.orders import Order
from appointments.times.rules import RuleBook, ServiceRules
from appointments.times.search import Wish
from portal.distances import Point
from portal.untrusted import row_number

PARTS: Final[dict[str, tuple[Any, time | None, time | None]]] = {
    "morning": (_("in the morning (before 11)"), None, time(11)),
    "midday": (_("around midday (11 to 14)"), time(11), time(14)),
    "afternoon": (_("in the afternoon (14 to 17)"), time(14), time(17)),
    "evening": (_("in the evening (from 17)"), time(17), None),
}
VIEWS: Final = ("month", "offices")
_SLOT = re.compile(r"([0-9]{1,12})-([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Asked:
    """An order with the query that describes it, for links and hidden fields."""

    order: Order
    fields: tuple[tuple[str, str], ...]
    instead_of: Appointment | None = None  # a booked visit, whose place counts as free

    @classmethod
    def of(cls, order: Order, instead_of: Appointment | None = None) -> Self:
        (_main, count), *further = order.lines
        return cls(order, (("n", str(count)), *((f"c{pk}", str(n)) for pk, n in further)), instead_of)

    @property
    def query(self) -> str:
        return "&".join(f"{name}={value}" for name, value in self.fields)


def asked(service: ServiceRules, data: QueryDict, book: RuleBook, now: datetime) -> Asked:
    """The order in `n` (persons for the main service) and `c<id>` (counts of further ones)."""
    lines = [(service.id, _count(data.get("n", "1") or "1", service.max_count))]
    for name, value in _further(data).items():
        other = book.services.get(row_number(name[1:]))
        if other is None:
            raise UnknownService
        lines.append((other.id, _count(value, other.max_count)))
    order = orders.check(lines, book, channel=Channel.WEB, now=now)
    return Asked.of(order)


def changed(booked: Appointment, data: QueryDict, book: RuleBook, now: datetime) -> Asked:
    """What a booked visit shall become; what it is may stay, even where nobody could book it anew."""
    before = Order.kept(booked.order)
    same = Asked.of(before, booked)
    said = {name: str(value) for name, value in data.items() if name == "n"} | _further(data)
    if not said or said == dict(same.fields):
        return same
    order = asked(book.services[before.main], data, book, now).order
    orders.refuse_unasked(order, before, book)  # said before somebody chooses a time; the command asks again
    return Asked.of(order, booked)


def _further(data: QueryDict) -> dict[str, str]:
    return {
        name: str(value)
        for name, value in data.items()
        if name.startswith("c") and row_number(name[1:]) and value not in ("", "0")
    }


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of the list of times, as they stand in the address."""

    offices: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    part: str = ""
    since: date | None = None
    view: str = "list"
    month: date | None = None
    day: date | None = None
    here: Point | None = None  # from where distances are told

    def wish(self, book: RuleBook) -> Wish:
        _label, begin, end = PARTS.get(self.part, ("", None, None))
        offices = {pool.place.id for pool in book.pools.values() if pool.place.slug in self.offices}
        return Wish(
            offices=frozenset(offices),
            weekdays=frozenset(self.weekdays),
            from_time=begin,
            until_time=end,
        )

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        found = [("office", slug) for slug in self.offices]
        found += [("weekday", str(n)) for n in self.weekdays]
        if self.part:
            found.append(("part", self.part))
        return tuple(found)

    @property
    def at(self) -> str:
        return nearness.written(self.here) if self.here else ""

    @property
    def is_narrow(self) -> bool:
        return bool(self.offices or self.weekdays or self.part)


def filters(data: QueryDict, book: RuleBook) -> Filters:
    """Filters that make no sense are left out: a wrong filter is no reason for an error page."""
    slugs = {pool.place.slug for pool in book.pools.values()}
    return Filters(
        offices=tuple(slug for slug in data.getlist("office") if slug in slugs)[:50],
        weekdays=tuple(sorted({int(n) for n in data.getlist("weekday") if n in "0123456" and len(n) == 1})),
        part=data.get("part", "") if data.get("part", "") in PARTS else "",
        since=_day(data.get("since", "")),
        view=data.get("view", "") if data.get("view") in VIEWS else "list",
        month=_day(f"{data.get('month', '')}-01"),
        day=_day(data.get("day", "")),
        here=nearness.read(data.get("at", "")),
    )


def slot(text: str) -> tuple[int, datetime]:
    """(pool, start) of a button `POOL-UNIT`; raises NotOffered for anything else."""
    found = _SLOT.fullmatch(text)
    if not found or int(found[2]) * UNIT_SECONDS > 4_000_000_000:
        raise NotOffered
    return int(found[1]), moment_of(int(found[2]))


def _count(text: str, most: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise BadCount(most)
    return int(text)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None
