"""What people put right after they pressed the button: a mistyped address, another time, more persons."""

import re

import pytest
from icalendar import Calendar

from appointments.models import Appointment, WaitingEntry
from appointments.pure.refusals import NeedsDetails
from appointments.pure.states import State
from appointments.times import capacity
from appointments.visit import changing
from appointments.waiting import waitlist
from portal import audit
from portal.models import OutgoingMail
from tests.appointments.builders import NINE, NOW, a_bookable, a_pool, an_appointment, an_order, at, later
from tests.appointments.test_pages import book, filled, hidden, press, times
from tests.builders import the_city

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]


def link_in(mail):
    return re.search(r"https?://[^/]+(/termine/mein/\S+)", mail.text)[1]


@pytest.fixture
def waiting(client):
    """Somebody booked and should now click in a mail that went to a mistyped address. The page that says so."""
    the_city()
    pool = a_pool(a_bookable(asks_confirmation=True))
    return book(client, pool, email="anna@exmaple.org").url.split("?")[0]


def test_a_mistyped_address_is_put_right_and_the_first_link_is_dead(client, waiting):
    page = client.get(waiting).content.decode()
    assert "anna@exmaple.org" in page
    kept = Appointment.objects.get()
    assert client.post(f"{waiting}adresse/", {"email": "anna@example.org"}).url == waiting
    wrong, right = OutgoingMail.objects.order_by("id")
    assert (wrong.recipient, right.recipient) == ("anna@exmaple.org", "anna@example.org")
    assert wrong.not_after == NOW, "what had not left yet stays here"
    assert client.get(link_in(wrong)).status_code == 404
    assert client.post(link_in(wrong)).status_code == 404
    assert Appointment.objects.get().held_until == kept.held_until
    done = client.post(link_in(right))
    assert Appointment.objects.get().state == State.CONFIRMED
    assert "anna@example.org" in client.get(done.url).content.decode()
    assert client.get(link_in(right)).status_code == 200
    assert client.post(link_in(right)).status_code == 303, "pressed again, it leads to the appointment"


def test_a_mail_that_does_not_arrive_is_sent_once_more_and_both_links_count(client, waiting):
    client.post(f"{waiting}adresse/", {"email": "anna@exmaple.org"})
    first, second = OutgoingMail.objects.order_by("id")
    assert client.get(link_in(second)).status_code == 200
    assert client.post(link_in(first)).status_code == 303
    assert Appointment.objects.get().state == State.CONFIRMED


def test_only_the_link_in_the_mail_confirms_and_not_the_page_that_asks_for_it(client, waiting):
    assert client.post(f"{waiting}bestaetigen/").status_code == 404
    assert Appointment.objects.get().state == State.UNCONFIRMED


