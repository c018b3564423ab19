"""Deadlines in working days of the office, and when to raise one's voice. Pure: values in, values out.

A deadline ends with the last second of its local day. The calendar knows weekends, national and regional holidays, and
closures; so a report on Christmas Eve is not late on Boxing Day. While a case waits for the citizen its clock rests: when the
answer comes, every open deadline moves on by the working days that have passed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from enum import IntEnum
from typing import Protocol


class Calendar(Protocol):
    """The part of portal.workdays.WorkCalendar that is needed here."""

    def is_working_day(self, day: date) -> bool: ...
    def add(self, day: date, working_days: int) -> date: ...
    def between(self, first: date, last: date) -> int: ...


@dataclass(frozen=True)
class Terms:
    """What the city promises, in working days after the day of arrival. 0 = no such promise."""

    acknowledge: int
    interim: int
    answer: int


@dataclass(frozen=True)
class Deadlines:
    acknowledge_by: datetime | None
    interim_by: datetime | None
    answer_by: datetime | None


class Step(IntEnum):
    """How loud the escalation is: who hears of it."""

    QUIET = 0
    WARNING = 1  # the clerk, before the deadline
    CLERK = 2  # the clerk, once it is over
    LEAD = 3  # the lead of the department, `every` working days later
    HEAD = 4  # the department above, as much later again


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The last second of a local day, in UTC (a day that is 23 or 25 hours long included)."""
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)


def deadlines(received: datetime, terms: Terms, calendar: Calendar, zone: tzinfo) -> Deadlines:
    """The three deadlines of a case that arrived at `received` (aware)."""
    day = received.astimezone(zone).date()

    def after(days: int) -> datetime | None:
        return end_of_day(calendar.add(day, days), zone) if days else None

    return Deadlines(after(terms.acknowledge), after(terms.interim), after(terms.answer))


def moved(
    due: datetime | None, paused: datetime, resumed: datetime, calendar: Calendar, zone: tzinfo
) -> datetime | None:
    """`due` after a rest from `paused` to `resumed`: later by the working days in between. Not by one day if both were today.

    A deadline that was over before the rest began stays over: waiting for an answer does not make a late case punctual.
    """
    if due is None or due < paused:
        return due
    days = calendar.between(paused.astimezone(zone).date(), resumed.astimezone(zone).date())
    return end_of_day(calendar.add(due.astimezone(zone).date(), days), zone) if days > 0 else due


def later(since: datetime, paused: datetime, resumed: datetime, calendar: Calendar, zone: tzinfo) -> datetime:
    """`since` after a rest: deadlines that are counted from there anew come out as those that `moved` has moved."""
    days = calendar.between(paused.astimezone(zone).date(), resumed.astimezone(zone).date())
    local = since.astimezone(zone)
    if days <= 0:
        return since
    return datetime.combine(calendar.add(local.date(), days), local.time(), zone).astimezone(UTC)


def next_due(*pairs: tuple[datetime | None, datetime | None]) -> datetime | None:
    """The earliest deadline whose deed is still to be done. `pairs` are (deadline, done at)."""
    return min((due for due, done in pairs if due is not None and done is None), default=None)


def days_left(due: datetime, now: datetime, calendar: Calendar, zone: tzinfo) -> int:
    """Working days until the deadline: 0 = today is the last day, negative = so many working days over."""
    return calendar.between(now.astimezone(zone).date(), due.astimezone(zone).date())


def step(due: datetime, now: datetime, *, warn: int, every: int, calendar: Calendar, zone: tzinfo) -> Step:
    """How far the escalation of a deadline has come at `now`, counted in working days only."""
    left = days_left(due, now, calendar, zone)
    if now <= due:
        return Step.WARNING if left <= warn else Step.QUIET
    over = max(0, -left)
    every = max(1, every)
    if over >= 2 * every:
        return Step.HEAD
    return Step.LEAD if over >= every else Step.CLERK


def is_audible(now: datetime, hours: Iterable[tuple[time, time]], calendar: Calendar, zone: tzinfo) -> bool:
    """Whether an alarm may go out now: on a working day, while the office is open (8 to 16 where it names no hours)."""
    local = now.astimezone(zone)
    if not calendar.is_working_day(local.date()):
        return False
    spans = list(hours) or [(time(8), time(16))]
    return any(opens <= local.time() < closes for opens, closes in spans)
