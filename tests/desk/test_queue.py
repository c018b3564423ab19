"""Arriving, calling, serving: each person is called once, in a fair order, and a slip can be undone."""

import pytest
from django.db import IntegrityError, transaction

from appointments.desk import jobs
from appointments.desk.models import Visit
from appointments.desk.people import arrivals, queue, steps, waiting_times
from appointments.desk.pure.states import NEXT, OVER, VERBS, Step
from appointments.fairness import ready
from appointments.models import Appointment, ReadyDocument
from appointments.pure.refusals import Refused
from appointments.pure.states import State
from portal import audit
from tests.desk.builders import NINE, a_clerk_of, a_counter, a_hall, a_walk_in, an_appointment, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(hall):
    return a_clerk_of(hall)


def called_order(hall, clerk, clock, people):
    """The numbers in the order in which fresh counters call them at `clock`."""
    found = []
    for _ in range(people):
        visit = queue.call_next(counter=a_counter(hall), actor=clerk, now=at(clock))
        found.append(visit.number if visit else None)
    return found


def test_every_person_can_get_out_of_the_house():
    reached = set(OVER)
    while more := {step for step in Step if NEXT[step] & reached} - reached:
        reached |= more
    assert reached == set(Step)


def test_every_step_has_words_for_the_history():
    assert {f"visit {step.value}" for step in Step} <= VERBS.keys()


def test_an_arrival_puts_the_person_in_the_queue_and_marks_the_appointment(hall):
    booked = an_appointment(hall, NINE)
    visit = arrivals.arrive(appointment=booked, now=at("08:50"))
    booked.refresh_from_db()
    assert (visit.number, visit.step, booked.state) == (booked.desk_code, Step.WAITING, State.ARRIVED)


def test_arriving_twice_is_one_visit(hall):
    booked = an_appointment(hall, NINE)
    assert arrivals.arrive(appointment=booked, now=at("08:50")) == arrivals.arrive(
        appointment=booked, now=at("08:51")
    )


def test_who_comes_on_the_wrong_day_is_told_so(hall):
    booked = an_appointment(hall, NINE)
    with pytest.raises(arrivals.NotToday):
        arrivals.arrive(appointment=booked, now=at("08:50").replace(day=3))
    assert not Visit.objects.exists()


def test_who_cancelled_is_not_expected(hall):
    booked = an_appointment(hall, NINE)
    from appointments.visit import changing

    changing.cancel(appointment=booked, now=at("07:00"))
    with pytest.raises(arrivals.NotExpected):
        arrivals.arrive(appointment=booked, now=at("08:50"))


def test_walk_ins_get_the_letter_and_rising_numbers(hall):
    assert [a_walk_in(hall).number for _ in range(3)] == ["A01", "A02", "A03"]


def test_a_due_appointment_goes_before_walk_ins_who_came_earlier(hall, clerk):
    walk_in = a_walk_in(hall, "08:30")
    booked = arrivals.arrive(appointment=an_appointment(hall, NINE), now=at("08:40"))
    early = arrivals.arrive(appointment=an_appointment(hall, at("11:00")), now=at("08:20"))
    assert called_order(hall, clerk, "08:58", 3) == [booked.number, walk_in.number, early.number]


def test_before_its_time_an_appointment_waits_behind_who_came_before_that_time(hall, clerk):
    walk_in = a_walk_in(hall, "08:30")
    booked = arrivals.arrive(appointment=an_appointment(hall, NINE), now=at("08:20"))
    assert called_order(hall, clerk, "08:40", 2) == [walk_in.number, booked.number]


def test_priority_goes_first(hall, clerk):
    first, urgent = a_walk_in(hall, "08:30"), a_walk_in(hall, "08:59", priority=True)
    assert called_order(hall, clerk, "09:00", 2) == [urgent.number, first.number]


def test_a_counter_never_gets_people_of_other_counters_groups(hall, clerk):
    other = a_hall(office=hall.office, name="Meldewesen", letter="B")
    a_walk_in(other)
    assert queue.call_next(counter=a_counter(hall), actor=clerk, now=at("09:05")) is None


def test_a_counter_finishes_before_it_calls_the_next(hall, clerk):
    a_walk_in(hall)
    a_walk_in(hall)
    counter = a_counter(hall)
    first = queue.call_next(counter=counter, actor=clerk, now=at("09:01"))
    with pytest.raises(queue.CounterBusy, match=first.number):
        queue.call_next(counter=counter, actor=clerk, now=at("09:02"))


