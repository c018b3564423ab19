"""Where and when there is a free time: over all offices, day by day, until enough is found.

Counters are read for some open days at a time (one query each), because the next dates are mostly near. What is shown
comes from `availability.free_starts`, the function that `slots.take` asks before it books.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from appointments.models import Appointment, Channel
from appointments.pure.availability import Load, free_starts, moment_of
from appointments.times import capacity, claims
from appointments.times.orders import Order
from appointments.times.rules import PoolFacts, RuleBook

STRETCHES: Final = (8, 20, 1000)  # open days read at a time


@dataclass(frozen=True, slots=True)
class Wish:
    """What suits a citizen; empty means anything."""

    offices: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    from_time: time | None = None
    until_time: time | None = None  # the start lies before it

    def takes_office(self, office_id: int) -> bool:
        return not self.offices or office_id in self.offices

    def takes_day(self, day: date) -> bool:
        return not self.weekdays or day.weekday() in self.weekdays

    def takes_clock(self, clock: time) -> bool:
        return (self.from_time is None or self.from_time <= clock) and (
            self.until_time is None or clock < self.until_time
        )

    @property
    def asks_clock(self) -> bool:
        return self.from_time is not None or self.until_time is not None


@dataclass(frozen=True, slots=True)
class Slot:
    """A free start at one office; `pool` is one of those that have it."""

    unit: int
    pool: PoolFacts
    length: int

    @property
    def start(self) -> datetime:
        return moment_of(self.unit)

    @property
    def local(self) -> datetime:
        return self.start.astimezone(self.pool.rules.zone)


@dataclass(frozen=True, slots=True)
class FreeDay:
    day: date
    slots: tuple[Slot, ...]


ANYTHING: Final = Wish()


def free_days(
    order: Order,
    book: RuleBook,
    *,
    now: datetime,
    channel: str = Channel.WEB,
    wish: Wish = ANYTHING,
    first_day: date | None = None,
    last_day: date | None = None,
    instead_of: Appointment | None = None,
) -> Iterator[FreeDay]:
    """Each day that has a free time, earliest first, with its times in order. Take as many as you need.

    The place of `instead_of`, a booked visit, counts as free.
    """
    pools = [p for p in book.pools_for(order.services) if wish.takes_office(p.place.id)]
    stretch = order.window(book, channel, now)
    today = now.astimezone(book.zone).date()
    begin = max(first_day or today, today)
    end = min(last_day or stretch.last_day, stretch.last_day)
    find = partial(_on_day, order, book, wish=wish, earliest=stretch.earliest, channel=channel)
    for days in _stretches(_open_days(order, pools, wish, begin, end)):
        plans = [pool.plan(day, order.services) for day in days for pool in pools]
        loads = capacity.loads([pool.id for pool in pools], capacity.days_of(plans), now)
        if instead_of is not None and instead_of.pool_id in loads:
            capacity.leave_out_visit(loads[instead_of.pool_id], instead_of)
        taken = _claimed(order, book, pools, capacity.day_bounds(days[0], days[-1], book), instead_of)
        for day in days:
            if slots := find(day, pools, loads, taken):
                yield FreeDay(day, tuple(slots))


def earliest(
    order: Order, book: RuleBook, *, now: datetime, channel: str = Channel.WEB, wish: Wish = ANYTHING
) -> Slot | None:
    """The first free time over all offices, or None within the horizon."""
    first = next(free_days(order, book, now=now, channel=channel, wish=wish), None)
    return first.slots[0] if first else None


def in_a_row(days: Iterable[FreeDay], most: int) -> list[Slot]:
    """The first `most` times of `days` of which each begins when the one before is over: all can be booked."""
    row: list[Slot] = []
    for slot in (slot for day in days for slot in day.slots):
        if len(row) == most:
            break
        if not row or slot.unit >= row[-1].unit + row[-1].length:
            row.append(slot)
    return row


def nearest(
    order: Order, book: RuleBook, *, now: datetime, start: datetime, channel: str = Channel.WEB, most: int = 5
) -> list[Slot]:
    """Free times around `start`: what a page offers when the chosen one is gone."""
    day = start.astimezone(book.zone).date()
    found: list[Slot] = []
    for free in free_days(order, book, now=now, channel=channel, first_day=day - timedelta(days=3)):
        found += free.slots
        if free.day > day and len(found) >= most:
            break
    found.sort(key=lambda slot: abs((slot.start - start).total_seconds()))
    return sorted(found[:most], key=lambda slot: slot.unit)


def _on_day(
    order: Order,
    book: RuleBook,
    day: date,
    pools: Iterable[PoolFacts],
    loads: dict[int, Load],
    taken: claims.Busy,
    *,
    wish: Wish,
    earliest: int,
    channel: str,
) -> list[Slot]:
    """The free starts of one day, each start once per office."""
    found: dict[tuple[int, int], Slot] = {}
    for pool in pools:
        plan = pool.plan(day, order.services)
        if not plan.starts:
            continue
        length = order.length_at(pool, book)
        starts = free_starts(
            plan, loads.get(pool.id), length, earliest=earliest, public=channel == Channel.WEB
        )
        if starts and taken:
            sets = claims.needed(book, order, pool.place.id)
            starts = [unit for unit in starts if claims.fits(sets, taken, unit, length)]
        for unit in starts:
            if not wish.asks_clock or wish.takes_clock(_clock(unit, pool.rules.zone)):
                found.setdefault((unit, pool.place.id), Slot(unit, pool, length))
    return sorted(found.values(), key=lambda slot: (slot.unit, slot.pool.place.name))


def _claimed(
    order: Order,
    book: RuleBook,
    pools: list[PoolFacts],
    bounds: tuple[int, int],
    besides: Appointment | None,
) -> claims.Busy:
    resources = {pk for pool in pools for some in claims.needed(book, order, pool.place.id) for pk in some}
    if not any(rules.resources for rules in order.rules(book)):
        return {}
    return claims.busy(resources, moment_of(bounds[0]), moment_of(bounds[1]), besides) or {0: []}


def _open_days(order: Order, pools: list[PoolFacts], wish: Wish, begin: date, end: date) -> Iterator[date]:
    for offset in range((end - begin).days + 1):
        day = begin + timedelta(days=offset)
        if wish.takes_day(day) and any(pool.plan(day, order.services).starts for pool in pools):
            yield day


def _stretches(days: Iterator[date]) -> Iterator[list[date]]:
    for most in STRETCHES:
        if not (some := list(islice(days, most))):
            return
        yield some


@lru_cache(maxsize=20_000)
def _clock(unit: int, zone: ZoneInfo) -> time:
    """What the wall clock shows: asked for every start of every day when somebody filters by time of day."""
    return moment_of(unit).astimezone(zone).time()
