"""A hall with people in it."""

from typing import Any

from appointments.desk.models import Counter, Visit
from appointments.desk.people import arrivals
from appointments.models import Pool
from portal.models import Role, User
from tests.appointments.builders import NINE, TUESDAY, a_bookable, a_pool, an_appointment, at
from tests.builders import a_clerk

__all__ = ["NINE", "TUESDAY", "a_clerk_of", "a_counter", "a_hall", "a_walk_in", "an_appointment", "at"]

_numbers = iter(range(1, 10**9))


def a_hall(**fields: Any) -> Pool:
    """Counters that are open on weekday mornings and offer one service."""
    return a_pool(a_bookable(), **{"capacity": 8, **fields})


def a_counter(pool: Pool, **fields: Any) -> Counter:
    counter = Counter.objects.create(**{"office": pool.office, "label": str(next(_numbers)), **fields})
    counter.pools.add(pool)
    return counter


def a_clerk_of(pool: Pool, role: str = Role.CLERK) -> User:
    return a_clerk(role, pool.office.department)


def a_walk_in(pool: Pool, clock: str = "09:00", **fields: Any) -> Visit:
    return arrivals.ticket(pool=pool, now=at(clock), **fields)