def test_the_database_itself_allows_one_person_per_counter(hall, clerk):
    counter = a_counter(hall)
    queue.call_next(counter=counter, actor=clerk, now=at("09:01"))
    a_walk_in(hall)
    queue.call_next(counter=counter, actor=clerk, now=at("09:01"))
    other = a_walk_in(hall)
    with pytest.raises(IntegrityError, match="visit_one_person_per_counter"), transaction.atomic():
        Visit.objects.filter(pk=other.pk).update(step=Step.CALLED, counter=counter, called_at=at("09:02"))


def test_a_whole_visit_from_call_to_done(hall, clerk):
    booked = an_appointment(hall, NINE)
    arrivals.arrive(appointment=booked, now=at("08:50"))
    visit = queue.call_next(counter=a_counter(hall), actor=clerk, now=at("09:00"))
    visit = queue.recall(visit=visit, seen=visit.version, actor=clerk, now=at("09:02"))
    assert visit.calls == 2
    visit = queue.start(visit=visit, seen=visit.version, actor=clerk, now=at("09:03"))
    done = [[booked.service_id, 2]]
    visit = queue.finish(visit=visit, seen=visit.version, actor=clerk, services_done=done, now=at("09:15"))
    booked.refresh_from_db()
    assert (visit.step, visit.services_done, booked.state) == (Step.DONE, done, State.DONE)
    assert [e.verb for e in audit.history(visit)] == [
        "visit done",
        "visit serving",
        "visit recalled",
        "visit called",
        "visit arrived",
    ]


def test_a_stale_click_is_told_who_did_what(hall, clerk):
    seen = a_walk_in(hall)
    queue.call_next(counter=a_counter(hall), actor=clerk, now=at("09:01"))
    with pytest.raises(steps.MovedOn, match=f"{seen.number}.*{clerk.username}"):
        queue.no_show(visit=seen, seen=seen.version, actor=clerk, now=at("09:02"))
    seen.refresh_from_db()
    assert seen.step == Step.CALLED


def test_a_missed_person_can_be_brought_back(hall, clerk):
    a_walk_in(hall)
    visit = queue.call_next(counter=a_counter(hall), actor=clerk, now=at("09:05"))
    visit = queue.no_show(visit=visit, seen=visit.version, actor=clerk)
    visit = queue.undo(visit=visit, seen=visit.version, actor=clerk)
    assert visit.step == Step.CALLED


def test_who_is_brought_back_to_a_busy_counter_waits_in_turn(hall, clerk):
    counter = a_counter(hall)
    a_walk_in(hall)
    a_walk_in(hall, "09:01")
    visit = queue.call_next(counter=counter, actor=clerk, now=at("09:05"))
    visit = queue.no_show(visit=visit, seen=visit.version, actor=clerk)
    queue.call_next(counter=counter, actor=clerk, now=at("09:06"))
    visit = queue.undo(visit=visit, seen=visit.version, actor=clerk)
    assert (visit.step, visit.counter) == (Step.WAITING, None)


def test_who_was_given_up_unseen_and_is_put_back_has_arrived(hall, clerk):
    booked = an_appointment(hall, NINE)
    visit = arrivals.never_came(appointment=booked, actor=clerk, now=at("09:30"))
    visit = queue.requeue(visit=visit, seen=visit.version, actor=clerk, now=at("09:50"))
    assert (visit.step, visit.arrived_at) == (Step.WAITING, at("09:50"))


def test_after_ten_minutes_a_step_stands(hall, clerk):
    a_walk_in(hall)
    visit = queue.call_next(counter=a_counter(hall), actor=clerk, now=at("09:05"))
    visit = queue.no_show(visit=visit, seen=visit.version, actor=clerk)
    with pytest.raises(steps.NotPossible):
        queue.undo(visit=visit, seen=visit.version, actor=clerk, now=visit.changed_at + queue.UNDO_WITHIN * 2)


def test_who_never_came_is_expected_again_after_the_undo(hall, clerk):
    booked = an_appointment(hall, NINE)
    visit = arrivals.never_came(appointment=booked, actor=clerk, now=at("09:30"))
    booked.refresh_from_db()
    assert booked.state == State.NO_SHOW
    queue.undo(visit=visit, seen=visit.version, actor=clerk)
    booked.refresh_from_db()
    assert booked.state == State.CONFIRMED
    assert arrivals.arrive(appointment=booked, now=at("09:40")).step == Step.WAITING


