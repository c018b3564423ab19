"""The commands of a visit, one promise a test."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail as outgoing
from icalendar import Calendar

from appointments.fairness import contacts
from appointments.letters.mails import VISIT_LINK
from appointments.models import Appointment, Channel, Resource, ResourceClaim, WaitingEntry
from appointments.pure.refusals import (
    AlreadyBooked,
    AlreadyExtended,
    HoldOver,
    NoContact,
    NotChangeable,
    NotOffered,
    SlotTaken,
    TooFar,
    TooManyOpen,
    TooSoon,
    UnknownPool,
    UnknownService,
)
from appointments.pure.states import State
from appointments.times import orders, rulebook, search, slots
from appointments.visit import booking, changing, holding, rows
from appointments.waiting import waitlist
from portal import audit, links
from portal.models import OutgoingMail
from tests.appointments.builders import (
    NINE,
    NOW,
    a_bookable,
    a_hold,
    a_pool,
    an_appointment,
    an_order,
    at,
    later,
)
from tests.builders import a_clerk

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool():
    return a_pool(a_bookable())


def contact(email="anna@example.org", **more):
    return holding.Contact(name="Anna Beispiel", email=email, **more)


def test_a_hold_lasts_ten_minutes_and_can_be_extended_once(pool):
    kept = a_hold(pool)
    assert kept.held_until == later(10)
    assert holding.extend(appointment=kept, now=later(9)) == later(19)
    with pytest.raises(AlreadyExtended):
        holding.extend(appointment=kept, now=later(18))
    with pytest.raises(HoldOver):
        holding.fill(appointment=kept, contact=contact(), now=later(20))


def test_the_same_form_sent_twice_holds_once(pool):
    key = uuid4()
    assert a_hold(pool, form_key=key) == a_hold(pool, form_key=key)
    with pytest.raises(SlotTaken):
        a_hold(pool, form_key=uuid4())


def test_an_overdue_hold_makes_room_without_any_job(pool):
    a_hold(pool)
    with pytest.raises(SlotTaken):
        a_hold(pool, now=later(9))
    assert a_hold(pool, now=later(10)).state == State.HOLD


def test_a_booking_writes_one_mail_with_a_calendar_file_and_one_audit_entry(pool):
    booked = an_appointment(pool, email="anna@example.org")
    mail = OutgoingMail.objects.get()
    event = Calendar.from_ical(bytes(mail.calendar)).walk("VEVENT")[0]
    assert mail.recipient == "anna@example.org"
    assert event.decoded("dtstart") == NINE
    assert event["uid"].endswith(("@localhost", "@127.0.0.1"))
    assert event["sequence"] == 0
    assert event["organizer"] == "mailto:buergerhaus@localhost"  # a published event must name one
    assert booked.number in mail.text
    assert "/termine/mein/" in mail.text
    assert [entry.verb for entry in audit.history(booked)] == ["appointment booked"]
    assert booked.desk_code.startswith("A")
    assert outgoing is not None


def test_without_any_address_nothing_is_booked(pool):
    kept = a_hold(pool)
    with pytest.raises(NoContact):
        holding.fill(appointment=kept, contact=holding.Contact(name="Anna"), now=NOW)
    with pytest.raises(NoContact):
        booking.confirm(appointment=kept, now=NOW)


def test_a_phone_number_is_enough_and_no_mail_is_written(pool):
    kept = a_hold(pool)
    holding.fill(appointment=kept, contact=holding.Contact(name="Anna", phone="0170 123 45 67"), now=NOW)
    booking.confirm(appointment=kept, now=NOW)
    assert OutgoingMail.objects.count() == 0


def test_confirming_twice_leads_to_the_same_appointment_for_ten_minutes(pool):
    kept = a_hold(pool)
    holding.fill(appointment=kept, contact=contact(), now=NOW)
    links_given = [
        booking.confirm(appointment=kept, now=NOW),
        booking.confirm(appointment=kept, now=later(9)),
    ]
    assert {links.resolve(t, purpose=VISIT_LINK, model=Appointment) for t in links_given} == {kept}
    with pytest.raises(AlreadyBooked):
        booking.confirm(appointment=kept, now=later(11))
    assert OutgoingMail.objects.count() == 1


def test_who_types_longer_than_the_hold_gets_the_same_time_with_what_was_typed(pool):
    kept = a_hold(pool)
    holding.fill(appointment=kept, contact=contact(), now=NOW)
    assert holding.renew(appointment=kept, now=later(11)) == kept  # nobody needed the place meanwhile
    slots.expire_overdue(later(30))
    again = holding.renew(appointment=kept, now=later(31))
    assert (again.starts_at, again.name, again.email) == (kept.starts_at, "Anna Beispiel", contact().email)
    booking.confirm(appointment=again, now=later(32))
    with pytest.raises(HoldOver):  # two hours are the end of it: a program would keep a time for days
        holding.renew(appointment=a_hold(pool, at("10:00")), now=later(121))


def test_who_types_longer_than_the_hold_while_somebody_is_quicker_is_told_so(pool):
    kept = a_hold(pool)
    slots.expire_overdue(later(11))
    an_appointment(pool, now=later(12))
    with pytest.raises(SlotTaken):
        holding.renew(appointment=kept, now=later(13))
    with pytest.raises(HoldOver):
        holding.renew(appointment=an_appointment(pool, at("10:00")), now=later(13))


def test_where_the_service_asks_the_click_in_the_mail_counts():
    pool = a_pool(a_bookable(asks_confirmation=True))
    kept = an_appointment(pool)
    assert kept.state == State.UNCONFIRMED
    assert booking.confirm_address(appointment=kept, now=later(29))
    mails = OutgoingMail.objects.count()
    assert booking.confirm_address(appointment=kept, now=later(29))
    assert OutgoingMail.objects.count() == mails
    kept.refresh_from_db()
    assert kept.state == State.CONFIRMED


def test_an_unconfirmed_visit_lapses_after_half_an_hour():
    pool = a_pool(a_bookable(asks_confirmation=True))
    kept = an_appointment(pool)
    with pytest.raises(HoldOver):
        booking.confirm_address(appointment=kept, now=later(31))
    assert slots.expire_overdue(later(31)) == 1


def test_cancelling_twice_is_harmless_and_sends_one_mail(pool):
    booked = an_appointment(pool)
    assert changing.cancel(appointment=booked, now=NOW)
    assert not changing.cancel(appointment=booked, now=NOW)
    mail = OutgoingMail.objects.get(kind="appointments/cancellation")
    event = Calendar.from_ical(bytes(mail.calendar)).walk("VEVENT")[0]
    assert mail.calendar_method == "CANCEL"
    assert event["status"] == "CANCELLED"
    assert event["sequence"] == 1


def test_a_visit_that_began_cannot_be_cancelled_by_the_citizen(pool):
    booked = an_appointment(pool)
    with pytest.raises(NotChangeable):
        changing.cancel(appointment=booked, now=at("09:01"))


def test_moving_takes_the_new_time_and_gives_the_old_one_back(pool):
    booked = an_appointment(pool)
    changing.move(appointment=booked, pool_id=pool.pk, start=at("10:00"), now=NOW)
    booked.refresh_from_db()
    assert (booked.starts_at, booked.sequence) == (at("10:00"), 1)
    assert a_hold(pool, now=later(61)).starts_at == NINE
    assert OutgoingMail.objects.filter(kind="appointments/moved").count() == 1


def test_moving_to_a_taken_time_leaves_everything_as_it_was(pool):
    booked, _other = an_appointment(pool), an_appointment(pool, at("10:00"))
    with pytest.raises(SlotTaken):
        changing.move(appointment=booked, pool_id=pool.pk, start=at("10:00"), now=NOW)
    booked.refresh_from_db()
    assert booked.starts_at == NINE


def test_moving_by_a_quarter_may_overlap_the_own_old_time():
    pool = a_pool(a_bookable(base_minutes=30))
    booked = an_appointment(pool)
    changing.move(appointment=booked, pool_id=pool.pk, start=at("09:15"), now=NOW)
    booked.refresh_from_db()
    assert booked.starts_at == at("09:15")


@pytest.mark.parametrize(
    ("start", "refusal"),
    [
        (at("09:05"), NotOffered),
        (at("09:00").replace(second=1), NotOffered),
        (at("09:00").replace(microsecond=5), NotOffered),
        (at("12:00"), NotOffered),
        (at("11:50"), NotOffered),
        (at("07:45"), NotOffered),
        (at("09:00", NOW.date().replace(day=6)), NotOffered),
        (later(-60), TooSoon),
        (at("09:00", NOW.date().replace(month=6)), TooFar),
    ],
)
def test_starts_that_are_not_offered_are_refused_by_name(pool, start, refusal):
    with pytest.raises(refusal):
        a_hold(pool, start)
    assert Appointment.objects.count() == 0


def test_a_pool_of_another_service_is_refused(pool):
    other = a_pool(a_bookable())
    with pytest.raises(UnknownPool):
        holding.hold(order=an_order(other.offers.first().service), pool_id=pool.pk, start=NINE, now=NOW)
    with pytest.raises(UnknownPool):
        holding.hold(order=an_order(other.offers.first().service), pool_id=10**9, start=NINE, now=NOW)


def test_plus_addresses_count_as_one_person(pool):
    for n, clock in enumerate(["08:00", "08:15", "08:30", "08:45"]):
        an_appointment(pool, at(clock), email=f"Anna+{n}@Example.org")
    with pytest.raises(TooManyOpen):
        an_appointment(pool, NINE, email="anna@example.org")


def test_an_edit_of_the_hours_counts_on_the_next_request(pool):
    a_hold(pool)
    pool.openings.filter(weekday=1).delete()
    with pytest.raises(NotOffered):
        a_hold(pool, at("10:00"))
    assert rulebook.current().pools[pool.pk].plan(NINE.date()).starts == ()


def test_there_is_one_wedding_room():
    service = a_bookable(base_minutes=30)
    pool = a_pool(service, capacity=3)
    room = Resource.objects.create(office=pool.office, name="Trausaal")
    room.services.add(service)
    an_appointment(pool)
    with pytest.raises(SlotTaken):
        a_hold(pool, at("09:15"))
    later_one = an_appointment(pool, at("09:30"))
    changing.cancel(appointment=later_one, now=NOW, pause=False)
    assert an_appointment(pool, at("09:30")).state == State.CONFIRMED
    assert ResourceClaim.objects.filter(active=True).count() == 2


def test_a_wedding_takes_a_room_and_a_registrar_and_two_services_share_them_out():
    wedding, speech = a_bookable(base_minutes=30), a_bookable(base_minutes=30)
    wedding.combinable.add(speech)
    speech.combinable.add(wedding)
    pool = a_pool(wedding, speech, capacity=4)
    rooms = [Resource.objects.create(office=pool.office, name=name) for name in ("Saal", "Turm")]
    person = Resource.objects.create(office=pool.office, name="Frau Birk", kind=Resource.Kind.PERSON)
    for needed in (*rooms, person):
        needed.services.add(wedding)
    rooms[0].services.add(speech)
    both = an_order(wedding, speech)
    # the speech leaves the tower to the wedding
    kept = holding.hold(order=both, pool_id=pool.pk, start=NINE, now=NOW)
    assert kept.claims.count() == 3
    with pytest.raises(SlotTaken):
        holding.hold(order=an_order(wedding), pool_id=pool.pk, start=at("09:15"), now=NOW)
    other = holding.hold(order=an_order(wedding), pool_id=pool.pk, start=at("10:00"), now=NOW)
    assert {claim.resource for claim in other.claims.all()} == {rooms[0], person}
    Resource.objects.filter(pk=person.pk).update(active=False)
    assert search.earliest(an_order(wedding), rulebook.current(), now=NOW) is None


@pytest.mark.parametrize(
    ("country", "typed", "same"),
    [
        ("DE", "0170 123 45 67", "+49 170 1234567"),
        ("AT", "0660 1234567", "0043 660 1234567"),
        ("PL", "601 234 567", "+48 601 234 567"),
        ("CZ", "601 234 567", "+420 601 234 567"),
        ("HU", "06 30 123 4567", "+36 30 123 4567"),
        ("BG", "088 123 4567", "+359 88 123 4567"),
    ],
)
def test_a_phone_number_counts_once_however_it_is_written_in_the_country(country, typed, same):
    assert contacts.normal_phone(typed, country) == contacts.normal_phone(same, country)


def test_a_hold_in_one_statement_is_the_row_that_steps_would_have_written(pool, monkeypatch):
    now = later(0)
    at_once = a_hold(pool, start=at("09:00"), client_key="10.0.0.0/24", language="en", form_key=uuid4())
    monkeypatch.setattr(slots, "fits_one_statement", lambda *_: False)
    in_steps = a_hold(pool, start=at("10:00"), client_key="10.0.0.0/24", language="en", form_key=uuid4())
    rows = [Appointment.objects.filter(pk=one.pk).values().get() for one in (at_once, in_steps)]
    own = {"id", "number", "form_key", "starts_at", "ends_at", "created_at"}
    common, expected = ({k: v for k, v in row.items() if k not in own} for row in rows)
    assert common == expected
    assert (rows[0]["starts_at"], rows[0]["ends_at"]) == (at("09:00"), at("09:15"))
    known = {k: v for k, v in rows[0].items() if k not in ("created_at",)}
    assert {k: getattr(at_once, k) for k in known} == known  # the returned object is the stored row
    assert at_once.held_until > now


def test_a_service_has_its_own_lead_and_horizon_at_the_desk():
    service = a_bookable(
        lead_minutes=60 * 24 * 7, horizon_days=14, desk_lead_minutes=180, desk_horizon_days=7
    )
    pool = a_pool(service)
    with pytest.raises(TooSoon):
        a_hold(pool)  # citizens: a week before
    with pytest.raises(TooSoon):
        a_hold(pool, at("08:00", NOW.date()), channel=Channel.DESK)
    assert a_hold(pool, at("11:00", NOW.date()), channel=Channel.DESK)
    with pytest.raises(TooFar):
        a_hold(pool, at("09:00", NOW.date() + timedelta(days=8)), channel=Channel.DESK)


def test_what_is_not_offered_online_is_booked_at_the_desk_alone():
    inside, passport = a_bookable(online=False), a_bookable()
    passport.combinable.set([inside])
    pool = a_pool(inside, passport)
    with pytest.raises(UnknownService):
        a_hold(pool)
    assert a_hold(pool, channel=Channel.DESK).state == State.HOLD
    book = rulebook.current()
    assert orders.partners(book.services[passport.pk], book) == []


def test_the_lead_time_ends_with_its_last_minute():
    pool = a_pool(a_bookable(lead_minutes=120), capacity=2)
    a_hold(pool, now=NINE - timedelta(minutes=120))
    with pytest.raises(TooSoon):
        a_hold(pool, now=NINE - timedelta(minutes=119))


def test_once_it_has_begun_only_a_clerk_moves_a_visit(pool):
    kept = an_appointment(pool)
    to = {"appointment": kept, "pool_id": pool.pk, "start": at("11:00"), "now": NINE}
    with pytest.raises(NotChangeable):
        changing.move(**to)
    assert changing.move(**to, actor=a_clerk()).starts_at == at("11:00")


def test_what_is_booked_is_not_let_go_like_a_time_that_was_only_held(pool):
    kept = an_appointment(pool)
    assert not changing.let_go(appointment=kept, now=NOW)
    assert rows.fresh(kept).state == State.CONFIRMED


def test_what_one_citizen_does_changes_nobody_else():
    """Each command on one held time or appointment, beside neighbours in every state who wait for something earlier."""
    pool = a_pool(a_bookable(asks_confirmation=True, max_count=3), capacity=9)
    for n in range(2):
        held, asked, booked = (a_hold(pool) for _three in range(3))
        for kept in (asked, booked):
            holding.fill(appointment=kept, contact=contact(f"eva{n}{kept.pk}@example.org"), now=NOW)
            booking.confirm(appointment=kept, now=NOW)
        booking.confirm_address(appointment=booked, now=NOW)
        waitlist.ask_earlier(appointment=rows.fresh(booked), now=NOW)
    mine = {held.pk, asked.pk, booked.pk}
    entry = WaitingEntry.objects.get(appointment=booked)
    theirs = list(Appointment.objects.exclude(pk__in=mine).values_list("pk", flat=True))

    def state():
        visits = Appointment.objects.filter(pk__in=theirs).order_by("pk").values()
        return list(visits), list(WaitingEntry.objects.exclude(pk=entry.pk).order_by("pk").values())

    before = state()
    holding.extend(appointment=held, now=NOW)
    holding.renew(appointment=held, now=NOW)
    holding.fill(appointment=held, contact=contact("mia@example.org"), now=NOW)
    booking.correct_address(appointment=asked, email="kai@example.org", now=NOW)
    booking.confirm_address(appointment=asked, now=NOW)
    waitlist.leave(entry=entry, now=NOW)
    changing.move(appointment=booked, pool_id=pool.pk, start=at("10:00"), now=NOW)
    changing.cancel(appointment=asked, now=NOW)
    changing.let_go(appointment=held, now=NOW)
    assert state() == before
