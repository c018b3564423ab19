"""Figures of the desk: stored each night per day, office and service, without a single person."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from django.db import transaction
from django.utils import timezone

from appointments import orders, rulebook, search
from appointments.availability import unit_of
from appointments.desk.models import DayFigures, EarliestTime, Visit
from appointments.desk.states import Step
from appointments.models import Appointment, Channel, Purpose
from appointments.refusals import Refused
from appointments.states import State
from portal.models import Office

Key = tuple[int, int | None]  # office, service
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
    """Count one day and keep the result; counting it again replaces it. Returns the rows written."""
    sums = count(day)
    DayFigures.objects.filter(day=day).delete()
    DayFigures.objects.bulk_create(
        DayFigures(day=day, office_id=office, service_id=service, **vars(found))
        for (office, service), found in sums.items()
    )
    return len(sums)


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


@dataclass(frozen=True)
class Report:
    """The figures of a period, added up per day and per service."""

    first: date
    last: date
    days: list[tuple[date, Sum]]
    services: list[tuple[str, Sum]]
    total: Sum
    earliest: list[tuple[date, float]]
    utilisation: list[tuple[date, float]]

    @property
    def wait(self) -> float:
        return middle(self.total.waits)

    @property
    def length(self) -> float:
        return middle(self.total.lengths)

    @property
    def no_show_share(self) -> float:
        return 100 * self.total.no_shows / self.total.booked if self.total.booked else 0


def report(*, offices: Iterable[Office], first: date, last: date, service: int | None = None) -> Report:
    """Days that are stored, plus today as it stands."""
    ids = [office.pk for office in offices]
    by_day: dict[date, Sum] = {first + timedelta(days=n): Sum() for n in range((last - first).days + 1)}
    by_service: dict[str, Sum] = defaultdict(Sum)
    total = Sum()
    stored = DayFigures.objects.filter(office__in=ids, day__range=(first, last)).select_related("service")
    for row in stored.filter(service=service) if service else stored:
        for target in (by_day[row.day], by_service[str(row.service or "–")], total):
            _add(target, row)
    return Report(
        first=first,
        last=last,
        days=list(by_day.items()),
        services=sorted(by_service.items(), key=lambda item: -item[1].booked - item[1].walk_ins),
        total=total,
        earliest=_earliest(ids, first, last, service),
        utilisation=_utilisation(ids, by_day),
    )


def _add(target: Sum, row: DayFigures) -> None:
    for name in vars(target):
        setattr(target, name, getattr(target, name) + getattr(row, name))


def _earliest(offices: list[int], first: date, last: date, service: int | None) -> list[tuple[date, float]]:
    """Per day the median of the days to the earliest free time."""
    rows = EarliestTime.objects.filter(office__in=offices, day__range=(first, last), days_ahead__isnull=False)
    if service:
        rows = rows.filter(service=service)
    found: dict[date, list[int]] = defaultdict(list)
    for day, ahead in rows.values_list("day", "days_ahead"):
        found[day].append(ahead or 0)
    return [(day, middle(values)) for day, values in sorted(found.items())]


def _utilisation(offices: list[int], by_day: dict[date, Sum]) -> list[tuple[date, float]]:
    """Booked units as a share of the units the counters were open, per cent, for days that were open."""
    book = rulebook.current()
    pools = [pool for pool in book.pools.values() if pool.place.id in offices]
    found = []
    for day, counted in by_day.items():
        room = sum(sum(pool.plan(day).total) for pool in pools)
        if room:
            found.append((day, round(100 * counted.booked_units / room, 1)))
    return found


def _minutes(since: datetime, until: datetime) -> int:
    return min(24 * 60, max(0, round((until - since).total_seconds() / 60)))


def middle(values: list[int]) -> float:
    return float(median(values)) if values else 0
