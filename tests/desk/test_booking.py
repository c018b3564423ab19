"""Booking and changing for somebody at the desk or on the phone."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from appointments.letters.mails import VISIT_LINK
from appointments.models import Appointment, Channel, Child, Opening, Switches
from appointments.pure.states import State
from appointments.times import capacity
from appointments.visit import changing
from appointments.waiting import waitlist
from portal import audit, links
from portal.models import OutgoingMail, Role
from tests.appointments.builders import NOW, a_bookable, a_pool
from tests.appointments.test_enrolment_and_reminders import a_season
from tests.desk.builders import NINE, a_clerk_of, a_hall, an_appointment, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]


@pytest.fixture
def hall():
    return a_hall(capacity=4)


def value_of(slot):
    return f"{slot.pool.id}@{slot.start.isoformat()}"


def desk_form(page, **fields):
    form = page.context["form"]
    start = page.context["days"][0].slots[0]
    return {
        "name": "Erna Ohnemail",
        "language": "de",
        "start": value_of(start),
        "form_key": form["form_key"].value(),
        **fields,
    }


@pytest.mark.parametrize(
    "reached", [{}, {"phone": "0731 12345", "by_phone": "on"}, {"email": "erna@example.org"}]
)
def test_the_reception_books_for_somebody_in_one_screen(client, hall, reached):
    client.force_login(a_clerk_of(hall, Role.RECEPTION))
    url = reverse("desk:book", args=[hall.office.slug])
    wanted = f"{url}?service={hall.offers.get().service_id}&count=1"
    page = client.get(wanted)
    form = desk_form(page, **reached)
    for _twice in range(2):
        assert client.post(wanted, form).status_code == 303
    booked = Appointment.objects.get()
    assert (booked.state, booked.name) == (State.CONFIRMED, "Erna Ohnemail")
    assert booked.channel == (Channel.PHONE if "by_phone" in reached else Channel.DESK)


@pytest.mark.parametrize("most", [5, 20])
def test_a_colleague_gets_a_row_of_free_times_that_can_all_be_booked(client, most):
    hall = a_hall(capacity=1, public=0)  # internal places only
    service = hall.offers.get().service
    service.base_minutes = 30  # longer than the steps between two starts
    service.save()
    client.force_login(a_clerk_of(hall, Role.RECEPTION))
    url = f"{reverse('desk:book', args=[hall.office.slug])}?service={service.pk}&count=1"
    page = client.get(f"{url}&in_a_row={most}")
    starts = [slot.start for slot in page.context["row"]]
    assert len(starts) == most
    assert f"{hall.office.name}\n" in page.content.decode()
    for start in starts:
        an_appointment(hall, start, channel=Channel.DESK)
    assert not {slot.start for slot in client.get(f"{url}&in_a_row=20").context["row"]} & set(starts)
    assert not client.get(url).context["row"]


@pytest.mark.parametrize(
    "start", ["", "x@y", "1@2027-03-02", "999@2027-03-02T09:00:00+01:00", "1@9999-99-99"]
)
def test_a_time_that_is_not_offered_books_nothing(client, hall, start):
    client.force_login(a_clerk_of(hall))
    wanted = f"{reverse('desk:book', args=[hall.office.slug])}?service={hall.offers.get().service_id}&count=1"
    answer = client.post(wanted, desk_form(client.get(wanted), start=start))
    assert answer.status_code in (409, 422)
    assert not Appointment.objects.exists()


def test_a_form_with_something_missing_keeps_all_the_rest(client, hall):
    client.force_login(a_clerk_of(hall, Role.RECEPTION))
    wanted = f"{reverse('desk:book', args=[hall.office.slug])}?service={hall.offers.get().service_id}&count=1"
    form = desk_form(client.get(wanted), name="", phone="0731 12345", email="erna@example.org", by_phone="on")
    answer = client.post(wanted, form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{form["start"]}" checked' in page
    assert "0731 12345" in page
    assert "erna@example.org" in page
    assert client.post(wanted, {**form, "name": "Erna"}).status_code == 303


def test_nobody_books_in_an_office_of_others_by_a_changed_form(client, hall):
    client.force_login(a_clerk_of(hall, Role.RECEPTION))
    service = hall.offers.get().service
    elsewhere = a_pool(service)
    wanted = f"{reverse('desk:book', args=[hall.office.slug])}?service={service.pk}&count=1"
    form = desk_form(client.get(wanted))
    form["start"] = f"{elsewhere.pk}@{form['start'].partition('@')[2]}"
    assert client.post(wanted, form).status_code == 409
    assert not Appointment.objects.exists()


def test_who_calls_to_cancel_is_cancelled_at_the_desk_once(client, hall):
    client.force_login(a_clerk_of(hall, Role.RECEPTION))
    booked = an_appointment(hall, NINE)
    url = reverse("desk:booked", args=[hall.office.slug, booked.pk])
    for _twice in range(2):
        assert client.post(url, {"reason": "krank"}).status_code == 303
    booked.refresh_from_db()
    assert booked.state == State.CANCELLED
    mail = OutgoingMail.objects.get(kind="appointments/cancellation")
    assert "krank" in mail.text
    record = audit.history(booked)[0]
    assert (record.verb, record.facts) == ("appointment cancelled", {}), "kept for good: without the reason"


def test_who_calls_gets_another_time_and_an_old_page_is_told(client, hall):
    booked, other = an_appointment(hall, NINE), an_appointment(hall, at("11:00"))
    client.force_login(a_clerk_of(hall, Role.RECEPTION))
    path = reverse("desk:change", args=[hall.office.slug, booked.pk])
    page = client.get(path, {"first_day": "2027-03-03"})
    wanted = page.context["days"][0].slots[2]
    chosen = value_of(wanted)
    assert client.post(path).status_code == 422
    form = {"start": chosen, "seen": booked.sequence, "name": booked.name, "language": "de"}
    assert client.post(path, form).status_code == 409  # online, and no address any more
    form["email"] = booked.email
    assert client.post(path, form).status_code == 303
    booked.refresh_from_db()
    assert booked.starts_at == wanted.start
    assert OutgoingMail.objects.filter(kind="appointments/moved").count() == 1
    changing.cancel(appointment=other)
    gone = reverse("desk:change", args=[hall.office.slug, other.pk])
    assert client.post(gone, {**form, "seen": other.sequence}).status_code == 409
    assert client.get(gone).status_code == 303


@pytest.fixture
def school():
    """Registers up to three children in one visit, a quarter of an hour each, and asks which language they speak."""
    service = a_bookable(
        max_count=3,
        extra_minutes=15,
        asks_birth_date=True,
        extra_fields=[{"key": "speaks", "label": {"de": "Sprache"}, "required": True}],
    )
    a_season(service)
    return a_pool(service, capacity=4)


TWINS = {
    "birth_date": "1990-02-03",
    "child1_name": "Ada",
    "child1_birth": "2021-05-06",
    "child2_name": "Bela",
    "child2_birth": "2021-05-06",
    "answer_speaks": "Bulgarisch",
}


def asking(client, pool, **query):
    """The page that books at the desk, with its address."""
    wanted = {"service": pool.offers.get().service_id, "count": 1, **query}
    address = reverse("desk:book", args=[pool.office.slug], query=wanted)
    return address, client.get(address)


def test_the_desk_asks_what_the_service_asks(client, school):
    clerk = a_clerk_of(school, Role.RECEPTION)
    client.force_login(clerk)
    address, page = asking(client, school, count=2)
    form = desk_form(page, language="bg")
    refused = client.post(address, form)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == TWINS.keys()
    assert client.post(address, {**form, **TWINS, "second_guardian": "Otto"}).status_code == 303
    kept = Appointment.objects.get()
    assert (kept.birth_date, kept.answers, kept.language) == (
        date(1990, 2, 3),
        {"speaks": "Bulgarisch"},
        "bg",
    )
    assert [child.guardians for child in Child.objects.all()] == [["Erna Ohnemail", "Otto"]] * 2
    assert audit.history(kept).get(verb="appointment booked").actor == clerk


def test_a_clerk_may_book_a_child_of_another_year_and_without_an_answer(client, school):
    client.force_login(a_clerk_of(school))
    address, page = asking(client, school, count=2)
    early = {**desk_form(page), **TWINS, "child1_birth": "2022-01-02", "answer_speaks": ""}
    refused = client.post(address, early)
    assert set(refused.context["form"].errors) == {"child1_birth", "answer_speaks"}
    assert 'name="anyway"' in refused.content.decode()
    half = client.post(address, {**early, "anyway": "on", "child2_birth": ""})
    assert set(half.context["form"].errors) == {"child2_name"}
    assert client.post(address, {**early, "anyway": "on"}).status_code == 303
    assert Child.objects.filter(name="Ada", birth_date=date(2022, 1, 2)).exists()
    address, _page, form = changing_page(
        client, Appointment.objects.get(), service=school.offers.get().service_id, count=2
    )
    wrong = client.post(address, form | {"child1_birth": "2022-01-03", "answer_speaks": "Bulgarisch"})
    assert set(wrong.context["form"].errors) == {"child1_birth"}
    assert client.post(address, form | {"answer_speaks": "Bulgarisch"}).status_code == 303


def test_at_the_desk_the_number_of_a_document_can_be_left_out(client, hall):
    hall.offers.get().service.__class__.objects.update(only_ready_documents=True)
    Switches.objects.update_or_create(pk=1, defaults={"check_ready_documents": True})
    client.force_login(a_clerk_of(hall))
    address, page = asking(client, hall)
    form = desk_form(page, documents="C01X")
    assert set(client.post(address, form).context["form"].errors) == {"documents"}
    assert client.post(address, {**form, "anyway": "on"}).status_code == 303


def test_only_what_goes_with_the_matter_is_offered_for_the_same_visit(client, hall):
    main, partner, other, stranger = hall.offers.get().service, a_bookable(), a_bookable(), a_bookable()
    main.combinable.add(partner)
    other.combinable.add(stranger)
    for service in (partner, other, stranger):
        hall.offers.create(service=service)
    client.force_login(a_clerk_of(hall))

    def offered(**query):
        page = client.get(reverse("desk:book", args=[hall.office.slug], query={"count": 1, **query}))
        return {int(str(value)) for value, _label in page.context["search"].fields["also"].choices}

    assert offered(service=main.pk) == {partner.pk}
    assert offered(service=main.pk, also=other.pk) == {partner.pk, other.pk}, "ticked for another matter"
    assert offered(service="²") == {main.pk, partner.pk, other.pk, stranger.pk}


def changing_page(client, kept, **query):
    address = reverse("desk:change", args=[kept.pool.office.slug, kept.pk], query=query)
    page = client.get(address)
    names = [name for name in page.context["form"].fields if name != "anyway"]
    values = {name: page.context["form"][name].value() for name in names}
    return address, page, {name: "" if value is None else value for name, value in values.items()}


@pytest.fixture
def family(client, school):
    """A mother with one child, at nine, booked at the desk."""
    client.force_login(a_clerk_of(school, Role.RECEPTION))
    address, page = asking(client, school)
    one = {name: TWINS[name] for name in TWINS if not name.startswith("child2")}
    client.post(address, desk_form(page, **one, email="erna@example.org"))
    return Appointment.objects.get()


def test_who_calls_brings_one_child_more_and_stays_at_the_time(client, school, family):
    service = school.offers.get().service_id
    address, _page, form = changing_page(client, family, service=service, count=2)
    assert form["child1_name"] == "Ada"
    assert set(client.post(address, form).context["form"].errors) == {"child2_name", "child2_birth"}
    assert client.post(address, form | TWINS).status_code == 303
    again = Appointment.objects.get()
    assert (again.starts_at, again.ends_at - again.starts_at) == (family.starts_at, timedelta(minutes=30))
    assert [child.name for child in again.children.all()] == ["Ada", "Bela"]
    assert OutgoingMail.objects.filter(kind="appointments/changed").count() == 1
    assert capacity.recount() == []
    _address, _page, form = changing_page(client, again, service=service, count=1)
    assert client.post(_address, form).status_code == 303
    assert [child.name for child in again.children.all()] == ["Ada"]


def test_a_time_too_short_for_more_persons_is_not_offered_but_others_are(client, school, family):
    Opening.objects.update(capacity=1, public_capacity=1)
    an_appointment_next = family.ends_at
    address, page = asking(client, school)
    free = [slot for slot in page.context["days"][0].slots if slot.start == an_appointment_next]
    client.post(address, desk_form(page, start=value_of(free[0]), **TWINS))
    _address, page, form = changing_page(client, family, service=school.offers.get().service_id, count=2)
    assert page.context["own"] == ""
    assert client.post(_address, form | TWINS).status_code == 409
    other = value_of(page.context["days"][0].slots[-1])
    assert client.post(_address, form | TWINS | {"start": other}).status_code == 303


def test_a_mistyped_address_is_put_right_and_the_stranger_reads_no_more(client, family):
    first = links.issue(subject=family, purpose=VISIT_LINK)
    address, _page, form = changing_page(client, family)
    assert client.post(address, form | {"name": "Erna Richtig"}).status_code == 303
    assert OutgoingMail.objects.count() == 1
    address, _page, form = changing_page(client, family)
    assert client.post(address, form | {"email": "richtig@example.org"}).status_code == 303
    assert OutgoingMail.objects.latest("pk").recipient == "richtig@example.org"
    assert client.get(reverse("appointments:mine", args=[first])).status_code == 404
    kept = Appointment.objects.get()
    assert (kept.contact_key, kept.birth_date) == ("richtig@example.org", date(1990, 2, 3))
    assert audit.history(kept).filter(verb="appointment details corrected").count() == 2


def test_a_page_made_before_the_citizen_moved_moves_nobody_back(client, hall):
    kept = an_appointment(hall, NINE)
    client.force_login(a_clerk_of(hall))
    address, _page, form = changing_page(client, kept)
    changing.move(appointment=kept, pool_id=hall.pk, start=at("10:00"))
    refused = client.post(address, form)
    assert refused.status_code == 409
    assert "07:00" in refused.content.decode()
    kept.refresh_from_db()
    assert kept.starts_at == at("10:00")


def test_of_two_clerks_who_correct_one_appointment_the_second_sees_both_versions(client, school, family):
    address, _page, form = changing_page(client, family)
    first = form | {"name": "Erna Erste", "child1_birth": "2021-05-07"}
    assert client.post(address, first).status_code == 303
    assert client.post(address, first).status_code == 303, "pressed twice"
    second = form | {"name": "Erna Zweite", "phone": "0731 22"}
    refused = client.post(address, second)
    assert refused.status_code == 409
    assert refused.context["versions"] == [
        ("Name", "Erna Erste", "Erna Zweite"),
        ("Telefon", "", "0731 22"),
        ("Geburtsdatum des Kindes", "07.05.2021", "06.05.2021"),
    ]
    assert Appointment.objects.get().name == "Erna Erste"
    again = {name: refused.context["form"][name].value() for name in form}
    assert again["name"] == "Erna Zweite", "what was typed stays"
    assert client.post(address, again).status_code == 303, "and can be sent after another look"
    assert Appointment.objects.get().name == "Erna Zweite"
    assert audit.history(family).filter(verb="appointment details corrected").count() == 2


def test_a_name_typed_while_a_colleague_moved_the_appointment_leaves_it_where_it_is_now(client, hall):
    kept = an_appointment(hall, NINE)
    client.force_login(a_clerk_of(hall))
    address, page, form = changing_page(client, kept)
    later = value_of(page.context["days"][0].slots[-1])
    assert client.post(address, form | {"start": later, "phone": "0731 22"}).status_code == 303
    refused = client.post(address, form | {"name": "Anna Andere"})
    again = {name: refused.context["form"][name].value() for name in form}
    assert client.post(address, again).status_code == 303
    kept.refresh_from_db()
    assert (kept.name, kept.starts_at) == ("Anna Andere", page.context["days"][0].slots[-1].start)


def test_another_matter_asks_anew_and_ends_the_waiting_for_an_earlier_time(client, hall, school):
    other = hall.offers.get().service
    school.offers.create(service=other)
    kept = an_appointment(school, at("09:00"))
    entry = waitlist.ask_earlier(appointment=kept, now=NOW)
    client.force_login(a_clerk_of(school))
    address, _page, form = changing_page(client, kept, service=other.pk, count=1)
    assert client.post(address, form).status_code == 303
    kept.refresh_from_db()
    assert (kept.service_id, kept.state) == (other.pk, State.CONFIRMED)
    entry.refresh_from_db()
    assert entry.state == entry.State.LEFT


def test_whom_the_mail_does_not_reach_is_confirmed_by_a_clerk(client, hall):
    hall.offers.get().service.__class__.objects.update(asks_confirmation=True)
    kept, clerk = an_appointment(hall, NINE), a_clerk_of(hall, Role.RECEPTION)
    assert kept.state == State.UNCONFIRMED
    client.force_login(clerk)
    address = reverse("desk:booked", args=[hall.office.slug, kept.pk])
    assert 'value="confirm"' in client.get(address).content.decode()
    for _twice in range(2):
        assert client.post(address, {"do": "confirm"}).status_code == 303
    kept.refresh_from_db()
    assert (kept.state, kept.desk_code != "") == (State.CONFIRMED, True)
    assert audit.history(kept).get(verb="appointment booked").actor == clerk


def test_the_limit_of_open_appointments_is_not_for_clerks(client, hall):
    """Somebody who cares for a house of old people books for all of them, by phone."""
    Switches.objects.update_or_create(pk=1, defaults={"open_limit": 1})
    client.force_login(a_clerk_of(hall, Role.RECEPTION))
    for _one in range(3):
        address, page = asking(client, hall)
        assert client.post(address, desk_form(page, email="haus@example.org")).status_code == 303