def test_an_address_is_put_right_only_while_the_time_is_kept_and_only_some_times(
    client, waiting, monday_morning
):
    assert client.post(f"{waiting}adresse/", {"email": "no address"}).status_code == 422
    answers = [client.post(f"{waiting}adresse/", {"email": f"a{n}@example.org"}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    monday_morning.move_to(later(61))
    too_late = client.post(f"{waiting}adresse/", {"email": "anna@example.org"})
    assert too_late.status_code == 409
    assert "nicht rechtzeitig" in client.get(waiting).content.decode()
    assert OutgoingMail.objects.count() == 4


@pytest.mark.parametrize(("known", "mail"), [({}, True), ({"email": "", "phone": "0731 1234567"}, False)])
def test_who_goes_back_after_booking_reads_what_is_booked(client, pool, known, mail):
    details = press(client, pool, times(client, pool)).url
    check = client.post(details, filled(client.get(details), **known)).url
    client.post(check)
    visit = Appointment.objects.get()
    for address in (details, check):
        page = client.get(address)
        assert page.status_code == 409
        text = page.content.decode()
        assert visit.number in text
        assert visit.desk_code in text
        assert ("in Ihren E-Mails" in text) == mail


@pytest.fixture
def pool():
    """One counter; a passport takes 15 minutes, each further 10; an identity card in the same visit takes 15."""
    the_city()
    passport, card = a_bookable(max_count=3, extra_minutes=10), a_bookable(max_count=2)
    plate = a_bookable(extra_fields=[{"key": "plate", "label": {"de": "Kennzeichen"}}])
    passport.combinable.set([card, plate])
    return a_pool(passport, card, plate)


def test_another_time_offers_again_what_was_typed_and_forgets_it_at_the_first(client, pool):
    details = press(client, pool, times(client, pool)).url
    half = filled(client.get(details), email="anna@", phone="0170 1234567")
    list_url = client.post(f"{details}freigeben/", half).url
    first = Appointment.objects.get()
    assert first.state == State.CANCELLED
    page = client.get(list_url)
    slot = f"{pool.pk}-{int(at('10:00').timestamp()) // 300}"
    fields = {name: hidden(page, name) for name in ("n", "shown", "form_key", "instead")}
    next_details = client.post(
        list_url.split("?")[0].replace("zeiten", "halten"), {**fields, "slot": slot}
    ).url
    form = client.get(next_details).context["form"]
    assert [form[name].value() for name in ("name", "phone", "email")] == [
        "Anna Beispiel",
        "0170 1234567",
        "",
    ]
    first.refresh_from_db()
    assert (first.name, first.phone) == ("", "")
    check = next_details + "pruefen/"
    assert client.get(check).url == next_details, "it is shown again, not booked with"


def test_what_was_typed_is_gone_when_the_first_time_would_be_over(client, pool, monday_morning):
    details = press(client, pool, times(client, pool)).url
    list_url = client.post(f"{details}freigeben/", filled(client.get(details))).url
    monday_morning.move_to(later(11))
    page = client.get(list_url)
    fields = {name: hidden(page, name) for name in ("n", "shown", "form_key", "instead")}
    slot = f"{pool.pk}-{int(NINE.timestamp()) // 300}"
    answer = client.post(list_url.split("?")[0].replace("zeiten", "halten"), {**fields, "slot": slot})
    assert client.get(answer.url).context["form"]["name"].value() == ""


def test_the_ticket_of_one_citizen_does_not_reach_the_page_of_another(client, pool):
    details = press(client, pool, times(client, pool)).url
    list_url = client.post(f"{details}freigeben/", filled(client.get(details))).url
    assert 'name="instead"' in client.get(list_url).content.decode()
    assert 'name="instead"' not in times(client, pool, n="1").content.decode()
    assert 'name="instead"' not in times(client, pool, n="1", instead="1:made-up").content.decode()


def visit_of(client, pool, **more):
    mine = book(client, pool, **more).url.split("?")[0]
    return mine, Appointment.objects.get(state=State.CONFIRMED, name="Anna Beispiel")


def test_a_person_more_keeps_the_time_where_there_is_room(client, pool):
    mine, visit = visit_of(client, pool)
    assert "aendern" in client.get(mine).content.decode()
    code = visit.desk_code
    page = client.get(f"{mine}aendern/")
    assert [list(counts) for _name, _service, counts, _now in page.context["others"]] == [[0, 1, 2]]
    # what has questions of its own is a visit of its own
    found = client.get(f"{mine}verschieben/?n=2")
    slot = found.context["keep"].value
    assert "etwa 25 Minuten" in found.content.decode()
    client.post(f"{mine}verschieben/", {"n": "2", "slot": slot})
    visit.refresh_from_db()
    assert (visit.starts_at, visit.ends_at, visit.order[0][1]) == (NINE, at("09:25"), 2)
    assert visit.desk_code == code, "who printed the page has the call number on it"
    mail = OutgoingMail.objects.order_by("-id")[0]
    assert mail.kind == "appointments/changed"
    assert "(2×)" in mail.text
    event = Calendar.from_ical(bytes(mail.calendar)).walk("VEVENT")[0]
    assert (event["sequence"], event.decoded("dtend")) == (1, at("09:25"))
    entry = audit.history(visit)[0]
    assert (entry.verb, entry.facts["order"]) == ("appointment changed", [[visit.service_id, 1]])
    assert not capacity.recount()


def test_without_room_other_times_are_offered_and_the_visit_stays_as_it_is(client, pool):
    mine, visit = visit_of(client, pool)
    an_appointment(pool, at("09:15"))
    found = client.get(f"{mine}verschieben/?n=2")
    assert found.context["keep"] is None
    assert "nicht genug Platz" in found.content.decode()
    slot = f"{pool.pk}-{int(NINE.timestamp()) // 300}"
    assert client.post(f"{mine}verschieben/", {"n": "2", "slot": slot}).status_code == 409
    visit.refresh_from_db()
    assert (visit.order[0][1], visit.sequence) == (1, 0)
    slot = f"{pool.pk}-{int(at('10:00').timestamp()) // 300}"
    assert client.post(f"{mine}verschieben/", {"n": "2", "slot": slot}).status_code == 303
    visit.refresh_from_db()
    assert (visit.starts_at, visit.order[0][1]) == (at("10:00"), 2)
    assert OutgoingMail.objects.order_by("-id")[0].kind == "appointments/moved"


def test_a_service_is_added_and_taken_out_again(client, pool):
    mine, visit = visit_of(client, pool)
    card = pool.offers.order_by("id")[1].service_id
    for query, end, lines in (({f"c{card}": "2"}, "09:30", 2), ({f"c{card}": "0"}, "09:15", 1)):
        slot = client.get(f"{mine}verschieben/", {"n": "1", **query}).context["keep"].value
        client.post(f"{mine}verschieben/", {"n": "1", "slot": slot, **query})
        visit.refresh_from_db()
        assert (visit.ends_at, len(visit.order)) == (at(end), lines)


def test_what_would_need_more_details_is_refused_by_name_and_so_is_nonsense(client, pool):
    mine, visit = visit_of(client, pool)
    plate = pool.offers.order_by("id")[2].service_id
    for query in ({"n": "1", f"c{plate}": "1"}, {"n": "9"}, {"n": "-1"}, {"n": "1", "c999999": "1"}):
        assert client.get(f"{mine}verschieben/", query).status_code in (409, 422)
    services = [offer.service for offer in pool.offers.order_by("id")]
    with pytest.raises(NeedsDetails):
        changing.move(
            appointment=visit, pool_id=pool.pk, start=NINE, order=an_order(services[0], services[2])
        )


def test_who_moves_by_a_quarter_is_offered_a_time_that_overlaps_the_own_one_but_not_the_own_one(client, pool):
    mine, _visit = visit_of(client, pool, start=at("09:15"))
    an_appointment(pool, at("08:45"))
    page = client.get(f"{mine}verschieben/?n=1&day=2027-03-02")
    clocks = [button.local.strftime("%H:%M") for button in page.context["by_place"][0][2]]
    assert "09:00" in clocks
    assert "09:15" not in clocks
    larger = client.get(f"{mine}verschieben/?n=2&day=2027-03-02")
    clocks = [button.local.strftime("%H:%M") for button in larger.context["by_place"][0][2]]
    assert "09:00" in clocks, "25 minutes from nine on need the own quarter"


def test_who_waits_for_an_earlier_time_waits_for_the_changed_visit_and_takes_the_details_along(client, pool):
    main = pool.offers.first().service
    visit = an_appointment(pool, at("11:00"))
    Appointment.objects.filter(pk=visit.pk).update(phone="0170 1", answers={"plate": "L-X 1"})
    early = an_appointment(pool, at("09:00"))
    waitlist.ask_earlier(appointment=visit)
    changing.move(appointment=visit, pool_id=pool.pk, start=at("11:00"), order=an_order(main, count=2))
    assert WaitingEntry.objects.get().count == 2
    changing.cancel(appointment=early)
    pause = Appointment.objects.get(purpose="pause")
    offer = waitlist.offer_freed(pause=pause)
    waitlist.accept(offer=offer)
    taken = Appointment.objects.get(pk=offer.appointment_id)
    assert (taken.order[0][1], taken.phone, taken.answers) == (2, "0170 1", {"plate": "L-X 1"})


def test_the_near_offices_are_told_while_moving_too(client, pool):
    mine, _visit = visit_of(client, pool)
    answer = client.post(f"{mine}verschieben/", {"near": "qwertz"})
    assert answer.status_code == 422
    assert "near-error" in answer.content.decode()
