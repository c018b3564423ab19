"""Many at once. First the control: without the guard the race must oversell, or the test proves nothing."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from appointments import booking, capacity, slots, waitlist
from appointments.availability import Load
from appointments.models import Appointment, Purpose, SlotLoad, Switches, WaitingOffer
from appointments.refusals import HoldOver, Refused, SlotTaken
from appointments.states import State
from tests.appointments.builders import NINE, NOW, a_bookable, a_hold, a_pool, an_appointment, an_order, at

pytestmark = pytest.mark.django_db(transaction=True)
CROWD, PLACES = 24, 6


def at_once(*deeds):
    """Run the deeds in threads that start together; what each returned or raised."""
    gate = threading.Barrier(len(deeds))

    def run(deed):
        try:
            gate.wait(10)
            return deed()
        except Exception as error:  # the refusal is the result
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as crowd:
        return list(crowd.map(run, deeds))


def kinds(results):
    return Counter(type(result).__name__ for result in results)


@pytest.fixture
def pool():
    return a_pool(a_bookable(), capacity=PLACES)


@pytest.fixture
def without_guard(monkeypatch):
    """The naive way: look without locking, let the counters take anything."""

    def only_look(pool_id, plan, first, length):
        rows = SlotLoad.objects.filter(pool=pool_id, unit__gte=first, unit__lt=first + length)
        taken = bytearray(length)
        for row in rows:
            taken[row.unit - first] = row.taken
        time.sleep(0.05)
        return Load(first, taken, bytearray(taken))

    names = ("slot_load_taken_within_capacity", "slot_load_public_within_capacity")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = ANY(%s)",
            [list(names)],
        )
        definitions = dict(cursor.fetchall())
        for name in names:
            cursor.execute(f"ALTER TABLE appointments_slotload DROP CONSTRAINT {name}")
    monkeypatch.setattr(capacity, "lock", only_look)
    yield
    Appointment.objects.all().delete()
    with connection.cursor() as cursor:
        for name, definition in definitions.items():
            cursor.execute(f"ALTER TABLE appointments_slotload ADD CONSTRAINT {name} {definition}")


def crowd_for(pool):
    order = an_order(pool.offers.first().service)
    return [lambda: booking.hold(order=order, pool_id=pool.pk, start=NINE, now=NOW)] * CROWD


def test_control_without_the_guard_more_get_the_slot_than_there_are_places(pool, without_guard):
    opened = [SlotLoad(pool=pool, unit=int(NINE.timestamp()) // 300 + n) for n in range(3)]
    SlotLoad.objects.bulk_create(opened)
    at_once(*crowd_for(pool))
    assert Appointment.objects.count() > PLACES


def test_of_a_crowd_exactly_as_many_get_the_slot_as_there_are_places(pool):
    results = kinds(at_once(*crowd_for(pool)))
    assert results == {"Appointment": PLACES, "SlotTaken": CROWD - PLACES}
    assert Appointment.objects.count() == PLACES
    assert capacity.recount() == []


def test_two_citizens_who_swap_their_times_do_not_wait_for_each_other():
    Switches.objects.create(pk=1, pause_least=0, pause_most=0)
    pool = a_pool(a_bookable(), capacity=2)
    pair = an_appointment(pool), an_appointment(pool, at("10:00"))

    def move(visit, start):
        return lambda: booking.move(appointment=visit, pool_id=pool.pk, start=start, now=NOW, tell=False)

    for turn in range(5):
        starts = (at("10:00"), NINE) if turn % 2 == 0 else (NINE, at("10:00"))
        assert kinds(at_once(*map(move, pair, starts))) == {"Appointment": 2}
    assert capacity.recount() == []


def test_confirming_and_expiring_at_once_leaves_one_truth(pool):
    for n in range(8):
        kept = a_hold(pool, at(f"{8 + n // 4:02}:{n % 4 * 15:02}"))
        contact = booking.Contact(name="Anna", email=f"a{n}@example.org")
        booking.fill(appointment=kept, contact=contact, now=NOW)
        over = kept.held_until
        at_once(
            lambda kept=kept: booking.confirm(appointment=kept, now=NOW),
            lambda over=over: slots.expire_overdue(over),
        )
        kept.refresh_from_db()
        assert kept.state in (State.CONFIRMED, State.EXPIRED)
    assert capacity.recount() == []


def test_an_offer_pressed_twice_is_taken_once():
    pool = a_pool(a_bookable())
    service = pool.offers.first().service
    wanted = waitlist.Wanted(service.pk, 1, NOW.date(), NINE.date())
    entry = waitlist.join(wanted=wanted, name="Bruno", email="b@example.org", language="de", now=NOW)
    waitlist.confirm_entry(entry=entry, now=NOW)
    booking.cancel(appointment=an_appointment(pool), now=NOW)
    pause = Appointment.objects.get(purpose=Purpose.PAUSE)
    at_once(*[lambda: waitlist.offer_freed(pause=pause, now=NOW)] * 4)
    offer = WaitingOffer.objects.get()
    results = at_once(*[lambda: waitlist.accept(offer=offer, now=NOW)] * 6)
    assert kinds(results) == {"str": 1, "OfferOver": 5}
    assert capacity.recount() == []


def test_pressing_the_last_button_many_times_books_once(pool):
    kept = a_hold(pool)
    booking.fill(appointment=kept, contact=booking.Contact(name="Anna", email="a@example.org"), now=NOW)
    results = at_once(*[lambda: booking.confirm(appointment=kept, now=NOW)] * 6)
    assert kinds(results) == {"str": 1, "HoldOver": 5}
    assert issubclass(HoldOver, Refused)
    assert issubclass(SlotTaken, Refused)
