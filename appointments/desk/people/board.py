"""What the desk sees: the day of an office as one list, the load of a week, the hall's calls. Only reads."""

import hashlib
from collections import Counter as Tally
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Replace
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appointments.desk.models import Counter, Visit
from appointments.desk.people.arrivals import LATE_AFTER
from appointments.desk.people.queue import UNDO_WITHIN
from appointments.desk.pure.states import AT_COUNTER, OVER
from appointments.letters import summary
from appointments.letters.summary import text_in
from appointments.models import Appointment
from appointments.pure.states import State
from appointments.times import rulebook
from portal.models import Office, Service

CALLS_SHOWN = timedelta(minutes=15)
LEAST_TYPED, MOST_FOUND = 3, 20


class Group(StrEnum):
    """The columns of the day, in the order in which they want attention."""

    LATE = "late"
    WAITING = "waiting"
    AT_COUNTER = "at_counter"
    COMING = "coming"
    DONE = "done"


def titles() -> dict[Group, str]:
    """The groups in words, in the language of the page."""
    return {
        Group.LATE: _("late"),
        Group.WAITING: _("waiting"),
        Group.AT_COUNTER: _("at the counter"),
        Group.COMING: _("coming"),
        Group.DONE: _("done"),
    }


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the day, in words. A visit leads where there is one, else the appointment."""

    key: str
    group: Group
    clock: str
    number: str
    name: str
    service: str
    pool: str
    step: str
    counter: str
    note: bool
    priority: bool
    code: str
    visit_id: int | None
    appointment_id: int | None
    version: int
    minutes_waiting: int
    may_undo: bool


@dataclass(frozen=True)
class Day:
    """The day of one office. Its rows are read when somebody looks at them: most refreshes don't."""

    office: Office
    on: date
    now: datetime
    stamp: str
    search: str = ""

    @cached_property
    def rows(self) -> list[Row]:
        visits = list(
            Visit.objects.on(self.office, self.on)
            .order_by("-priority", "due_at", "pk")
            .values_list(*_VISIT, named=True)
        )
        booked = list(_expected(self.office, self.on).values_list(*_BOOKED, named=True))
        services = {row.service_id for row in [*visits, *booked]}
        names = {
            pk: str(found) for pk, found in Service.objects.only("name", "names").in_bulk(services).items()
        }
        rows = [*(self._here(row, names) for row in visits), *(self._coming(row, names) for row in booked)]
        return [row for row in rows if _matches(row, self.search)] if self.search else rows

    @property
    def counts(self) -> dict[str, int]:
        tally = Tally(row.group for row in self.rows)
        return {group.value: tally[group] for group in Group}

    @property
    def pools(self) -> int:
        """How many groups of counters people of this day belong to."""
        return len({row.pool for row in self.rows})

    def group(self, name: Group) -> list[Row]:
        return [row for row in self.rows if row.group == name]

    def _here(self, visit: Any, services: dict[int, str]) -> Row:
        group = Group.WAITING
        if visit.step in AT_COUNTER:
            group = Group.AT_COUNTER
        elif visit.step in OVER:
            group = Group.DONE
        return Row(
            key=f"v{visit.pk}",
            group=group,
            clock=_clock(visit.due_at),
            number=visit.number,
            name=visit.name,
            service=services.get(visit.service_id, ""),
            pool=visit.pool__name,
            step=visit.step,
            counter=visit.counter__label or "",
            note=bool(visit.note),
            priority=visit.priority,
            code=visit.appointment__number or "",
            visit_id=visit.pk,
            appointment_id=visit.appointment_id,
            version=visit.version,
            minutes_waiting=_minutes(visit.arrived_at, visit.called_at or visit.ended_at or self.now),
            may_undo=self.now - visit.changed_at <= UNDO_WITHIN,
        )

    def _coming(self, booked: Any, services: dict[int, str]) -> Row:
        late = booked.starts_at + LATE_AFTER < self.now
        return Row(
            key=f"a{booked.pk}",
            group=Group.LATE if late else Group.COMING,
            clock=_clock(booked.starts_at),
            number=booked.desk_code,
            name=booked.name,
            service=services.get(booked.service_id, ""),
            pool=booked.pool__name,
            step="late" if late else "coming",
            counter="",
            note=False,
            priority=False,
            code=booked.number,
            visit_id=None,
            appointment_id=booked.pk,
            version=0,
            minutes_waiting=0,
            may_undo=False,
        )


# read as plain values: 600 people as model objects would cost half of the page's time
_VISIT = (
    "pk", "number", "name", "step", "note", "priority", "due_at", "arrived_at", "called_at", "ended_at", "changed_at",
    "version", "service_id", "appointment_id", "pool__name", "counter__label", "appointment__number",
)  # fmt: skip
_BOOKED = ("pk", "number", "desk_code", "name", "starts_at", "service_id", "pool__name")


