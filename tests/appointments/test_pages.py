"""The citizen's way through the pages, without JavaScript."""

import re
from datetime import datetime

import pytest
from django.urls import reverse
from icalendar import Calendar

from appointments.models import Appointment, ReadyDocument, SlotLoad, Switches
from appointments.pure.states import State
from appointments.times import slots
from portal.models import Office, OutgoingMail
from tests.appointments.builders import NINE, NOW, a_bookable, a_pool, an_appointment, at, later
from tests.builders import the_city

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]


@pytest.fixture
def pool():
    the_city()
    return a_pool(a_bookable(max_count=3, extra_minutes=10, bring={"de": ["Ihren Ausweis"]}), capacity=1)


def slug_of(pool):
    return pool.offers.first().service.service.slug


def hidden(page, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    return found[1] if found else ""


def times(client, pool, **query):
    return client.get(reverse("appointments:times", args=[slug_of(pool)]), query)


def press(client, pool, page, start=NINE, **more):
    fields = {
        "n": "1",
        "shown": hidden(page, "shown"),
        "form_key": hidden(page, "form_key"),
        "slot": f"{pool.pk}-{int(start.timestamp()) // 300}",
    }
    return client.post(reverse("appointments:hold", args=[slug_of(pool)]), {**fields, **more})


def filled(page, **more):
    return {"shown": hidden(page, "shown"), "name": "Anna Beispiel", "email": "anna@example.org", **more}


def book(client, pool, start=NINE, **more):
    details_url = press(client, pool, times(client, pool), start).url
    page = client.get(details_url)
    check_url = client.post(details_url, filled(page, **more)).url
    assert "Anna Beispiel" in client.get(check_url).content.decode()
    return client.post(check_url)


def test_a_citizen_books_in_four_pages_and_gets_number_mail_and_calendar(client, pool):
    done = client.get(book(client, pool).url)
    visit = Appointment.objects.get()
    text = done.content.decode()
    assert visit.number in text
    assert visit.desk_code in text
    assert "Ihren Ausweis" in text
    mail = OutgoingMail.objects.get()
    event = Calendar.from_ical(bytes(mail.calendar)).walk("VEVENT")[0]
    assert event.decoded("dtstart") == NINE
    link = re.search(r"https?://[^/]+(/termine/mein/\S+)", mail.text)[1]
    assert client.get(link).status_code == 200


def test_the_start_page_finds_services(client, pool):
    name = pool.offers.first().service.service.name
    assert name in client.get("/termine/").content.decode()
    assert name not in client.get("/termine/", {"q": "gibtsnicht"}).content.decode()


def test_the_list_shows_five_dates_and_each_can_be_held(client, pool):
    text = times(client, pool).content.decode()
    assert text.count('<ol class="dates">') == 1
    assert len(re.findall(r"<h2>\w+, ", text)) == 5
    for value in re.findall(r'name="slot" value="(\d+-\d+)"', text)[:3]:
        page = times(client, pool)
        answer = press(client, pool, page, slot=value)
        assert answer.status_code == 303


def test_a_month_says_in_words_what_is_free(client, pool):
    an_appointment(pool)
    text = times(client, pool, view="month").content.decode()
    assert "month__free" in text
    assert "month__none" in text


def test_a_day_without_times_names_the_neighbours_and_the_waiting_list(client, pool):
    text = times(client, pool, day="2027-03-06").content.decode()
    assert "day=2027-03-05" in text
    assert "day=2027-03-08" in text
    assert "/warteliste/" in text


def test_each_page_before_the_booking_says_what_to_bring_the_fee_and_where(client, pool):
    other = a_pool(a_bookable(bring={"de": ["Familienbuch"]}, fee={"de": "12 Euro"}, max_count=2))
    Office.objects.filter(pk=other.office_id).update(street="Am Anger 3")
    times(client, pool, n=2)  # a page of another service, kept for a minute
    slug = other.offers.get().service.service.slug
    for answer in (
        client.get(f"/termine/neu/{slug}/?n=2"),
        client.get(f"/termine/neu/{slug}/zeiten/?n=2"),
        client.post(f"/termine/neu/{slug}/halten/", {"n": "2", "slot": "1-2"}),
    ):
        page = answer.content.decode()
        assert all(said in page for said in ("Familienbuch", "12 Euro", "Am Anger 3"))
        assert pool.office.name not in page
    assert '<option value="2" selected>' in client.get(f"/termine/neu/{slug}/?n=2").content.decode()


def test_filters_narrow_by_weekday_and_time_of_day(client, pool):
    text = times(client, pool, weekday="2", part="midday").content.decode()
    starts = [int(unit) * 300 for unit in re.findall(r'name="slot" value="\d+-(\d+)"', text)]
    local = [datetime.fromtimestamp(start, NINE.tzinfo) for start in starts]
    assert starts
    assert all(moment.weekday() == 2 and 11 <= moment.hour < 14 for moment in local)


def test_pressing_twice_holds_once_and_going_back_lets_the_first_go(client, pool):
    page = times(client, pool)
    first, again = press(client, pool, page), press(client, pool, page)
    assert first.url == again.url
    other = press(client, pool, page, at("10:00"))
    assert other.status_code == 303
    assert [row.state for row in Appointment.objects.order_by("pk")] == [State.EXPIRED, State.HOLD]


def test_one_network_keeps_only_so_many_times_at_once(client, pool):
    Switches.objects.update_or_create(pk=1, defaults={"holds_at_once": 1})
    press(client, pool, times(client, pool))
    page = times(client, pool)
    assert press(client, pool, page, at("10:00")).status_code == 409
    Appointment.objects.update(held_until=NOW)  # run out: it no longer counts
    assert press(client, pool, page, at("10:00")).status_code == 303


def test_a_slot_taken_meanwhile_is_a_kind_page_with_the_nearest_times(client, pool):
    page = times(client, pool)
    an_appointment(pool)
    answer = press(client, pool, page)
    assert answer.status_code == 409
    assert answer.content.decode().count('name="slot"') == 5


def test_an_expired_hold_whose_time_is_still_free_costs_nothing(client, pool, monday_morning):
    details_url = press(client, pool, times(client, pool)).url
    page = client.get(details_url)
    monday_morning.move_to(later(11))
    assert client.get(details_url).status_code == 409
    check_url = client.post(details_url, filled(page)).url
    monday_morning.move_to(later(22))
    slots.expire_overdue(later(22))
    assert "/mein/" in client.post(check_url).url
    assert Appointment.objects.get(state=State.CONFIRMED).name == "Anna Beispiel"


def test_pressing_the_last_button_twice_leads_twice_to_the_appointment(client, pool):
    details_url = press(client, pool, times(client, pool)).url
    check_url = client.post(details_url, filled(client.get(details_url))).url
    mine = [client.post(check_url).url for _ in range(2)]
    assert all(client.get(url).status_code == 200 for url in mine)
    second_window = [
        client.get(check_url),
        *(client.post(f"{details_url}{do}/") for do in ("verlaengern", "freigeben")),
    ]
    assert all("Ihr Termin ist gebucht" in answer.content.decode() for answer in second_window)
    assert Appointment.objects.count() == 1
    client.post(f"{mine[0].split('?')[0]}absagen/")
    assert "Es wurde nichts gebucht" not in client.get(details_url).content.decode()


def test_an_expired_hold_is_a_kind_page_on_every_step(client, pool, monday_morning):
    details_url = press(client, pool, times(client, pool)).url
    page = client.get(details_url)
    check_url = client.post(details_url, filled(page)).url
    monday_morning.move_to(later(11))
    an_appointment(pool, now=later(11))
    for answer in (client.get(details_url), client.post(details_url, filled(page)), client.post(check_url)):
        assert answer.status_code == 409
        assert 'name="slot"' in answer.content.decode()
    assert Appointment.objects.get(state=State.EXPIRED).confirmed_at is None


def test_more_time_can_be_asked_once(client, pool):
    details_url = press(client, pool, times(client, pool)).url
    assert "verlaengern" in client.get(details_url).content.decode()
    half_typed = filled(client.get(details_url), name="Anna Bei", email="anna@ex")
    page = client.post(f"{details_url}verlaengern/", half_typed).content.decode()
    assert 'value="Anna Bei"' in page
    assert 'value="anna@ex"' in page
    assert "error-summary" not in page
    assert "verlaengern" not in client.get(details_url).content.decode()
    assert client.get(f"{details_url}verlaengern/").url == details_url


def test_another_time_gives_the_first_one_back(client, pool):
    details_url = press(client, pool, times(client, pool)).url
    client.post(f"{details_url}freigeben/")
    assert SlotLoad.objects.filter(taken__gt=0).count() == 0


def test_wrong_details_keep_what_was_typed_and_answer_422(client, pool):
    details_url = press(client, pool, times(client, pool)).url
    page = client.get(details_url)
    answer = client.post(details_url, filled(page, email="nicht-gut", phone=""))
    assert answer.status_code == 422
    assert "Anna Beispiel" in answer.content.decode()
    assert 'id="error-summary"' in answer.content.decode()


def test_a_program_that_fills_the_honeypot_gets_nowhere(client, pool):
    page = times(client, pool)
    answer = press(client, pool, page, website="http://spam.example")
    assert answer.status_code == 303
    too_old = press(client, pool, page, shown="made up")
    assert too_old.status_code == 409
    assert "zu lange offen" in too_old.content.decode()
    assert Appointment.objects.count() == 0


def test_cancelling_by_link_asks_first_and_acts_on_post_only(client, pool):
    mine = book(client, pool).url.split("?")[0]
    assert client.get(f"{mine}absagen/").status_code == 200
    assert Appointment.objects.get(name="Anna Beispiel").state == State.CONFIRMED
    client.post(f"{mine}absagen/")
    client.post(f"{mine}absagen/")
    assert Appointment.objects.get(name="Anna Beispiel").state == State.CANCELLED
    assert OutgoingMail.objects.filter(kind="appointments/cancellation").count() == 1
    assert client.get(mine).status_code == 200


def test_moving_by_link(client, pool):
    mine = book(client, pool).url.split("?")[0]
    page = client.get(f"{mine}verschieben/")
    assert page.status_code == 200
    slot = f"{pool.pk}-{int(at('10:00').timestamp()) // 300}"
    assert client.post(f"{mine}verschieben/", {"slot": slot}).status_code == 303
    assert Appointment.objects.get(name="Anna Beispiel").starts_at == at("10:00")
    assert client.post(f"{mine}verschieben/", {"slot": "1-2"}).status_code == 409


def test_calendar_code_and_paper(client, pool):
    mine = book(client, pool).url.split("?")[0]
    calendar = client.get(f"{mine}termin.ics")
    assert Calendar.from_ical(calendar.content).walk("VEVENT")
    code = client.get(f"{mine}code.svg").content.decode()
    assert "<svg" in code
    # the kind with three corners: telephones do not read the micro kind with one
    assert 'width="174"' in code
    assert client.get(f"{mine}drucken/").status_code == 200


@pytest.mark.parametrize(
    "path", ["mein/falsch/", "mein/falsch/absagen/", "warteliste/falsch/", "warteliste/angebot/x/"]
)
def test_an_unknown_link_gets_a_kind_page(client, path):
    answer = client.get(f"/termine/{path}")
    assert answer.status_code == 404
    assert "/termine/link/" in answer.content.decode()


def test_a_tampered_hold_is_not_found(client, pool):
    details_url = press(client, pool, times(client, pool)).url
    assert client.get(details_url.replace("reservierung/", "reservierung/9")).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"n": "0"},
        {"n": "-1"},
        {"n": "99999999"},
        {"n": "abc"},
        {"n": "4"},
        {"n": "1", "c99999999": "1"},
        {"n": "٣"},
    ],
)
def test_odd_counts_are_refused_with_a_sentence(client, pool, query):
    answer = times(client, pool, **query)
    assert answer.status_code == 422
    assert "kern-alert" in answer.content.decode()