def test_who_was_given_up_and_comes_late_is_welcome(hall, clerk):
    booked = an_appointment(hall, NINE)
    arrivals.never_came(appointment=booked, actor=clerk, now=at("09:30"))
    visit = arrivals.arrive(appointment=booked, now=at("09:45"))
    assert (visit.step, visit.arrived_at) == (Step.WAITING, at("09:45"))


def test_nobody_is_given_up_before_the_time(hall, clerk):
    booked = an_appointment(hall, NINE)
    with pytest.raises(steps.NotPossible):
        arrivals.never_came(appointment=booked, actor=clerk, now=at("08:00"))


def test_parked_people_are_not_called_by_themselves(hall, clerk):
    visit = a_walk_in(hall)
    visit = queue.park(visit=visit, seen=visit.version, actor=clerk)
    counter = a_counter(hall)
    assert queue.call_next(counter=counter, actor=clerk, now=at("09:10")) is None
    assert (
        queue.call(visit=visit, seen=visit.version, counter=counter, actor=clerk, now=at("09:11")).step
        == "called"
    )


def test_forwarded_to_another_group_one_goes_on_waiting_there(hall, clerk):
    other = a_hall(office=hall.office, name="Meldewesen", letter="A")
    a_walk_in(other)  # A01 there too
    a_walk_in(hall)
    visit = queue.call_next(counter=a_counter(hall), actor=clerk, now=at("09:05"))
    visit = queue.start(visit=visit, seen=visit.version, actor=clerk)
    visit = queue.forward(visit=visit, seen=visit.version, actor=clerk, pool=other)
    assert (visit.pool, visit.step, visit.number, visit.counter) == (other, Step.WAITING, "A02", None)


def test_forwarded_to_one_counter_only_that_counter_calls(hall, clerk):
    visit = a_walk_in(hall)
    mine, yours = a_counter(hall), a_counter(hall)
    queue.forward(visit=visit, seen=visit.version, actor=clerk, pool=hall, counter=yours)
    assert queue.call_next(counter=mine, actor=clerk, now=at("09:05")) is None
    assert queue.call_next(counter=yours, actor=clerk, now=at("09:05")) == visit


def test_nobody_is_forwarded_out_of_the_house(hall, clerk):
    visit = a_walk_in(hall)
    with pytest.raises(steps.NotPossible):
        queue.forward(visit=visit, seen=visit.version, actor=clerk, pool=a_hall())


@pytest.mark.parametrize("command", [queue.start, queue.recall])
def test_steps_off_the_table_are_refused(hall, clerk, command):
    visit = a_walk_in(hall)
    with pytest.raises(Refused):
        command(visit=visit, seen=visit.version, actor=clerk)
    visit.refresh_from_db()
    assert visit.step == Step.WAITING


def test_documents_leave_the_house_with_the_visit_and_come_back_when_it_is_undone(hall, clerk):
    ready.import_list(lines=["LA2027001", "LA2027002"])
    booked = an_appointment(hall, NINE)
    Appointment.objects.filter(pk=booked.pk).update(documents=ready.check(["LA2027001"]))
    arrivals.arrive(appointment=booked, actor=clerk, now=NINE)
    visit = queue.call_next(counter=a_counter(hall), actor=clerk, now=NINE)
    visit = queue.start(visit=visit, seen=visit.version, actor=clerk)
    done = queue.finish(visit=visit, seen=visit.version, actor=clerk, services_done=[])
    assert ReadyDocument.objects.filter(picked_up_at=None).count() == 1
    queue.undo(visit=done, seen=done.version, actor=clerk)
    assert ReadyDocument.objects.filter(picked_up_at=None).count() == 2


def test_one_clerk_sits_at_one_counter(hall, clerk):
    first, second = a_counter(hall), a_counter(hall)
    queue.sit_down(counter=first, actor=clerk)
    queue.sit_down(counter=second, actor=clerk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.clerk, second.clerk) == (None, clerk)


@pytest.mark.parametrize(
    "leave", [lambda clerk: queue.stand_up(actor=clerk), lambda _clerk: jobs.end_the_day(0)]
)
def test_a_counter_counts_as_staffed_until_its_clerk_leaves_or_the_day_ends(hall, clerk, leave):
    counter, waits = a_counter(hall), a_walk_in(hall)
    queue.sit_down(counter=counter, actor=clerk)
    staffed, _busy = waiting_times._counters(hall.pk, waits.arrived_at)
    leave(clerk)
    assert (staffed, waiting_times._counters(hall.pk, waits.arrived_at)) == (1, (0, 0))
