"""Many at once. First the control: without the guard the race must oversell, or the test proves nothing."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import combinations, combinations_with_replacement

import pytest
import time_machine
from django.db import connection, connections

from appointments.desk.hours import editing, edits
from appointments.models import Appointment, Purpose, SlotLoad, Switches, WaitingOffer
from appointments.models.visits import OFFER_GRACE
from appointments.pure.availability import Load
from appointments.pure.refusals import HoldOver, Refused, SlotTaken
from appointments.pure.states import ENDED, State
from appointments.times import capacity, slots
from appointments.visit import booking, changing, holding
from appointments.visit.records import Record
from appointments.waiting import waitlist
from portal.models import OutgoingMail, User
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
    return [lambda: holding.hold(order=order, pool_id=pool.pk, start=NINE, now=NOW)] * CROWD


def test_control_without_the_guard_more_get_the_slot_than_there_are_places(pool, without_guard):
    opened = [SlotLoad(pool=pool, unit=int(NINE.timestamp()) // 300 + n) for n in range(3)]
    SlotLoad.objects.bulk_create(opened)
    at_once(*crowd_for(pool))
    assert Appointment.objects.count() > PLACES


@pytest.mark.parametrize("way", ["one statement", "step by step"])
def test_of_a_crowd_exactly_as_many_get_the_slot_as_there_are_places(pool, way, monkeypatch):
    if way == "step by step":
        monkeypatch.setattr(slots, "fits_one_statement", lambda *_asked: False)
    results = kinds(at_once(*crowd_for(pool)))
    assert results == {"Appointment": PLACES, "SlotTaken": CROWD - PLACES}
    assert Appointment.objects.count() == PLACES
    assert capacity.recount() == []


def test_two_citizens_who_swap_their_times_do_not_wait_for_each_other():
    Switches.objects.create(pk=1, pause_least=0, pause_most=0)
    pool = a_pool(a_bookable(), capacity=2)
    pair = an_appointment(pool), an_appointment(pool, at("10:00"))

    def move(visit, start):
        return lambda: changing.move(appointment=visit, pool_id=pool.pk, start=start, now=NOW, tell=False)

    for turn in range(5):
        starts = (at("10:00"), NINE) if turn % 2 == 0 else (NINE, at("10:00"))
        assert kinds(at_once(*map(move, pair, starts))) == {"Appointment": 2}
    assert capacity.recount() == []


def test_of_clerks_who_change_one_appointment_at_once_one_does_and_the_others_are_told():
    pool = a_pool(a_bookable(), capacity=PLACES)
    kept = an_appointment(pool)
    record = Record(holding.Contact(name="Anna", phone="0731 1234567"), "de", seen=kept.sequence)
    clerk, times = (
        User.objects.create(username="clerk"),
        [at(f"10:{quarter:02}") for quarter in (0, 15, 30, 45)],
    )
    move = partial(changing.move, appointment=kept, pool_id=pool.pk, now=NOW, actor=clerk)
    results = at_once(*(partial(move, start=start, record=record) for start in times))
    assert kinds(results) == {"Appointment": 1, "ChangedMeanwhile": 3}
    control = at_once(*(partial(move, start=start) for start in times))
    assert kinds(control)["Appointment"] == 4, "without the page's count the last one wins"
    kept.refresh_from_db()
    names = [
        Record(holding.Contact(name=name, phone="0731 1234567"), "de", seen=kept.sequence)
        for name in ("Anne", "Anja", "Antje", "Anke")
    ]
    results = at_once(*(partial(move, start=kept.starts_at, record=name) for name in names))
    assert kinds(results) == {"Appointment": 1, "ChangedMeanwhile": 3}, "only who comes is corrected"
    assert capacity.recount() == []


def test_confirming_and_expiring_at_once_leaves_one_truth(pool):
    for n in range(8):
        kept = a_hold(pool, at(f"{8 + n // 4:02}:{n % 4 * 15:02}"))
        contact = holding.Contact(name="Anna", email=f"a{n}@example.org")
        holding.fill(appointment=kept, contact=contact, now=NOW)
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
    changing.cancel(appointment=an_appointment(pool), now=NOW)
    pause = Appointment.objects.get(purpose=Purpose.PAUSE)
    at_once(*[lambda: waitlist.offer_freed(pause=pause, now=NOW)] * 4)
    offer = WaitingOffer.objects.get()
    results = at_once(*[lambda: waitlist.accept(offer=offer, now=NOW)] * 6)
    assert kinds(results) == {"str": 1, "OfferOver": 5}
    assert capacity.recount() == []


def test_pressing_the_last_button_many_times_books_once(pool):
    kept = a_hold(pool)
    holding.fill(appointment=kept, contact=holding.Contact(name="Anna", email="a@example.org"), now=NOW)
    results = at_once(*[lambda: booking.confirm(appointment=kept, now=NOW)] * 6)
    assert kinds(results) == {"str": 6}
    assert OutgoingMail.objects.count() == 1
    assert issubclass(HoldOver, Refused)
    assert issubclass(SlotTaken, Refused)


def an_offer(pool, name="Bruno", start=NINE, **wish):
    """A time that somebody gave back, offered to `name`."""
    wanted = waitlist.Wanted(pool.offers.first().service.pk, 1, NOW.date(), NINE.date(), **wish)
    address = f"{name}@example.org".lower()
    entry = waitlist.join(wanted=wanted, name=name, email=address, language="de", now=NOW)
    waitlist.confirm_entry(entry=entry, now=NOW)
    changing.cancel(appointment=an_appointment(pool, start), now=NOW)
    pause = Appointment.objects.get(pool=pool, purpose=Purpose.PAUSE, state=State.HOLD, starts_at=start)
    return waitlist.offer_freed(pause=pause, now=NOW)


def deeds_of_an_offer(offer):
    """Everything that can happen to an open offer, by whoever does it."""
    over = offer.expires_at
    return {
        "accept": lambda: waitlist.accept(offer=offer, now=NOW),
        "decline": lambda: waitlist.decline(offer=offer, now=NOW),
        "leave": lambda: waitlist.leave(entry=offer.entry, now=NOW),
        "lapse": lambda: waitlist.lapse(over),
        "expire": lambda: slots.expire_overdue(over + OFFER_GRACE),
        "cancel": lambda: changing.cancel(appointment=offer.appointment, now=NOW),
    }


def test_whatever_happens_to_an_offer_at_once_has_one_end():
    service = a_bookable()
    for n, pair in enumerate(combinations(["accept", "decline", "leave", "lapse", "expire", "cancel"], 2)):
        pool = a_pool(service, name=f"Schalter {n}")
        for start in (NINE, at("09:15")):
            offer = an_offer(pool, name=f"Bruno{n}-{start:%M}", start=start)
            deeds = deeds_of_an_offer(offer)
            results = at_once(*(deeds[name] for name in pair))
            assert not [r for r in results if isinstance(r, Exception) and not isinstance(r, Refused)], pair
            offer.refresh_from_db()
            ends = {State.CONFIRMED, State.CANCELLED} if offer.state == WaitingOffer.State.TAKEN else ENDED
            assert Appointment.objects.get(pk=offer.appointment_id).state in ends, pair
            waitlist.leave(entry=offer.entry, now=NOW)
    assert capacity.recount() == []


def deeds_of_a_visit(kept, pool):
    contact = holding.Contact(name="Anna", email=f"anna{kept.pk}@example.org")
    return {
        "fill": lambda: holding.fill(appointment=kept, contact=contact, now=NOW),
        "confirm": lambda: booking.confirm(appointment=kept, now=NOW),
        "extend": lambda: holding.extend(appointment=kept, now=NOW),
        "cancel": lambda: changing.cancel(appointment=kept, now=NOW),
        "expire": lambda: slots.expire_overdue(kept.held_until),
        "move": lambda: changing.move(appointment=kept, pool_id=pool.pk, start=at("11:00"), now=NOW),
        "hold": lambda: a_hold(pool, kept.starts_at),
    }


def test_whatever_happens_to_a_held_time_at_once_has_one_end():
    service = a_bookable()
    deeds_known = ["fill", "confirm", "extend", "cancel", "expire", "move", "hold"]
    for n, pair in enumerate(combinations_with_replacement(deeds_known, 2)):
        pool = a_pool(service, name=f"Schalter {n}", capacity=2)
        kept = a_hold(pool)
        contact = holding.Contact(name="Anna", email=f"anna{n}@example.org")
        holding.fill(appointment=kept, contact=contact, now=NOW)
        deeds = deeds_of_a_visit(kept, pool)
        results = at_once(*(deeds[name] for name in pair))
        assert not [r for r in results if isinstance(r, Exception) and not isinstance(r, Refused)], pair
    assert capacity.recount() == []


@time_machine.travel(NOW)  # closures of days that are over are not read
def test_an_edit_of_hours_sees_the_booking_or_is_seen_by_it():
    """Nobody is left with a promised time on a day that was closed in the same moment, unless the clerk is told."""
    lead = User.objects.create(username="leitung")
    for turn, deed in enumerate(["confirm", "move", "accept"] * 4):
        pool = a_pool(a_bookable(), name=f"Schalter {turn}")
        office = pool.office
        if deed == "confirm":
            kept = a_hold(pool)
            contact = holding.Contact(name="Anna", email=f"anna{turn}@example.org")
            holding.fill(appointment=kept, contact=contact, now=NOW)
            act = deeds_of_a_visit(kept, pool)["confirm"]
        elif deed == "move":
            kept = an_appointment(pool, at("09:00", NINE.date() + timedelta(days=1)))
            act = partial(changing.move, appointment=kept, pool_id=pool.pk, start=NINE, now=NOW)
        else:
            offer = an_offer(pool, name=f"Bruno{turn}")
            kept, act = offer.appointment, partial(waitlist.accept, offer=offer, now=NOW)
        closing = edits.closure(office=office, first_day=NINE.date(), last_day=NINE.date(), reason="Feier")
        changed, _answer = at_once(
            partial(editing.change, office=office, edit=closing, actor=lead, now=NOW), act
        )
        kept.refresh_from_db()
        if kept.state == State.CONFIRMED and kept.starts_at == NINE:
            assert changed.affected.filter(appointment=kept).exists()
