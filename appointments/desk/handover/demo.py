"""The demo city's halls: counters in every office with appointments, and four weeks of figures that tell a story."""

import random
from collections.abc import Callable
from datetime import date, timedelta

from django.utils import timezone

from appointments.desk.figures import counting
from appointments.desk.models import Counter, DayFigures, EarliestTime, Visit
from appointments.desk.people import arrivals
from appointments.desk.pure.states import Step
from appointments.models import Appointment, Pool
from appointments.pure.states import State
from portal import workdays

SEED = 20_261_123
WEEKS = 4
COUNTERS = 4


def load(progress: Callable[[str], None]) -> None:
    """Counters once; figures for the days before today, so that charts have something to show."""
    progress("counters and four weeks of figures")
    for pool in Pool.objects.filter(active=True).select_related("office"):
        if not Counter.objects.filter(pools=pool).exists():
            _counters(pool)
    rng = random.Random(SEED)  # noqa: S311 - demo data, the same each time
    if not DayFigures.objects.exists():
        _figures(rng)
    _so_far_today(rng)
    counting.store_earliest(timezone.now())


def _counters(pool: Pool) -> None:
    taken = Counter.objects.filter(office=pool.office).count()
    places = max((opening.capacity for opening in pool.openings.all()), default=1)
    for number in range(taken + 1, taken + 1 + min(places, COUNTERS)):
        Counter.objects.create(office=pool.office, label=str(number)).pools.add(pool)


def _figures(rng: random.Random) -> None:
    today, calendar = timezone.localdate(), workdays.calendar_for(None)
    pools = Pool.objects.filter(active=True).select_related("office").prefetch_related("offers")
    days = [today - timedelta(days=back) for back in range(1, 7 * WEEKS + 1)]
    rows: dict[tuple[date, int, int], DayFigures] = {}
    earliest: dict[tuple[date, int, int], EarliestTime] = {}
    for day in filter(calendar.is_working_day, days):
        for pool in pools:
            for offer in list(pool.offers.all())[:12]:
                key = (day, pool.office_id, offer.service_id)
                rows[key] = _day(rng, *key)
                ahead = max(0, round(rng.gauss(3, 2)))
                earliest[key] = EarliestTime(day=day, office_id=key[1], service_id=key[2], days_ahead=ahead)
        for office, units in counting.open_units(day).items():
            rows[day, office, 0] = DayFigures(day=day, office_id=office, open_units=units)
    DayFigures.objects.bulk_create(rows.values())
    EarliestTime.objects.bulk_create(earliest.values(), ignore_conflicts=True)


def _day(rng: random.Random, day: date, office: int, service: int) -> DayFigures:
    booked = rng.randint(0, 7)
    missing = sum(rng.random() < 0.08 for _ in range(booked))
    walk_ins = rng.randint(0, 3)
    served = booked - missing + walk_ins
    return DayFigures(
        day=day,
        office_id=office,
        service_id=service,
        booked=booked,
        online=sum(rng.random() < 0.8 for _ in range(booked)),
        cancelled=sum(rng.random() < 0.12 for _ in range(booked)),
        no_shows=missing,
        walk_ins=walk_ins,
        served=served,
        waits=[max(0, round(rng.gauss(9, 5))) for _ in range(served)],
        lengths=[max(3, round(rng.gauss(13, 5))) for _ in range(served)],
        booked_units=3 * booked,
    )


def _so_far_today(rng: random.Random) -> None:
    """People in the house: the morning's visits are done, some who come soon are here already, some walked in."""
    now, today = timezone.now(), timezone.localdate()
    if Visit.objects.filter(day=today).exists():
        return
    booked = Appointment.objects.filter(day=today, visit=None).select_related("pool").order_by("starts_at")
    Visit.objects.bulk_create(_done(rng, row) for row in booked.filter(state=State.DONE))
    soon = booked.filter(state=State.CONFIRMED, starts_at__range=(now, now + timedelta(minutes=50)))
    for row in soon:
        if rng.random() < 0.5:
            arrivals.arrive(appointment=row, now=now)
    if soon:  # the doors are open
        for pool in Pool.objects.filter(active=True, pk__in=soon.values("pool")):
            for _ in range(rng.randint(1, 3)):
                arrivals.ticket(pool=pool, now=now)


def _done(rng: random.Random, row: Appointment) -> Visit:
    called = row.starts_at + timedelta(minutes=rng.randint(-2, 9))
    return Visit(
        office_id=row.pool.office_id,
        pool=row.pool,
        appointment=row,
        service_id=row.service_id,
        day=row.day,
        number=row.desk_code,
        name=row.name,
        step=Step.DONE,
        due_at=row.starts_at,
        arrived_at=row.starts_at - timedelta(minutes=rng.randint(1, 12)),
        called_at=called,
        serving_at=called + timedelta(minutes=1),
        ended_at=called + timedelta(minutes=rng.randint(6, 22)),
        calls=1,
        services_done=[[row.service_id, 1]] if row.service_id else [],
    )
