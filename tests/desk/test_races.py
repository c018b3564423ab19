"""Twelve counters press "call next" in the same moment."""

from collections import Counter as Tally
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from appointments.desk.models import Visit
from appointments.desk.people import kiosk_address, queue, turns
from portal import links
from portal.models import Office
from tests.desk.builders import a_clerk_of, a_counter, a_hall, a_walk_in, at

pytestmark = pytest.mark.django_db(transaction=True)
COUNTERS = 12


def _everybody_calls(hall):
    """What each of twelve counters got, all pressing at once."""
    clerk, counters, barrier = a_clerk_of(hall), [a_counter(hall) for _ in range(COUNTERS)], Barrier(COUNTERS)

    def press(counter):
        try:
            barrier.wait(timeout=20)
            return queue.call_next(counter=counter, actor=clerk, now=at("09:30"))
        finally:
            connection.close()

    with ThreadPoolExecutor(COUNTERS) as threads:
        return list(threads.map(press, counters))


def test_nobody_is_called_twice_and_nobody_is_skipped():
    hall = a_hall()
    people = [a_walk_in(hall, f"09:{n:02}") for n in range(20)]
    got = _everybody_calls(hall)
    assert sorted(visit.number for visit in got) == [person.number for person in people[:COUNTERS]]


def test_with_fewer_people_than_counters_the_rest_get_nobody():
    hall = a_hall()
    for n in range(5):
        a_walk_in(hall, f"09:{n:02}")
    got = _everybody_calls(hall)
    assert Tally(visit is None for visit in got) == {True: 7, False: 5}


def test_control_without_the_lock_two_counters_call_the_same_person(monkeypatch):
    """The race is real: with a plain read before the write, several counters get one person."""
    hall = a_hall()
    for n in range(20):
        a_walk_in(hall, f"09:{n:02}")
    together = Barrier(COUNTERS)

    def read_then_write(counter, actor, now):
        visit = turns.waiting_for(counter, now, 1)[0][0]
        together.wait(timeout=20)
        Visit.objects.filter(pk=visit.pk).update(step="called", counter=counter, called_at=now)
        return visit

    monkeypatch.setattr(turns, "take_next", read_then_write)
    got = [visit.number for visit in _everybody_calls(hall) if visit]
    assert max(Tally(got).values()) > 1


@pytest.mark.parametrize(("same_form", "given"), [(True, 1), (False, 8)])
def test_a_form_that_arrives_many_times_at_once_gives_one_number(same_form, given):
    """The control: as many different forms get as many numbers."""
    hall, key, barrier = a_hall(), uuid4(), Barrier(8)

    def press(_n):
        try:
            barrier.wait(timeout=20)
            return a_walk_in(hall, form_key=key if same_form else uuid4()).number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        numbers = set(threads.map(press, range(8)))
    assert len(numbers) == given == Visit.objects.count()


def _addresses_that_open(hall, renewals):
    """How many of the kiosk's addresses that were made at once are good afterwards, by `renew`."""
    clerk, barrier = a_clerk_of(hall), Barrier(renewals)

    def press(_n):
        try:
            barrier.wait(timeout=20)
            return kiosk_address.renew(office=hall.office, actor=clerk)
        finally:
            connection.close()

    with ThreadPoolExecutor(renewals) as threads:
        made = list(threads.map(press, range(renewals)))
    return sum(_opens(token) for token in made)


def _opens(token):
    try:
        return bool(kiosk_address.office_of(token))
    except links.LinkUnknown:
        return False


def test_of_kiosk_addresses_renewed_at_once_only_one_opens():
    assert _addresses_that_open(a_hall(), 8) == 1


def test_control_without_the_lock_several_kiosk_addresses_stay_open(monkeypatch):
    together, closes = Barrier(8), links.revoke

    def close_and_wait(*what):
        closes(*what)
        together.wait(timeout=20)

    monkeypatch.setattr(links, "revoke", close_and_wait)
    monkeypatch.setattr(
        kiosk_address.Office.objects, "select_for_update", lambda **_how: Office.objects.all()
    )
    assert _addresses_that_open(a_hall(), 8) == 8
