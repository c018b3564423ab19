"""What the desk sees: the day of an office as one list, the load of a week, the hall's calls. Only reads."""

import hashlib
from collections import Counter as Tally
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import connection
from django.utils import timezone

from appointments.desk.models import Counter, Visit
from appointments.desk.queue import LATE_AFTER
from appointments.desk.states import AT_COUNTER, OVER, Step
from appointments.models import Appointment
from appointments.states import State
from portal.models import Office, Service

CALLS_SHOWN = timedelta(minutes=15)
SERVED_LOOKED_AT = 40


class Group(StrEnum):
    """The columns of the day, in the order in which they want attention."""

    LATE = "late"
    WAITING = "waiting"
    AT_COUNTER = "at_counter"
    COMING = "coming"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the day. Exactly one of `visit_id` and `appointment_id` leads."""

    key: str
    group: Group
    at: datetime
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


@dataclass(frozen=True, slots=True)
class Day:
    rows: list[Row]
    counts: dict[str, int]
    stamp: str

    def group(self, name: Group) -> list[Row]:
        return [row for row in self.rows if row.group == name]


def day(office: Office, on: date, now: datetime, *, search: str = "") -> Day:
    """The whole day of one office; two queries and the stamp, however full the day."""
    stamp = fingerprint(office, on)
    rows = [*_visits(office, on, now), *_coming(office, on, now)]
    if search:
        rows = [row for row in rows if _matches(row, search)]
    tally = Tally(row.group for row in rows)
    return Day(rows=rows, counts={group.value: tally[group] for group in Group}, stamp=stamp)


def _visits(office: Office, on: date, now: datetime) -> Iterable[Row]:
    visits = Visit.objects.on(office, on).select_related("pool", "counter", "service", "appointment")
    for visit in visits.order_by("-priority", "due_at", "pk"):
        group = Group.WAITING
        if visit.step in AT_COUNTER:
            group = Group.AT_COUNTER
        elif visit.step in OVER:
            group = Group.DONE
        yield Row(
            key=f"v{visit.pk}",
            group=group,
            at=timezone.localtime(visit.due_at),
            number=visit.number,
            name=visit.name,
            service=str(visit.service or ""),
            pool=visit.pool.name,
            step=visit.step,
            counter=visit.counter.label if visit.counter else "",
            note=bool(visit.note),
            priority=visit.priority,
            code=visit.appointment.number if visit.appointment else "",
            visit_id=visit.pk,
            appointment_id=visit.appointment_id,
            version=visit.version,
            minutes_waiting=_minutes(visit.arrived_at, visit.called_at or visit.ended_at or now),
        )


def _coming(office: Office, on: date, now: datetime) -> Iterable[Row]:
    booked = (
        Appointment.objects.filter(pool__office=office, day=on, state=State.CONFIRMED, visit=None)
        .select_related("pool", "service")
        .order_by("starts_at", "pk")
    )
    for appointment in booked:
        late = appointment.starts_at + LATE_AFTER < now
        yield Row(
            key=f"a{appointment.pk}",
            group=Group.LATE if late else Group.COMING,
            at=timezone.localtime(appointment.starts_at),
            number=appointment.desk_code,
            name=appointment.name,
            service=str(appointment.service or ""),
            pool=appointment.pool.name,
            step="late" if late else "coming",
            counter="",
            note=False,
            priority=False,
            code=appointment.number,
            visit_id=None,
            appointment_id=appointment.pk,
            version=0,
            minutes_waiting=0,
        )


_FINGERPRINT = """
SELECT (SELECT coalesce(sum(version::bigint * (id %% 9973 + 1)), 0) || '/' || count(*)
          FROM desk_visit WHERE office_id = %(office)s AND day = %(day)s),
       (SELECT coalesce(sum(hashtext(a.state || a.starts_at || a.name)::bigint), 0) || '/' || count(*)
          FROM appointments_appointment a JOIN appointments_pool p ON p.id = a.pool_id
         WHERE p.office_id = %(office)s AND a.day = %(day)s AND a.state = 'confirmed')
"""


def fingerprint(office: Office, on: date) -> str:
    """Changes when anything on the day's list changes, and each minute (people become late). One query."""
    with connection.cursor() as cursor:
        cursor.execute(_FINGERPRINT, {"office": office.pk, "day": on})
        parts = [*map(str, cursor.fetchone()), timezone.now().strftime("%H%M")]
    return hashlib.sha256("·".join(parts).encode()).hexdigest()[:16]


def _matches(row: Row, search: str) -> bool:
    wanted = search.casefold().replace("-", "").strip()
    texts = (row.number, row.name, row.code.replace("-", ""))
    return any(wanted in text.casefold() for text in texts)


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


def people_ahead(office: Office, pool_id: int, on: date) -> int:
    return Visit.objects.on(office, on).filter(pool=pool_id, step=Step.WAITING).count()


def served_lately(pool_id: int) -> list[float]:
    """Minutes at the counter of the last people this pool served."""
    found = (
        Visit.objects.filter(pool=pool_id, step=Step.DONE, serving_at__isnull=False, ended_at__isnull=False)
        .order_by("-pk")
        .values_list("serving_at", "ended_at")[:SERVED_LOOKED_AT]
    )
    return [(ended - serving).total_seconds() / 60 for serving, ended in found if serving and ended]


def staffed(pool_id: int) -> int:
    """Counters of the pool at which somebody sits now."""
    return Counter.objects.filter(pools=pool_id, active=True, clerk__isnull=False).count()


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
