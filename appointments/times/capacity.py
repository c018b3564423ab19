"""Opening units from the rules and locking them: the scarce thing, locked late, once, in key order.

A command calls `lock` for exactly the units of a visit and looks with `availability.free_starts` at what it returns;
then it writes the appointment, and the trigger in the database counts it. So the same function lists and books, and the
CHECK constraints on the counters stand behind it. Clerks who shrink the hours below what is booked leave the row
at what is taken: nobody is thrown out, nobody more gets in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from appointments.models import Appointment, Channel
from appointments.models.visits import OFFER_GRACE
from appointments.pure.availability import UNIT_SECONDS, DayPlan, Load, local_day, moment_of, unit_of
from appointments.times.rules import PoolFacts, RuleBook

DAY_UNITS = 288

_LOCK = """
INSERT INTO appointments_slotload AS s (pool_id, unit, taken, taken_public, capacity, public_capacity)
SELECT %s, w.unit, 0, 0, w.capacity, w.public
  FROM unnest(%s::int[], %s::smallint[], %s::smallint[]) AS w(unit, capacity, public)
 ORDER BY w.unit
ON CONFLICT (pool_id, unit) DO UPDATE
   SET capacity = GREATEST(excluded.capacity, s.taken), public_capacity = GREATEST(excluded.public_capacity, s.taken_public)
RETURNING unit, taken, taken_public
"""

_OPEN = """
INSERT INTO appointments_slotload (pool_id, unit, taken, taken_public, capacity, public_capacity)
SELECT %s, w.unit, 0, 0, w.capacity, w.public
  FROM unnest(%s::int[], %s::smallint[], %s::smallint[]) AS w(unit, capacity, public)
 ORDER BY w.unit
ON CONFLICT DO NOTHING
"""

_REALIGN = """
UPDATE appointments_slotload AS s
   SET capacity = GREATEST(w.capacity, s.taken), public_capacity = GREATEST(w.public, s.taken_public)
  FROM unnest(%s::int[], %s::smallint[], %s::smallint[]) AS w(unit, capacity, public)
 WHERE s.pool_id = %s AND s.unit = w.unit
   AND (s.capacity, s.public_capacity)
       IS DISTINCT FROM (GREATEST(w.capacity, s.taken)::smallint, GREATEST(w.public, s.taken_public)::smallint)
"""

_LOADS = """
SELECT pool_id, day, taken, taken_public, NULL, NULL, NULL
  FROM appointments_dayload WHERE pool_id = ANY(%(pools)s) AND day = ANY(%(days)s)
UNION ALL
SELECT pool_id, NULL, NULL, NULL,
       (extract(epoch FROM starts_at) / 300)::int, (extract(epoch FROM ends_at) / 300)::int, channel = 'web'
  FROM appointments_appointment
 WHERE state IN ('hold', 'unconfirmed') AND pool_id = ANY(%(pools)s)
   AND held_until <= %(now)s  -- said alone as well, so that the index skips the thousands that still hold
   AND held_until <= CASE purpose WHEN 'offer' THEN %(offers_before)s ELSE %(now)s END
   AND ends_at > to_timestamp(%(since)s) AND starts_at < to_timestamp(%(until)s)
"""


def lock(pool_id: int, plan: DayPlan, first: int, length: int) -> Load:
    """Bring `length` units from `first` to what the rules say, lock them, and say what is taken. In a transaction."""
    units = list(range(first, first + length))
    capacities = [plan.total_at(unit) for unit in units]
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [pool_id, units, [c for c, _p in capacities], [p for _c, p in capacities]])
        taken, public = bytearray(length), bytearray(length)
        for unit, all_taken, public_taken in cursor.fetchall():
            taken[unit - first], public[unit - first] = all_taken, public_taken
    return Load(first, taken, public)


def lock_both(old: tuple[int, int, int], pool_id: int, plan: DayPlan, first: int, length: int) -> None:
    """Before a move: make sure the new units have rows, then lock old and new ones together, in key order.

    `old` is (pool, first unit, end unit). Without this, two citizens who swap their times could wait for each other.
    """
    units = list(range(first, first + length))
    places = [plan.total_at(unit) for unit in units]
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [pool_id, units, [c for c, _p in places], [p for _c, p in places]])
        cursor.execute(
            "SELECT 1 FROM appointments_slotload"
            " WHERE (pool_id = %s AND unit >= %s AND unit < %s) OR (pool_id = %s AND unit >= %s AND unit < %s)"
            " ORDER BY pool_id, unit FOR NO KEY UPDATE",
            [*old, pool_id, first, first + length],
        )


def taken_at(pool_id: int, first: int, end: int) -> list[int]:
    """How many places are taken in each unit from `first` up to `end`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unit, taken FROM appointments_slotload WHERE pool_id = %s AND unit >= %s AND unit < %s",
            [pool_id, first, end],
        )
        taken = dict(cursor.fetchall())
    return [taken.get(unit, 0) for unit in range(first, end)]


def leave_out(load: Load, first: int, end: int, *, web: bool) -> None:
    """Count a load as if the appointment on `first` to `end` were not there. Days that were not read stay empty."""
    for i in range(max(0, first - load.first), min(len(load.taken), end - load.first)):
        load.taken[i] = max(0, load.taken[i] - 1)
        load.public[i] = max(0, load.public[i] - web)


