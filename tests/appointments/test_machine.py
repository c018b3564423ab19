"""A machine that books, holds, waits, cancels, moves, closes and reopens at random; the promises hold after each step."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from appointments.models import Absence, Appointment, Purpose, SpecialDay, WaitingEntry, WaitingOffer
from appointments.pure.refusals import Refused
from appointments.pure.states import State
from appointments.times import capacity, rulebook, slots
from appointments.visit import booking, changing, holding
from appointments.waiting import waitlist
from tests.appointments.builders import NOW, a_bookable, a_pool, an_order, at

CLOCKS = ["08:00", "08:15", "08:30", "08:45", "09:00"]
clocks = st.sampled_from(CLOCKS)


class Counter(RuleBasedStateMachine):
    """Two pools with few places, so that everything collides."""

    def __init__(self):
        super().__init__()
        Appointment.objects.all().delete()
        WaitingEntry.objects.all().delete()
        self.service = a_bookable(max_count=2, extra_minutes=15)
        self.pools = [
            a_pool(self.service, capacity=2, closes="09:30"),
            a_pool(self.service, capacity=3, public=1, closes="09:30"),
        ]
        self.now, self.people = NOW, 0

    def try_to(self, deed):
        try:
            return deed()
        except Refused:
            return None

    def realign(self):
        book = rulebook.current()
        capacity.realign(book, since=NOW)

    def one_of(self, data, *states):
        rows = list(Appointment.objects.filter(state__in=states, purpose=Purpose.VISIT).order_by("pk"))
        return data.draw(st.sampled_from(rows)) if rows else None

    @rule(
        clock=clocks,
        pool=st.integers(0, 1),
        count=st.integers(1, 2),
        channel=st.sampled_from(["web", "desk"]),
    )
    def hold(self, clock, pool, count, channel):
        order = an_order(self.service, count=count, channel=channel, now=self.now)
        self.try_to(
            lambda: holding.hold(
                order=order, pool_id=self.pools[pool].pk, start=at(clock), channel=channel, now=self.now
            )
        )

    @rule(data=st.data())
    def confirm(self, data):
        if kept := self.one_of(data, State.HOLD):
            self.people += 1
            contact = holding.Contact(name="Ada", email=f"a{self.people}@example.org")
            self.try_to(lambda: holding.fill(appointment=kept, contact=contact, now=self.now))
            self.try_to(lambda: booking.confirm(appointment=kept, now=self.now))

    @rule(data=st.data())
    def cancel(self, data):
        if visit := self.one_of(data, State.CONFIRMED, State.HOLD):
            self.try_to(lambda: changing.cancel(appointment=visit, now=self.now))

    @rule(data=st.data(), clock=clocks, pool=st.integers(0, 1), count=st.sampled_from([None, 1, 2]))
    def move(self, data, clock, pool, count):
        if visit := self.one_of(data, State.CONFIRMED):
            before = (visit.pool_id, visit.starts_at)
            order = count and an_order(self.service, count=count, now=self.now)
            moved = self.try_to(
                lambda: changing.move(
                    appointment=visit, pool_id=self.pools[pool].pk, start=at(clock), order=order, now=self.now
                )
            )
            visit.refresh_from_db()
            assert (visit.pool_id, visit.starts_at) == ((self.pools[pool].pk, at(clock)) if moved else before)

    @rule(minutes=st.sampled_from([1, 11, 61, 121]))
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)
        waitlist.lapse(self.now)
        slots.expire_overdue(self.now)

    @rule(pool=st.integers(0, 1))
    def close(self, pool):
        day = at("08:00").date()
        SpecialDay.objects.create(pool=self.pools[pool], kind="closed", first_day=day, last_day=day)
        self.realign()

    @rule(pool=st.integers(0, 1))
    def reopen(self, pool):
        SpecialDay.objects.filter(pool=self.pools[pool]).delete()
        Absence.objects.filter(pool=self.pools[pool]).delete()
        self.realign()

    @rule(pool=st.integers(0, 1))
    def absence(self, pool):
        Absence.objects.create(pool=self.pools[pool], starts_at=at("08:00"), ends_at=at("08:40"), places=1)
        self.realign()

    @rule(count=st.integers(1, 2))
    def join(self, count):
        self.people += 1
        wanted = waitlist.Wanted(self.service.pk, count, NOW.date(), at("08:00").date())
        entry = waitlist.join(
            wanted=wanted, name="Bo", email=f"b{self.people}@example.org", language="de", now=self.now
        )
        waitlist.confirm_entry(entry=entry, now=self.now)

    @precondition(lambda self: Appointment.objects.filter(purpose=Purpose.PAUSE, state=State.HOLD).exists())
    @rule()
    def offer(self):
        pause = Appointment.objects.filter(purpose=Purpose.PAUSE, state=State.HOLD).first()
        waitlist.offer_freed(pause=pause, now=self.now)

    @rule(take=st.booleans())
    def answer(self, take):
        if offer := WaitingOffer.objects.filter(state=WaitingOffer.State.OPEN).first():
            deed = waitlist.accept if take else waitlist.decline
            self.try_to(lambda: deed(offer=offer, now=self.now))

    @invariant()
    def nothing_is_oversold_and_the_counters_are_right(self):
        assert capacity.recount() == []

    @invariant()
    def one_open_offer_per_person_and_place(self):
        offers = list(
            WaitingOffer.objects.filter(state=WaitingOffer.State.OPEN).select_related("appointment")
        )
        assert len({offer.entry_id for offer in offers}) == len(offers)
        assert all(offer.appointment.state == State.HOLD for offer in offers)


@pytest.mark.django_db
def test_the_promises_hold_after_every_step():
    calm = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Counter,
        settings=settings(max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=calm),
    )