@pytest.mark.parametrize("slot", ["", "x", "1-1", "-5-3", "1-99999999999", "999999999999-5", "1-5;DROP"])
def test_odd_slots_are_refused_and_nothing_is_held(client, pool, slot):
    answer = press(client, pool, times(client, pool), slot=slot)
    assert answer.status_code == 422
    assert Appointment.objects.count() == 0


@pytest.mark.parametrize(
    "query",
    [
        {"since": "x"},
        {"day": "9999-99-99"},
        {"month": "2027-13"},
        {"weekday": "9"},
        {"part": "x"},
        {"office": "y"},
    ],
)
def test_odd_filters_are_left_out(client, pool, query):
    assert times(client, pool, **query).status_code == 200


@pytest.mark.parametrize("view", ["list", "month"])
@pytest.mark.parametrize("booked", [1, 12])
def test_the_page_of_times_costs_a_fixed_number_of_queries(
    client, pool, view, booked, django_assert_max_num_queries
):
    for n in range(booked):
        an_appointment(pool, at(f"{8 + n // 4:02}:{n % 4 * 15:02}"))
    url = reverse("appointments:times", args=[slug_of(pool)])
    client.get(url)
    with django_assert_max_num_queries(6):
        client.get(url, {"view": view})
    pool.openings.update(capacity=2)
    with django_assert_max_num_queries(12):  # after an edit of the rules
        client.get(url, {"view": view})