def leave_out_visit(load: Load, visit: Appointment) -> None:
    web = visit.channel == Channel.WEB
    leave_out(load, unit_of(visit.starts_at), unit_of(visit.ends_at), web=web)


def days_of(plans: Iterable[DayPlan]) -> set[int]:
    """The packed days (UTC) that the places of `plans` lie on."""
    return {unit // DAY_UNITS for plan in plans if plan.starts for unit in (plan.first, plan.end - 1)}


def loads(pool_ids: Iterable[int], days: set[int], now: datetime) -> dict[int, Load]:
    """What is taken per pool on the packed `days`, overdue holds not counted.

    One statement, so that a hold that is freed meanwhile is either counted and overdue, or neither.
    """
    if not days:
        return {}
    found: dict[int, Load] = {}
    overdue: list[tuple[int, int, int, bool]] = []
    base, size = min(days) * DAY_UNITS, (max(days) - min(days) + 1) * DAY_UNITS
    values: dict[str, Any] = {
        "pools": list(pool_ids),
        "days": sorted(days),
        "now": now,
        "offers_before": now - OFFER_GRACE,
        "since": base * UNIT_SECONDS,
        "until": (base + size) * UNIT_SECONDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOADS, values)
        for pool_id, day, taken, public, start, stop, web in cursor.fetchall():
            if day is None:
                overdue.append((pool_id, start, stop, web))
                continue
            load = found.get(pool_id) or found.setdefault(
                pool_id, Load(base, bytearray(size), bytearray(size))
            )
            at = day * DAY_UNITS - base
            load.taken[at : at + DAY_UNITS] = taken
            load.public[at : at + DAY_UNITS] = public
    for pool_id, start, stop, web in overdue:
        if pool_id in found:
            leave_out(found[pool_id], start, stop, web=web)
    return found


def realign(
    book: RuleBook, pools: Iterable[PoolFacts] | None = None, *, since: datetime | None = None
) -> int:
    """After an edit of rules: bring the units that have a row to the new capacity. Returns how many changed.

    `pools` are those that the edit is about; None means all.
    """
    first, changed = unit_of(since or timezone.now()), 0
    with connection.cursor() as cursor:
        for pool in book.pools.values() if pools is None else pools:
            cursor.execute(
                "SELECT unit FROM appointments_slotload WHERE pool_id = %s AND unit >= %s ORDER BY unit FOR NO KEY UPDATE",
                [pool.id, first],
            )
            units = [row[0] for row in cursor.fetchall()]
            if not units:
                continue
            places = places_at(book, pool, units)
            cursor.execute(_REALIGN, [units, [c for c, _p in places], [p for _c, p in places], pool.id])
            changed += cursor.rowcount
    return changed


def places_at(book: RuleBook, pool: PoolFacts, units: Iterable[int]) -> list[tuple[int, int]]:
    """Places (all, public) that the rules give at each unit."""
    found = []
    day: date | None = None
    plan = None
    for unit in units:
        here = local_day(unit, book.zone)
        if plan is None or here != day:
            day, plan = here, pool.plan(here)
        found.append(plan.total_at(unit))
    return found


@dataclass(frozen=True)
class Drift:
    pool_id: int
    unit: int
    counted: int
    stored: int
    capacity: int

    @property
    def moment(self) -> datetime:
        return moment_of(self.unit)


_RECOUNT = """
WITH counted AS (
  SELECT a.pool_id, u.unit, count(*) AS n, count(*) FILTER (WHERE a.channel = 'web') AS web
    FROM appointments_appointment a,
         generate_series((extract(epoch FROM a.starts_at) / 300)::int, (extract(epoch FROM a.ends_at) / 300)::int - 1)
           AS u(unit)
   WHERE a.state NOT IN ('cancelled', 'expired')
   GROUP BY 1, 2
)
SELECT COALESCE(c.pool_id, s.pool_id), COALESCE(c.unit, s.unit), COALESCE(c.n, 0), COALESCE(s.taken, 0),
       COALESCE(s.capacity, 0)
  FROM counted c FULL JOIN appointments_slotload s ON s.pool_id = c.pool_id AND s.unit = c.unit
 WHERE COALESCE(c.n, 0) <> COALESCE(s.taken, 0) OR COALESCE(c.web, 0) <> COALESCE(s.taken_public, 0)
    OR COALESCE(c.n, 0) > COALESCE(s.capacity, 0)
    OR COALESCE(s.taken, 0) <> COALESCE((
         SELECT get_byte(d.taken, s.unit % 288) FROM appointments_dayload d
          WHERE d.pool_id = s.pool_id AND d.day = s.unit / 288), 0)
"""


def recount() -> list[Drift]:
    """Every unit whose counter is not the number of appointments, or is above its places. Must be empty."""
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT)
        return [Drift(*row) for row in cursor.fetchall()]


def day_bounds(first_day: date, last_day: date, book: RuleBook) -> tuple[int, int]:
    """The units of the local days `first_day` to `last_day`, both included."""
    start = datetime(first_day.year, first_day.month, first_day.day, tzinfo=book.zone)
    after = last_day + timedelta(days=1)
    return unit_of(start), unit_of(datetime(after.year, after.month, after.day, tzinfo=book.zone))
