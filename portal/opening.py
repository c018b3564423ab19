"""Is the door open, until when, and when next? Local wall time, holidays and closures included."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from portal import workdays
from portal.models import City, Closure, HolidayOverride, Office, OpeningHours

DAYS_AHEAD = 21  # longer closures than this are told by their notice, not by "opens again on"
_ROWS = """
SELECT 'hours', id, office_id, weekday, opens, closes, valid_from, valid_until, '', false
  FROM portal_openinghours WHERE office_id = ANY(%(offices)s)
UNION ALL SELECT 'closure', id, office_id, NULL, NULL, NULL, first_day, last_day, reason, false
  FROM portal_closure WHERE (office_id IS NULL OR office_id = ANY(%(offices)s)) AND last_day >= %(from)s
UNION ALL SELECT 'exception', id, office_id, NULL, NULL, NULL, day, day, name, is_open
  FROM portal_holidayoverride WHERE (office_id IS NULL OR office_id = ANY(%(offices)s)) AND day >= %(from)s
ORDER BY 1, 2
"""


@dataclass(frozen=True)
class OfficeState:
    """`closes_at` while open; `opens_next` while closed (None = not within three weeks)."""

    is_open: bool
    closes_at: datetime | None = None
    opens_next: datetime | None = None
    reason: str = ""
    today: tuple[tuple[time, time], ...] = ()
    opens_today: bool = False
    opens_tomorrow: bool = False


@dataclass(frozen=True)
class Timetable:
    """Everything that decides the doors of one office, as plain rows."""

    hours: tuple[OpeningHours, ...]
    closures: tuple[Closure, ...]
    overrides: tuple[HolidayOverride, ...]
    country: str
    subdivision: str

    def closed_because(self, day: date) -> str | None:
        """Why the doors stay shut all `day`, or None on an ordinary day."""
        for closure in self.closures:
            if closure.first_day <= day <= closure.last_day:
                return closure.reason
        for override in self.overrides:
            if override.day == day:
                return None if override.is_open else override.name
        return workdays.public_holiday(self.country, self.subdivision, day) or None

    def spans_on(self, day: date) -> tuple[tuple[time, time], ...]:
        """Opening spans of `day`, earliest first; none on a holiday or closure."""
        if self.closed_because(day) is not None:
            return ()
        return tuple(
            sorted(
                (row.opens, row.closes)
                for row in self.hours
                if row.weekday == day.weekday()
                and (row.valid_from is None or row.valid_from <= day)
                and (row.valid_until is None or day <= row.valid_until)
            )
        )


def state_from(timetable: Timetable, at: datetime) -> OfficeState:
    """The state of the doors at `at` (aware)."""
    local = timezone.localtime(at)
    today = timetable.spans_on(local.date())
    reason = timetable.closed_because(local.date()) or ""
    for opens, closes in today:
        if opens <= local.time() < closes:
            return OfficeState(True, closes_at=_aware(local.date(), closes), today=today)
    for ahead in range(DAYS_AHEAD + 1):
        day = local.date() + timedelta(days=ahead)
        for opens, _closes in timetable.spans_on(day):
            if ahead or opens > local.time():
                return OfficeState(
                    False,
                    opens_next=_aware(day, opens),
                    reason=reason,
                    today=today,
                    opens_today=ahead == 0,
                    opens_tomorrow=ahead == 1,
                )
    return OfficeState(False, reason=reason, today=today)


def timetables(offices: Iterable[Office], since: date | None = None) -> dict[int, Timetable]:
    """The timetable of each office by its id, from `since` (today) on; one query however many offices."""
    city, ids = City.current(), [office.pk for office in offices]
    hours, closures, overrides = _rows(ids, since or timezone.localdate())
    return {
        pk: Timetable(
            hours=tuple(row for row in hours if row.office_id == pk),
            closures=tuple(row for row in closures if row.office_id in (None, pk)),
            overrides=tuple(
                # the office's own exception goes before the city's
                sorted(
                    (row for row in overrides if row.office_id in (None, pk)),
                    key=lambda row: row.office_id is None,
                )
            ),
            country=city.country,
            subdivision=city.subdivision,
        )
        for pk in ids
    }


def _rows(ids: list[int], since: date) -> tuple[list[OpeningHours], list[Closure], list[HolidayOverride]]:
    """What decides the doors of these offices from `since` on."""
    found: dict[str, list[Any]] = {"hours": [], "closure": [], "exception": []}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"offices": ids, "from": since})
        for kind, pk, office, weekday, opens, closes, first, last, name, is_open in cursor.fetchall():
            row: OpeningHours | Closure | HolidayOverride
            if kind == "hours":
                row = OpeningHours(pk, office, weekday, opens, closes, first, last)
            elif kind == "closure":
                row = Closure(pk, office, first, last, name)
            else:
                row = HolidayOverride(pk, office, first, is_open, name)
            found[kind].append(row)
    return found["hours"], found["closure"], found["exception"]


def states(offices: Iterable[Office], at: datetime | None = None) -> dict[int, OfficeState]:
    """The state of each office by its id, at `at` or now; one query."""
    moment = at or timezone.now()
    tables = timetables(offices, timezone.localdate(moment))
    return {pk: state_from(timetable, moment) for pk, timetable in tables.items()}


def state(office: Office, at: datetime | None = None) -> OfficeState:
    return states([office], at)[office.pk]


def hours_on(office: Office, day: date) -> list[tuple[time, time]]:
    return list(timetables([office], day)[office.pk].spans_on(day))


def _aware(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))
