"""What the page of free times shows: five dates, one day, or a month. Values for templates, no HTML."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

from django.utils import formats
from django.utils.translation import gettext as _

from appointments.models import Appointment, Channel
from appointments.pure.availability import UNIT_MINUTES
from appointments.times import nearness, search
from appointments.times.rules import Place, RuleBook, ServiceRules
from appointments.times.search import FreeDay, Slot
from appointments.times.wishes import PARTS, Asked, Filters
from portal.models.places import Weekday

DATES: Final = 5
TIMES_A_DATE: Final = 6


@dataclass(frozen=True, slots=True)
class TimeButton:
    """One free start: `value` is what the form sends."""

    value: str
    local: datetime
    place: Place


@dataclass(frozen=True, slots=True)
class DateRow:
    day: date
    buttons: tuple[TimeButton, ...]
    more: int  # times of this day that are not shown here
    url: str


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An office with its first free date, if it has one; `fields` are the filters that ask for this office alone."""

    place: Place
    metres: int | None
    dates: DateRow | None
    url: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MonthCell:
    """A day of the month view; `count` is None outside the month or where nothing can be booked yet."""

    day: date
    count: int | None
    url: str
    is_open: bool = False


def context(
    service: ServiceRules, asked: Asked, chosen: Filters, book: RuleBook, now: datetime, language: str
) -> dict[str, Any]:
    """Everything `appointments/times.html` needs. Two queries, however many offices and times there are."""
    base = Links(asked, chosen)
    pools = book.pools_for(asked.order.services)
    places = nearness.nearest_first({pool.place for pool in pools}, chosen.here)
    found: dict[str, Any] = {
        "service": service,
        "name": service.name_in(language),
        "others": [(book.services[pk].name_in(language), n) for pk, n in asked.order.lines[1:]],
        "count": asked.order.lines[0][1],
        "asked": asked,
        "filters": chosen,
        "places": places,
        "several": len(places) > 1,
        "stamp": book.stamp,
        **_choices(language),
        "links": base,
        "minutes": sorted({asked.order.length_at(pool, book) * UNIT_MINUTES for pool in pools}),
        "last_day": asked.order.window(book, Channel.WEB, now).last_day,
        "tabs": _tabs(chosen, base, several=len(places) > 1),
    }
    if chosen.view == "month":
        return found | _month(asked, chosen, book, now, base)
    if chosen.view == "offices":
        return found | _by_office(asked, chosen, book, now, base, places)
    if chosen.day:
        return found | _one_day(asked, chosen, book, now, base)
    return found | _list(asked, chosen, book, now, base)


def _tabs(chosen: Filters, links: "Links", *, several: bool) -> list[dict[str, Any]]:
    current = chosen.view if chosen.view != "list" else "" if chosen.day else "list"
    offered = [
        ("list", _("Next dates")),
        *([("offices", _("By office"))] if several else ()),
        ("month", _("Month")),
    ]
    return [
        {"label": label, "url": links.to(view="" if view == "list" else view), "current": view == current}
        for view, label in offered
    ]


