"""Who no longer fits where some counters serve only some services."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from appointments.desk.hours import editing
from appointments.models import Appointment, Opening
from appointments.pure.availability import PoolRules, Weekly, plan_day, unit_of
from appointments.pure.refusals import NoLongerOffered
from appointments.pure.seating import Seating
from appointments.visit import booking, holding
from tests.appointments.builders import NOW, a_bookable, a_pool, an_order, later
from tests.desk.builders import NINE, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]


@pytest.fixture
def shared_hall():
    """One counter for everything and one for passports only, in the same group; who came first is listed first."""
    passport, registration = a_bookable(), a_bookable()
    pool = a_pool(passport, registration)
    only = Opening.objects.filter(pool=pool).order_by("weekday")
    for row in list(only):
        row.pk = None
        row.save()
        row.services.set([passport])
    return pool, passport, registration


def booked_for(pool, *services, start=NINE):
    for service in services:
        kept = holding.hold(order=an_order(service), pool_id=pool.pk, start=start, now=NOW, channel="desk")
        holding.fill(appointment=kept, contact=holding.Contact(name="Anna"), now=NOW)
        booking.confirm(appointment=kept, now=NOW)


def test_whom_no_counter_serves_any_more_stands_on_the_list_though_there_are_places(shared_hall):
    pool, passport, registration = shared_hall
    booked_for(pool, registration, passport)
    assert editing.misfits(pool.office, NOW) == []
    for row in Opening.objects.filter(services=None):
        row.services.set([passport])
    assert [row.service_id for row in editing.misfits(pool.office, NOW)] == [registration.pk]


def test_who_booked_first_for_the_special_counter_does_not_put_the_other_on_the_list(shared_hall):
    """Two counters, two visits that each can have one: whoever came first."""
    pool, passport, registration = shared_hall
    booked_for(pool, registration, passport)
    Appointment.objects.filter(service=passport.pk).update(created_at=later(-60))
    assert editing.misfits(pool.office, NOW) == []
    Opening.objects.filter(services=passport).delete()
    assert [row.service_id for row in editing.misfits(pool.office, NOW)] == [registration.pk]


def test_a_time_kept_while_its_counter_is_given_to_others_is_not_confirmed(shared_hall):
    pool, passport, registration = shared_hall
    kept = holding.hold(order=an_order(registration), pool_id=pool.pk, start=NINE, now=NOW)
    holding.fill(appointment=kept, contact=holding.Contact(name="Anna", phone="0731 1234567"), now=NOW)
    for row in Opening.objects.filter(services=None):
        row.services.set([passport])
    with pytest.raises(NoLongerOffered):
        booking.confirm(appointment=kept, now=NOW)


@given(
    openings=st.lists(st.tuples(st.sets(st.sampled_from("abc"), min_size=1), st.integers(1, 2)), max_size=4),
    visits=st.lists(st.sampled_from("abc"), max_size=6),
)
@example(openings=[({"a"}, 1), ({"a", "b"}, 1), ({"b"}, 1), ({"c"}, 1)], visits=list("aabb"))
@settings(max_examples=60, deadline=None)
def test_whoever_is_seated_can_be_served_all_at_once(openings, visits):
    """Beside a plain search for who sits where, also where openings serve partly the same."""
    day = date(2027, 3, 2)
    kinds = {letter: frozenset({n}) for n, letter in enumerate("abc", 1)}
    sets = [frozenset().union(*(kinds[letter] for letter in serves)) for serves, _places in openings]
    weekly = tuple(
        Weekly(1, time(8), time(9), places, places, services=serves)
        for serves, (_letters, places) in zip(sets, openings, strict=True)
    )
    rules = PoolRules(ZoneInfo("Europe/Berlin"), 1, weekly)
    seating, seated = Seating(), []
    for visit in visits:
        plan = plan_day(rules, day, kinds[visit])
        fits = can_be_served(
            [*seated, kinds[visit]], [s for s, (_l, n) in zip(sets, openings, strict=True) for _ in range(n)]
        )
        assert seating.seat(plan, [unit_of(at("08:00"))]) == fits
        if fits:
            seated.append(kinds[visit])


def can_be_served(visits, counters):
    if not visits:
        return True
    first, *others = visits
    return any(
        can_be_served(others, counters[:n] + counters[n + 1 :])
        for n, serves in enumerate(counters)
        if first <= serves
    )
