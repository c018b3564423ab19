"""The smallest valid objects of the appointment service, made through the real commands."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from appointments.models import Appointment, BookableService, Channel, Offer, Opening, Pool
from appointments.times import orders, rulebook
from appointments.times.orders import Order
from appointments.visit import booking, holding
from tests.builders import a_service, an_office

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2027, 3, 1, 7, 0, tzinfo=BERLIN)  # a Monday, before the doors open
TUESDAY = date(2027, 3, 2)
NINE = datetime(2027, 3, 2, 9, 0, tzinfo=BERLIN)


def at(clock: str, day: date = TUESDAY) -> datetime:
    """A local time of the day after NOW."""
    return datetime.combine(day, time.fromisoformat(clock), BERLIN)


def a_bookable(**fields: Any) -> BookableService:
    service = fields.pop("service", None) or a_service()
    return BookableService.objects.create(
        **{"service": service, "base_minutes": 15, "lead_minutes": 0, "horizon_days": 60, **fields}
    )


def a_pool(
    *services: BookableService,
    capacity: int = 1,
    public: int | None = None,
    opens: str = "08:00",
    closes: str = "12:00",
    weekdays: range | tuple[int, ...] = range(5),
    **fields: Any,
) -> Pool:
    """Counters that are open on weekday mornings."""
    office = fields.pop("office", None) or an_office()
    pool = Pool.objects.create(**{"office": office, "name": "Schalter", "grid_minutes": 15, **fields})
    for service in services:
        Offer.objects.create(pool=pool, service=service)
    Opening.objects.bulk_create(
        Opening(
            pool=pool,
            weekday=weekday,
            opens=time.fromisoformat(opens),
            closes=time.fromisoformat(closes),
            capacity=capacity,
            public_capacity=capacity if public is None else public,
            valid_from=date(2026, 1, 1),
        )
        for weekday in weekdays
    )
    return pool


def an_order(
    *services: BookableService, count: int = 1, channel: str = Channel.WEB, now: datetime = NOW
) -> Order:
    return orders.check([(s.pk, count) for s in services], rulebook.current(), channel=channel, now=now)


def a_hold(pool: Pool, start: datetime = NINE, *, now: datetime = NOW, **more: Any) -> Appointment:
    service = pool.offers.first().service
    return holding.hold(
        order=an_order(service, now=now, channel=more.get("channel", Channel.WEB)),
        pool_id=pool.pk,
        start=start,
        now=now,
        **more,
    )


_people = iter(range(1, 10**9))


def an_appointment(
    pool: Pool, start: datetime = NINE, *, now: datetime = NOW, email: str = "", **more: Any
) -> Appointment:
    """A confirmed visit of somebody new."""
    kept = a_hold(pool, start, now=now, **more)
    contact = holding.Contact(name="Anna Beispiel", email=email or f"anna{next(_people)}@example.org")
    holding.fill(appointment=kept, contact=contact, now=now)
    booking.confirm(appointment=kept, now=now)
    kept.refresh_from_db()
    return kept


def later(minutes: float, now: datetime = NOW) -> datetime:
    return (now.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(BERLIN)
