"""The database refuses to oversell, whoever asks."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from appointments.models import Appointment, Channel, Purpose, SlotLoad
from appointments.pure.availability import unit_of
from appointments.pure.refusals import SlotTaken
from appointments.pure.states import State
from appointments.times import capacity, rulebook
from appointments.visit import changing
from tests.appointments.builders import NINE, NOW, a_bookable, a_hold, a_pool, an_appointment, at, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool():
    return a_pool(a_bookable(), capacity=2)


def taken(pool, start=NINE):
    row = SlotLoad.objects.filter(pool=pool, unit=unit_of(start)).first()
    return row.taken if row else 0


def a_copy(appointment, **fields):
    """The same row again, as careless code would write it."""
    row = Appointment.objects.get(pk=appointment.pk)
    row.pk, row.number, row.form_key, row.desk_code = None, f"X{uuid4().hex[:8]}", None, ""
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def test_two_counters_serve_two_and_refuse_the_third(pool):
    an_appointment(pool)
    an_appointment(pool)
    with pytest.raises(SlotTaken):
        a_hold(pool)
    assert taken(pool) == 2


def test_the_orm_cannot_oversell(pool):
    first = an_appointment(pool)
    an_appointment(pool)
    with pytest.raises(IntegrityError, match="within_capacity"), transaction.atomic():
        a_copy(first).save()
    with pytest.raises(IntegrityError, match="within_capacity"), transaction.atomic():
        Appointment.objects.bulk_create([a_copy(first)])
    assert taken(pool) == 2
    assert capacity.recount() == []


def test_raw_sql_cannot_oversell(pool):
    first = an_appointment(pool)
    an_appointment(pool)
    columns = [
        f.column for f in Appointment._meta.fields if f.name not in ("id", "number", "desk_code", "form_key")
    ]
    names = ", ".join(f'"{c}"' for c in columns)
    copy = (
        f"INSERT INTO appointments_appointment (number, desk_code, {names})"
        f" SELECT 'RAW' || id, '', {names} FROM appointments_appointment WHERE id = %s"
    )
    for sql, params in [
        (copy, [first.pk]),
        ("UPDATE appointments_slotload SET taken = taken + 1", []),
        ("UPDATE appointments_slotload SET taken = 0", []),
        ("UPDATE appointments_slotload SET capacity = 1", []),
        ("DELETE FROM appointments_slotload", []),
        ("INSERT INTO appointments_slotload VALUES (%s, 1, 1, 0, 9, 9)", [pool.pk]),
        (
            "UPDATE appointments_appointment SET starts_at = starts_at + interval '10 days', ends_at = ends_at + interval '10 days'",
            [],
        ),
        ("UPDATE appointments_appointment SET starts_at = starts_at + interval '1 minute'", []),
    ]:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
    assert taken(pool) == 2
    assert capacity.recount() == []


def test_a_cancelled_visit_cannot_be_brought_back_into_a_full_slot(pool):
    gone = an_appointment(pool)
    changing.cancel(appointment=gone, now=NOW, pause=False)
    an_appointment(pool)
    an_appointment(pool)
    with pytest.raises(IntegrityError, match="stays ended"), transaction.atomic():
        Appointment.objects.filter(pk=gone.pk).update(state=State.CONFIRMED, cancelled_at=None)


def test_where_no_rule_opens_there_is_no_place(pool):
    first = an_appointment(pool)
    with pytest.raises(IntegrityError, match="has no places"), transaction.atomic():
        a_copy(first, starts_at=at("18:00"), ends_at=at("18:15")).save()


def test_the_public_share_is_kept_by_constraint_too():
    pool = a_pool(a_bookable(), capacity=3, public=1)
    first = an_appointment(pool)
    with pytest.raises(SlotTaken):
        a_hold(pool)
    with pytest.raises(IntegrityError, match="slot_load_public_within_capacity"), transaction.atomic():
        a_copy(first).save()
    a_hold(pool, channel=Channel.DESK)
    a_hold(pool, channel=Channel.PHONE)
    with pytest.raises(SlotTaken):
        a_hold(pool, channel=Channel.DESK)


def test_every_way_out_gives_the_place_back(pool):
    hold, gone, deleted = a_hold(pool), an_appointment(pool), an_appointment(pool, at("10:00"))
    changing.cancel(appointment=gone, now=NOW, pause=False)
    assert taken(pool) == 1
    deleted.delete()
    assert taken(pool, at("10:00")) == 0
    from appointments.times import slots

    assert slots.expire_overdue(later(11)) == 1
    assert taken(pool) == 0
    hold.refresh_from_db()
    assert hold.state == State.EXPIRED
    assert capacity.recount() == []


def test_shrunk_hours_keep_who_is_in_and_let_nobody_else_in(pool):
    an_appointment(pool)
    an_appointment(pool)
    pool.openings.update(capacity=1, public_capacity=1)
    book = rulebook.current()
    capacity.realign(book, since=NOW)
    row = SlotLoad.objects.get(pool=pool, unit=unit_of(NINE))
    assert (row.taken, row.capacity) == (2, 2)
    with pytest.raises(SlotTaken):
        a_hold(pool)
    first = Appointment.objects.first()
    changing.cancel(appointment=first, now=NOW, pause=False)
    with pytest.raises(SlotTaken):
        a_hold(pool)


def test_a_pause_keeps_a_cancelled_near_time_from_the_public(pool):
    first = an_appointment(pool)
    an_appointment(pool)
    changing.cancel(appointment=first, now=NOW)
    pause = Appointment.objects.get(purpose=Purpose.PAUSE)
    assert 5 <= (pause.held_until - NOW).total_seconds() / 60 <= 60
    with pytest.raises(SlotTaken):
        a_hold(pool)
    assert a_hold(pool, now=later(61)).state == State.HOLD


@pytest.mark.django_db
@pytest.mark.parametrize("kept", [True, False])
def test_an_appointment_can_be_forgotten_whether_it_ended_or_not(kept):
    appointment = an_appointment(a_pool(a_bookable()))
    if not kept:
        changing.cancel(appointment=appointment, now=NOW, pause=False)
    Appointment.objects.filter(pk=appointment.pk).delete()
    assert not capacity.recount()


def test_a_place_that_the_hours_no_longer_have_is_not_kept_for_those_who_wait():
    pool = a_pool(a_bookable(), capacity=2)
    first, second = (an_appointment(pool, channel=Channel.DESK) for _two in range(2))
    pool.openings.update(capacity=1, public_capacity=1)
    capacity.realign(rulebook.current(), since=NOW)
    changing.cancel(appointment=first, now=NOW)
    assert not Appointment.objects.filter(purpose=Purpose.PAUSE).exists()
    changing.cancel(appointment=second, now=NOW)
    assert Appointment.objects.filter(purpose=Purpose.PAUSE).count() == 1