def test_only_ready_documents_can_be_picked_up(client):
    the_city()
    pool = a_pool(a_bookable(only_ready_documents=True))
    from appointments.fairness import ready

    ready.import_list(lines=["LA2027001;Reisepass", "la-2027 002", "x"])
    assert ReadyDocument.objects.count() == 2
    details_url = press(client, pool, times(client, pool)).url
    page = client.get(details_url)
    assert client.post(details_url, filled(page, documents="LA2027009")).status_code == 422
    assert client.post(details_url, filled(page, documents="LA 2027001\nLA2027002")).status_code == 303
    ready.picked_up(Appointment.objects.get().pk, NOW)
    assert client.post(details_url, filled(page, documents="LA2027002")).status_code == 422
    assert (ready.forget(NOW), ready.forget(later(1))) == (0, 2)


def test_lost_links_come_by_mail_and_the_answer_is_always_the_same(client, pool):
    book(client, pool)
    page = client.get("/termine/link/")
    known = client.post("/termine/link/", {"shown": hidden(page, "shown"), "email": "Anna+x@example.org"})
    unknown = client.post("/termine/link/", {"shown": hidden(page, "shown"), "email": "niemand@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    mail = OutgoingMail.objects.get(kind="appointments/lost_link")
    assert mail.recipient == "anna@example.org"
    assert "/termine/mein/" in mail.text


def test_odd_names_of_counts_are_left_alone(client, pool):
    slug = pool.offers.first().service.service.slug
    for name in ("c²", "c٣x", "c", "c" + "9" * 40, "c-1"):
        assert client.get(f"/termine/neu/{slug}/zeiten/", {name: "1"}).status_code in (200, 422)