@lru_cache
def _choices(language: str) -> dict[str, Any]:
    """What the filters offer, as plain text: lazy translations cost a tenth of the page."""
    return {
        "parts": [(key, str(row[0])) for key, row in PARTS.items()],
        "weekdays": [(number, str(label)) for number, label in Weekday.choices[:6]],
    }


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of this page with one thing changed; filters and counts stay."""

    asked: Asked
    chosen: Filters

    def to(self, **changes: str) -> str:
        fields: list[tuple[str, str]] = [*self.asked.fields, *self.chosen.fields]
        kept = {"view": "" if self.chosen.view == "list" else self.chosen.view, "at": self.chosen.at}
        fields += [(name, value) for name, value in kept.items() if value and name not in changes]
        return "?" + urlencode([*fields, *((name, value) for name, value in changes.items() if value)])

    @property
    def unfiltered(self) -> str:
        return "?" + urlencode(self.asked.fields)

    @property
    def any_office(self) -> str:
        """The same day and wishes at every office."""
        day = self.chosen.day.isoformat() if self.chosen.day else ""
        return replace(self, chosen=replace(self.chosen, offices=())).to(day=day)

    @property
    def query(self) -> str:
        return urlencode(self.asked.fields)


def buttons(slots: list[Slot] | tuple[Slot, ...]) -> tuple[TimeButton, ...]:
    return tuple(TimeButton(f"{slot.pool.id}-{slot.unit}", slot.local, slot.pool.place) for slot in slots)


def _days(
    asked: Asked,
    chosen: Filters,
    book: RuleBook,
    now: datetime,
    first_day: date | None = None,
    last_day: date | None = None,
) -> Iterator[FreeDay]:
    found = search.free_days(
        asked.order,
        book,
        now=now,
        wish=chosen.wish(book),
        first_day=first_day,
        last_day=last_day,
        instead_of=asked.instead_of,
    )
    return _others(found, asked.instead_of) if asked.instead_of else found


def own_time(asked: Asked, book: RuleBook, now: datetime) -> TimeButton | None:
    """The time that a booked visit has already, where it is free for what the visit shall become."""
    visit = asked.instead_of
    assert visit is not None
    days = search.free_days(
        asked.order, book, now=now, first_day=visit.day, last_day=visit.day, instead_of=visit
    )
    same = [slot for day in days for slot in day.slots if _is_own(slot, visit)]
    return buttons(same)[0] if same else None


def _others(days: Iterable[FreeDay], visit: Appointment) -> Iterator[FreeDay]:
    """The time that a visit has is no other time."""
    for free in days:
        if others := tuple(slot for slot in free.slots if not _is_own(slot, visit)):
            yield FreeDay(free.day, others)


def _is_own(slot: Slot, visit: Appointment) -> bool:
    return slot.start == visit.starts_at and slot.pool.place.id == visit.pool.office_id


def _list(asked: Asked, chosen: Filters, book: RuleBook, now: datetime, links: Links) -> dict[str, Any]:
    free = list(islice(_days(asked, chosen, book, now, first_day=chosen.since), DATES + 1))
    later = free[DATES].day.isoformat() if len(free) > DATES else ""
    rows = [_row(day, links) for day in free[:DATES]]
    return {
        "mode": "list",
        "rows": rows,
        # what the list shows, in short: the same list is drawn once, a changed one anew
        "fingerprint": "".join(f"{row.more}{row.url}{[b.value for b in row.buttons]}" for row in rows)
        + later,
        "later_url": links.to(since=later) if later else "",
        "earlier_url": links.to() if chosen.since else "",
    }


def _row(free: FreeDay, links: Links) -> DateRow:
    """The first times of a date; where one office has them all, times spread over the day."""
    shown = free.slots
    if len(shown) > TIMES_A_DATE:
        step = (len(shown) - 1) / (TIMES_A_DATE - 1)
        shown = tuple(shown[round(n * step)] for n in range(TIMES_A_DATE))
    return DateRow(
        free.day, buttons(shown), len(free.slots) - len(shown), links.to(day=free.day.isoformat(), view="")
    )


def _by_office(
    asked: Asked, chosen: Filters, book: RuleBook, now: datetime, links: Links, places: list[Place]
) -> dict[str, Any]:
    """Each office with the first date that it has: nearest first, or the earliest where nobody said from where."""
    shown = [place for place in places if not chosen.offices or place.slug in chosen.offices]
    first: dict[Place, FreeDay] = {}
    for free in _days(asked, chosen, book, now, first_day=chosen.since):
        for slot in free.slots:
            if slot.pool.place not in first:
                here = tuple(one for one in free.slots if one.pool.place == slot.pool.place)
                first[slot.pool.place] = FreeDay(free.day, here)
        if len(first) == len(shown):
            break
    if not chosen.here:
        shown.sort(key=lambda place: first[place].slots[0].unit if place in first else 2**40)
    return {
        "mode": "offices",
        "offices": [_office_row(place, first.get(place), chosen, links) for place in shown],
        "here_url": links.to(view="offices", at=""),
    }


def _office_row(place: Place, free: FreeDay | None, chosen: Filters, links: Links) -> OfficeRow:
    alone = replace(links, chosen=replace(chosen, offices=(place.slug,), view="list"))
    dates = _row(free, alone) if free else None
    return OfficeRow(place, nearness.metres(place, chosen.here), dates, alone.to(), alone.chosen.fields)


def _one_day(asked: Asked, chosen: Filters, book: RuleBook, now: datetime, links: Links) -> dict[str, Any]:
    """All times of a day by office; without any, the nearest dates before and after."""
    assert chosen.day is not None
    day = chosen.day
    around = list(islice(_days(asked, chosen, book, now, first_day=day), 2))
    slots = around[0].slots if around and around[0].day == day else ()
    after = next((free.day for free in around if free.day > day), None)
    before = None
    earlier: Iterable[FreeDay] = ()
    if not slots:
        earlier = _days(asked, chosen, book, now, last_day=day - timedelta(days=1))
    for free in earlier:
        before = free.day
    by_place: dict[Place, list[Slot]] = {}
    for slot in slots:
        by_place.setdefault(slot.pool.place, []).append(slot)
    reasons = book.closed_because(day, asked.order.services)
    return {
        "mode": "day",
        "day": day,
        "by_place": [
            (place, nearness.metres(place, chosen.here), buttons(by_place[place]))
            for place in (nearness.nearest_first(by_place, chosen.here) if chosen.here else by_place)
        ],
        "before": before and (before, links.to(day=before.isoformat(), view="")),
        "after": after and (after, links.to(day=after.isoformat(), view="")),
        "reason": reasons,
    }


def _month(asked: Asked, chosen: Filters, book: RuleBook, now: datetime, links: Links) -> dict[str, Any]:
    today = now.astimezone(book.zone).date()
    last_bookable = asked.order.window(book, Channel.WEB, now).last_day
    month = max(chosen.month or today, today).replace(day=1)
    month = min(month, last_bookable.replace(day=1))
    last = month.replace(day=monthrange(month.year, month.month)[1])
    free = {d.day: len(d.slots) for d in _days(asked, chosen, book, now, first_day=month, last_day=last)}
    first_cell = month - timedelta(days=month.weekday())
    weeks, pools = [], book.pools_for(asked.order.services)
    opened = {n for n in range(1, last.day + 1) if any(p.plan(month.replace(day=n)).starts for p in pools)}
    while first_cell <= last:
        days = [first_cell + timedelta(days=n) for n in range(7)]
        weeks.append([_cell(day, month, today, last_bookable, free, opened, links) for day in days])
        first_cell += timedelta(days=7)
    next_month = last + timedelta(days=1)
    plain = replace(links, chosen=replace(chosen, view="list"))
    before = (month - timedelta(days=1)).strftime("%Y-%m")
    return {
        "mode": "month",
        "month": month,
        "weeks": weeks,
        "weekday_names": [formats.date_format(first_cell + timedelta(days=n), "l") for n in range(7)],
        "month_total": sum(free.values()),
        "earlier_url": plain.to(view="month", month=before) if month > today else "",
        "later_url": plain.to(view="month", month=next_month.strftime("%Y-%m"))
        if next_month <= last_bookable
        else "",
    }


def _cell(
    day: date,
    month: date,
    today: date,
    last: date,
    free: dict[date, int],
    opened: set[int],
    links: Links,
) -> MonthCell:
    if day.month != month.month or day < today or day > last:
        return MonthCell(day, None, "")
    plain = replace(links, chosen=replace(links.chosen, view="list"))
    return MonthCell(day, free.get(day, 0), plain.to(day=day.isoformat()), day.day in opened)