def day(office: Office, on: date, now: datetime, *, search: str = "") -> Day:
    """The whole day of one office; the stamp is read now, so that it is never younger than the rows."""
    return Day(office=office, on=on, now=now, stamp=fingerprint(office, on), search=search)


def _expected(office: Office, on: date) -> QuerySet[Appointment]:
    booked = Appointment.objects.filter(pool__office=office, day=on, state=State.CONFIRMED, visit=None)
    return booked.order_by("starts_at", "pk")


_FINGERPRINT = """
SELECT (SELECT coalesce(sum(version::bigint * (id %% 9973 + 1)), 0) || '/' || count(*)
          FROM desk_visit WHERE office_id = %(office)s AND day = %(day)s),
       (SELECT coalesce(sum(hashtext(a.state || a.starts_at || a.pool_id || a.desk_code || a.name)::bigint), 0) || '/' || count(*)
          FROM appointments_appointment a JOIN appointments_pool p ON p.id = a.pool_id
         WHERE p.office_id = %(office)s AND a.day = %(day)s AND a.state = 'confirmed')
"""


def on_other_days(
    offices: list[Office], search: str, now: datetime, *, besides: tuple[Office, date]
) -> list[Appointment]:
    """Whose appointment at one of `offices` is still ahead, found by name, number, phone or address: who calls knows no date.

    Those of the day that is shown, and of `MOST_FOUND` the later ones, are left out.
    """
    wanted = search.strip()
    if len(wanted) < LEAST_TYPED:
        return []
    code = Replace(F("number"), Value("-"), Value(""))
    here, shown = besides
    ahead = (
        Appointment.objects.annotate(code=code)
        .filter(
            Q(name__icontains=wanted)
            | Q(code__icontains=wanted.replace("-", ""))
            | Q(desk_code__iexact=wanted)
            | Q(phone__icontains=wanted)
            | Q(email__icontains=wanted),
            pool__office__in=offices,
            day__gte=timezone.localdate(now),
            state__in=[State.CONFIRMED, State.UNCONFIRMED],
        )
        .exclude(pool__office=here, day=shown, state=State.CONFIRMED)
    )
    return list(ahead.select_related("pool__office", "service").order_by("starts_at", "pk")[:MOST_FOUND])


def fingerprint(office: Office, on: date) -> str:
    """Changes when anything on the day's list changes, and each minute (people become late). One query."""
    with connection.cursor() as cursor:
        cursor.execute(_FINGERPRINT, {"office": office.pk, "day": on})
        parts = [*map(str, cursor.fetchone()), timezone.now().strftime("%H%M")]
    return hashlib.sha256("·".join(parts).encode()).hexdigest()[:16]


def _matches(row: Row, search: str) -> bool:
    wanted = search.casefold().replace("-", "").strip()
    texts = (row.number, row.name, row.code)
    return any(wanted in text.casefold().replace("-", "") for text in texts)


def _clock(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%H:%M")


def _minutes(since: datetime | None, until: datetime) -> int:
    return max(0, int((until - since).total_seconds() // 60)) if since else 0


@dataclass(frozen=True, slots=True)
class Call:
    number: str
    counter: str
    at: datetime
    calls: int


def calls(office: Office, on: date, now: datetime) -> list[Call]:
    """What the hall shows, the newest call first: numbers and counters, never a name."""
    recent = Visit.objects.on(office, on).filter(
        step__in=AT_COUNTER, called_at__gte=now - CALLS_SHOWN, counter__isnull=False
    )
    found = recent.order_by("-called_at").values_list("number", "counter__label", "called_at", "calls")
    return [Call(number, str(label), at, times) for number, label, at, times in found[:12] if at is not None]


def week(office: Office, monday: date) -> list[tuple[date, list[int]]]:
    """Booked appointments per day and hour (0–23, local) of the week that starts on `monday`."""
    booked = Appointment.objects.visits().filter(
        pool__office=office, day__range=(monday, monday + timedelta(days=6))
    )
    tally = Tally(
        (on, timezone.localtime(starts).hour) for on, starts in booked.values_list("day", "starts_at")
    )
    days = [monday + timedelta(days=n) for n in range(7)]
    return [(on, [tally[(on, hour)] for hour in range(24)]) for on in days]


def services_at(counter: Counter, visit: Visit) -> list[Service]:
    """What the counter's pools offer, for "services done"; what the person came for stands first."""
    offered = (
        Service.objects.filter(booking__offers__pool__in=counter.pools.all()).distinct().order_by("name")
    )
    order = visit.appointment.order if visit.appointment else []
    wanted = {line[0] for line in order} | {visit.service_id}
    return sorted(offered, key=lambda service: service.pk not in wanted)


def documents(visit: Visit) -> list[str]:
    """What the person was asked to bring, for the clerk to check."""
    language = get_language() or ""
    if visit.appointment:
        return list(summary.of(visit.appointment, language).bring)
    service = rulebook.current().services.get(visit.service_id or 0)
    return list(text_in(service.bring, language)) if service else []
