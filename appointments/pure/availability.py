"""Which starts are free: arithmetic over values, without a database and without a clock.

The day of a pool is a string of five-minute units. Units are whole numbers (five minutes since 1970, UTC), so a
clock change cannot confuse them; rules are written in local wall time and turned into units per day.

What the rules mean
-------------------
* Openings of one pool that overlap **add up**: each says how many counters serve. Openings that touch act as one.
* The day is built in this order, and the later step wins: weekly openings -> empty on a holiday or closure ->
  `changed` replaces what is left -> `extra` adds -> `closed` cuts -> absences lower.
* A closure or an absence that begins or ends within a unit takes the whole unit; an opening gives only whole ones.
* An absence lowers the total; the reserve kept from the public stays whole, so the public loses first.
* Starts lie on a grid that begins at each opening's own start (08:10, 08:25, ... for 15 minutes from 08:10).
* An opening restricted to some services serves orders made only of those. Its counters still count in the total.
  Who is booked counts at every opening of the time, whichever would have served them: where a restricted and an
  unrestricted opening overlap, this hides a place rather than sell it twice. Separate counters belong in separate pools.
* A local time that does not exist (spring) means the moment as far after the gap; one that exists twice (autumn)
  means the first when it opens and the second when it closes. A 25-hour day has 25 hours of starts.
* `now` is rounded up to the next unit, then the lead is added; a start exactly there can be booked.
* The horizon counts local days; with a release time, the furthest day opens at that hour.
* A visit lies within one local day.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

UNIT_MINUTES: Final = 5
UNIT_SECONDS: Final = UNIT_MINUTES * 60
MOST_PLACES: Final = 250  # a day is held in bytes
_SMALLER: Final = [bytes(taken < places for taken in range(256)) for places in range(MOST_PLACES + 1)]


class Kind(StrEnum):
    CLOSED = "closed"
    CHANGED = "changed"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Weekly:
    """Every `weekday` (0 = Monday) from `opens` to `closes`; `closes` 00:00 means midnight."""

    weekday: int
    opens: time
    closes: time
    capacity: int
    public: int
    valid_from: date = date.min
    valid_until: date | None = None
    every_weeks: int = 1  # counted in Monday weeks from the week of `valid_from`
    nth_of_month: int | None = None  # 1..5, or -1 for the last such weekday of the month
    services: frozenset[int] = frozenset()  # empty: all

    def falls_on(self, day: date) -> bool:
        if day.weekday() != self.weekday or day < self.valid_from:
            return False
        if self.valid_until is not None and day > self.valid_until:
            return False
        if self.every_weeks > 1 and (_monday(day) - _monday(self.valid_from)).days // 7 % self.every_weeks:
            return False
        if self.nth_of_month is None:
            return True
        if self.nth_of_month == -1:
            return (day + timedelta(days=7)).month != day.month
        return (day.day - 1) // 7 + 1 == self.nth_of_month


@dataclass(frozen=True, slots=True)
class Special:
    """A dated exception. `closed` without times closes the whole day."""

    kind: Kind
    first_day: date
    last_day: date
    opens: time | None = None
    closes: time | None = None
    capacity: int = 0
    public: int = 0
    services: frozenset[int] = frozenset()

    def falls_on(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Away:
    """`places` counters are not staffed between two moments (aware)."""

    starts: datetime
    ends: datetime
    places: int = 1


@dataclass(frozen=True, slots=True)
class PoolRules:
    zone: ZoneInfo
    grid: int  # units between two starts
    weekly: tuple[Weekly, ...] = ()
    specials: tuple[Special, ...] = ()
    away: tuple[Away, ...] = ()
    shut: Callable[[date], bool] = lambda day: False  # public holidays and closures of the office


@dataclass(frozen=True, slots=True)
class Span:
    first: int
    end: int
    capacity: int
    public: int
    services: frozenset[int]


Runs = tuple[tuple[int, int, int], ...]  # from byte, to byte, places


@dataclass(frozen=True, slots=True)
class DayPlan:
    """The places of one pool on one local day, one byte a unit from `first` on."""

    first: int
    total: bytes  # all openings: what the database row may hold
    total_public: bytes
    capacity: Runs  # openings that serve the order asked for
    public: Runs
    starts: tuple[int, ...]  # unit numbers
    restricted: bool = False  # some openings do not serve the order: the row's places are not all for it
    serving: tuple[Span, ...] = ()

    @property
    def end(self) -> int:
        return self.first + len(self.total)

    def total_at(self, unit: int) -> tuple[int, int]:
        """Places (all, public) of all openings at a unit; zero outside of them."""
        if self.first <= unit < self.end:
            return self.total[unit - self.first], self.total_public[unit - self.first]
        return 0, 0

    def serving_at(self, unit: int) -> tuple[frozenset[Span], int]:
        """The openings that serve the order at a unit, and the places that they have together."""
        openings = frozenset(span for span in self.serving if span.first <= unit < span.end)
        at = unit - self.first
        return openings, next((places for i, j, places in self.capacity if i <= at < j), 0)


@dataclass(frozen=True, slots=True)
class Load:
    """Places taken, one byte a unit from `first` on."""

    first: int
    taken: bytearray
    public: bytearray


@dataclass(frozen=True, slots=True)
class Window:
    """What a channel may book now: not before a unit, not after a local day."""

    earliest: int
    last_day: date


@dataclass(frozen=True, slots=True)
class Part:
    """One service of a visit: `base` minutes for the first person or document, `extra` for each further one."""

    base: int
    extra: int
    count: int


NO_PLAN: Final = DayPlan(0, b"", b"", (), (), ())


def unit_of(moment: datetime) -> int:
    """The unit a moment lies in."""
    return int(moment.timestamp()) // UNIT_SECONDS


def on_unit(moment: datetime) -> bool:
    return not (int(moment.timestamp()) % UNIT_SECONDS or moment.microsecond)


def moment_of(unit: int) -> datetime:
    return datetime.fromtimestamp(unit * UNIT_SECONDS, tz=UTC)


def local_day(unit: int, zone: ZoneInfo) -> date:
    return moment_of(unit).astimezone(zone).date()


def length_in_units(parts: Iterable[Part]) -> int:
    """Length of a visit, rounded up to whole units; at least one."""
    minutes = sum(part.base + part.extra * (part.count - 1) for part in parts)
    return max(1, -(-minutes // UNIT_MINUTES))


def window(
    now: datetime, zone: ZoneInfo, *, lead_minutes: int, horizon_days: int, release: time | None = None
) -> Window:
    """The bookable stretch at `now` (see the module text for rounding)."""
    earliest = -(-int(now.timestamp()) // UNIT_SECONDS) + -(-lead_minutes // UNIT_MINUTES)
    local = now.astimezone(zone)
    today = local.date()
    if release is not None and local.time() < release:
        today -= timedelta(days=1)
    return Window(earliest, today + timedelta(days=horizon_days))


def plan_day(rules: PoolRules, day: date, services: frozenset[int] = frozenset()) -> DayPlan:
    """The places and the grid of one local day for an order made of `services`."""
    spans = _spans(rules, day)
    if not spans:
        return NO_PLAN
    first, end = min(s.first for s in spans), max(s.end for s in spans)
    closed = _closed(rules, day)
    away = _away(rules, first, end)
    serving = [s for s in spans if not s.services or services <= s.services] if services else spans
    total, total_public = _places(spans, closed, away, first, end)
    restricted = len(serving) != len(spans)
    if not restricted:
        capacity, public = total, total_public
    else:
        capacity, public = _places(serving, closed, away, first, end)
    starts = sorted({u for s in serving for u in range(s.first, s.end, rules.grid)})
    return DayPlan(
        first, total, total_public, _runs(capacity), _runs(public), tuple(starts), restricted, tuple(serving)
    )


def free_starts(
    plan: DayPlan,
    load: Load | None,
    length: int,
    *,
    earliest: int,
    public: bool,
    among: Sequence[int] | None = None,
) -> list[int]:
    """The starts of `plan` at which `length` units have a free place all along.

    Listing asks for all of them, booking for `among` the one that was chosen: the same function answers both.
    """
    free = _free(plan, load, public=public)
    run, first = b"\1" * length, plan.first
    if run not in free:
        return []
    starts: Iterable[int] = plan.starts if among is None else [u for u in among if u in plan.starts]
    return [u for u in starts if u >= earliest and free[u - first : u - first + length] == run]


def _free(plan: DayPlan, load: Load | None, *, public: bool) -> bytes:
    """One byte a unit: 1 where a place is free."""
    size = len(plan.total)
    free = _below(plan.capacity, _cut(load.taken, load.first, plan.first, size) if load else bytes(size))
    # online bookings are among all, so the second limit cannot bite
    if not public or plan.public == plan.capacity:
        return free
    share = _below(plan.public, _cut(load.public, load.first, plan.first, size) if load else bytes(size))
    return (int.from_bytes(free, "big") & int.from_bytes(share, "big")).to_bytes(size, "big")


def _below(limit: Runs, taken: bytes) -> bytes:
    return b"".join([taken[i:j].translate(_SMALLER[places]) for i, j, places in limit])


def _runs(places: bytes) -> Runs:
    """The stretches of equal capacity: few a day, so that comparing is a table look-up per stretch."""
    found, i = [], 0
    for value, same in groupby(places):
        j = i + sum(1 for _ in same)
        found.append((i, j, value))
        i = j
    return tuple(found)


def _cut(values: bytearray, have: int, want: int, size: int) -> bytes:
    """`size` bytes from unit `want` on, out of a string that begins at unit `have`; zero where there is nothing."""
    offset = want - have
    if offset >= 0:
        return bytes(values[offset : offset + size]).ljust(size, b"\0")
    return (b"\0" * -offset + bytes(values[: max(0, size + offset)]))[:size].ljust(size, b"\0")


def _spans(rules: PoolRules, day: date) -> list[Span]:
    special = [s for s in rules.specials if s.falls_on(day)]
    changed = [s for s in special if s.kind is Kind.CHANGED]
    regular: Iterable[Weekly | Special]
    if changed:
        regular = changed
    elif rules.shut(day):
        regular = ()
    else:
        regular = [w for w in rules.weekly if w.falls_on(day)]
    extra = [s for s in special if s.kind is Kind.EXTRA]
    spans = []
    for rule in (*regular, *extra):
        if rule.opens is None or rule.closes is None:
            continue
        first, end = _units(day, rule.opens, rule.closes, rules.zone)
        if first < end and rule.capacity > 0:
            spans.append(Span(first, end, rule.capacity, rule.public, rule.services))
    return spans


def _closed(rules: PoolRules, day: date) -> list[tuple[int, int]]:
    cuts = []
    for special in rules.specials:
        if special.kind is Kind.CLOSED and special.falls_on(day):
            begin, end = _moments(day, special.opens or time(0), special.closes or time(0), rules.zone)
            cuts.append((begin // UNIT_SECONDS, -(-end // UNIT_SECONDS)))
    return cuts


def _away(rules: PoolRules, first: int, end: int) -> list[tuple[int, int, int]]:
    found = []
    for away in rules.away:
        a, b = unit_of(away.starts), -(-int(away.ends.timestamp()) // UNIT_SECONDS)
        if a < end and first < b:
            found.append((max(a, first), min(b, end), away.places))
    return found


def _places(
    spans: Iterable[Span],
    closed: Iterable[tuple[int, int]],
    away: Iterable[tuple[int, int, int]],
    first: int,
    end: int,
) -> tuple[bytes, bytes]:
    total, public = [0] * (end - first), [0] * (end - first)
    for span in spans:
        i, j, share = span.first - first, span.end - first, min(span.public, span.capacity)
        total[i:j] = [n + span.capacity for n in total[i:j]]
        public[i:j] = [n + share for n in public[i:j]]
    for a, b, places in away:
        for i in range(a - first, b - first):
            reserve = total[i] - public[i]
            total[i] = max(0, total[i] - places)
            public[i] = max(0, total[i] - reserve)
    for a, b in closed:
        for i in range(max(a, first) - first, min(b, end) - first):
            total[i] = public[i] = 0
    if max(total) > MOST_PLACES:
        total, public = [min(n, MOST_PLACES) for n in total], [min(n, MOST_PLACES) for n in public]
    return bytes(total), bytes(public)


def _units(day: date, opens: time, closes: time, zone: ZoneInfo) -> tuple[int, int]:
    """The units from a local opening to a local closing time; a begun unit does not count."""
    begin, end = _moments(day, opens, closes, zone)
    return -(-begin // UNIT_SECONDS), end // UNIT_SECONDS


def _moments(day: date, opens: time, closes: time, zone: ZoneInfo) -> tuple[int, int]:
    """A local opening and closing time as seconds since 1970."""
    begin = datetime.combine(day, opens, zone)
    closing_day = day + timedelta(days=1) if closes == time(0) else day
    end = datetime.combine(closing_day, closes, zone)
    # fold 0 in the gap, fold 1 in the doubled hour
    last = max(end.timestamp(), end.replace(fold=1).timestamp())
    return int(begin.timestamp()), int(last)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
