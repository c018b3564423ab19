"""Figures of the desk: stored each night per day, office and service, without a single person."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from appointments.desk.models import DayFigures, EarliestTime, Visit
from appointments.desk.pure.states import Step
from appointments.models import Appointment, Channel, Purpose
from appointments.pure.availability import unit_of
from appointments.pure.refusals import Refused
from appointments.pure.states import State
from appointments.times import orders, rulebook, search

Key = tuple[int, int | None]  # office, service
LONGEST_GAP = timedelta(days=60)  # bookings are forgotten some time after
NOT_COUNTED = (State.HOLD, State.UNCONFIRMED, State.EXPIRED)


@dataclass
class Sum:
    """What is counted of one day, office and service; minutes one by one."""

    booked: int = 0
    online: int = 0
    cancelled: int = 0
    no_shows: int = 0
    walk_ins: int = 0
    served: int = 0
    booked_units: int = 0
    waits: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)


@transaction.atomic
def store(day: date) -> int:
    """Count one day and keep the result; counting it again replaces it. Returns the rows written.

    What the counters were open is kept too: hours that are edited later must not change the past.
    """
    sums, opened = count(day), open_units(day)
    DayFigures.objects.filter(day=day).delete()
    DayFigures.objects.bulk_create(
        DayFigures(
            day=day,
            office_id=office,
            service_id=service,
            open_units=opened.get(office, 0) if service is None else None,
            **vars(sums.get((office, service), Sum())),
        )
        for office, service in sums.keys() | {(office, None) for office in opened}
    )
    return len(sums)


def store_missing(today: date) -> list[date]:
    """Count the last two days again and every day before them that the job missed; returns the days."""
    last = DayFigures.objects.filter(day__lt=today).aggregate(last=Max("day"))["last"]
    first = min(last or today, today - timedelta(days=2))
    first = max(first, today - LONGEST_GAP)
    days = [first + timedelta(days=n) for n in range((today - first).days)]
    for day in days:
        store(day)
    return days


def open_units(day: date) -> dict[int, int]:
    """Five-minute units that the counters of each office are open on `day`, as the hours stand now."""
    room: dict[int, int] = defaultdict(int)
    for pool in rulebook.current().pools.values():
        room[pool.place.id] += sum(pool.plan(day).total)
    return dict(room)


def count(day: date) -> dict[Key, Sum]:
    """What happened on `day`, from bookings and visits."""
    sums: dict[Key, Sum] = defaultdict(Sum)
    booked = Appointment.objects.filter(day=day, purpose=Purpose.VISIT).exclude(state__in=NOT_COUNTED)
    for row in booked.select_related("pool"):
        found = sums[row.pool.office_id, row.service_id]
        if row.state == State.CANCELLED:
            found.cancelled += row.confirmed_at is not None
            continue
        found.booked += 1
        found.online += row.channel == Channel.WEB
        found.no_shows += row.state == State.NO_SHOW
        found.booked_units += unit_of(row.ends_at) - unit_of(row.starts_at)
    for visit in Visit.objects.filter(day=day):
        found = sums[visit.office_id, visit.service_id]
        found.walk_ins += visit.appointment_id is None
        if visit.step == Step.DONE:
            found.served += 1
        if visit.arrived_at and visit.called_at:
            since = max(visit.arrived_at, visit.due_at)  # who comes early waits by choice until the time
            found.waits.append(_minutes(since, visit.called_at))
        if visit.serving_at and visit.ended_at:
            found.lengths.append(_minutes(visit.serving_at, visit.ended_at))
    return dict(sums)


def store_earliest(now: datetime) -> int:
    """Keep how far away the earliest free time is, per office and service, as of now."""
    book, today = rulebook.current(), timezone.localdate(now)
    rows = []
    for service in book.services.values():
        if not service.online:
            continue
        try:
            order = orders.check([(service.id, 1)], book, channel=Channel.WEB, now=now)
        except Refused:
            continue  # not in its season
        for office in {pool.place.id for pool in book.pools_for(order.services)}:
            wish = search.Wish(offices=frozenset({office}))
            slot = search.earliest(order, book, now=now, wish=wish)
            ahead = (slot.local.date() - today).days if slot else None
            rows.append(EarliestTime(day=today, office_id=office, service_id=service.id, days_ahead=ahead))
    with transaction.atomic():
        EarliestTime.objects.filter(day=today).delete()
        EarliestTime.objects.bulk_create(rows)
    return len(rows)


def has_earliest(day: date) -> bool:
    return EarliestTime.objects.filter(day=day).exists()


def _minutes(since: datetime, until: datetime) -> int:
    return min(24 * 60, max(0, round((until - since).total_seconds() / 60)))
