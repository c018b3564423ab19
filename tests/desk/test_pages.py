"""What clerks and the hall see."""

import random
from datetime import timedelta
from heapq import heapify, heapreplace

import pytest
from django.urls import reverse

from appointments.desk.models import Visit
from appointments.desk.people import queue
from appointments.desk.pure.states import Step
from appointments.desk.pure.waiting import Estimate, estimate
from portal import audit, links
from portal.models import Role
from tests.appointments.builders import a_pool
from tests.builders import an_office
from tests.desk.builders import NINE, TUESDAY, a_clerk_of, a_counter, a_hall, a_walk_in, an_appointment, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nine_o_clock")]


@pytest.fixture
def signed_in(client, hall):
    def sign_in(role=Role.CLERK, pool=None):
        clerk = a_clerk_of(pool or hall, role)
        client.force_login(clerk)
        return clerk

    return sign_in


def day_url(hall):
    return reverse("desk:day", args=[hall.office.slug])


def test_the_day_lists_who_is_late_waits_and_comes(client, hall, signed_in):
    signed_in(Role.RECEPTION)
    an_appointment(hall, at("08:30"))
    an_appointment(hall, at("11:00"))
    a_walk_in(hall, name="Frau Wartend")
    page = client.get(day_url(hall)).content.decode()
    assert page.index('id="late"') < page.index('id="waiting"') < page.index('id="coming"')
    assert "Frau Wartend" in page


def test_the_first_page_says_who_is_late_waits_and_comes_and_who_sits_where(client, hall, signed_in):
    lead = signed_in(Role.LEAD)
    an_appointment(hall, at("08:30"))
    for _two in range(2):
        an_appointment(hall, at("11:00"))
    for clock in ("08:40", "08:50", "09:00"):
        a_walk_in(hall, clock)
    a_counter(hall)
    queue.sit_down(counter=a_counter(hall), actor=lead)
    counts = client.get(reverse("admin:index")).context["counts"]
    home, counters = reverse("desk:home"), reverse("desk:counters")
    said = [(row["number"], row["url"]) for row in counts if row["url"].startswith((home + "?", counters))]
    assert said == [
        (3, f"{home}?liste=waiting"),
        (25, f"{home}?liste=waiting"),
        (1, f"{home}?liste=late"),
        (2, f"{home}?liste=coming"),
        (1, counters),
    ]


@pytest.mark.parametrize("people", [1, 40])
def test_the_day_costs_the_same_queries_however_full(
    client, hall, signed_in, people, django_assert_max_num_queries
):
    signed_in()
    for n in range(people):
        an_appointment(hall, at(f"{8 + n // 16:02}:{(n % 4) * 15:02}"))
        a_walk_in(hall)
    client.get(day_url(hall))
    with django_assert_max_num_queries(15):
        client.get(day_url(hall))


def test_while_nothing_changes_the_refresh_is_empty_and_after_a_step_it_is_not(client, hall, signed_in):
    clerk = signed_in()
    visit = a_walk_in(hall)
    stamp = client.get(day_url(hall)).context["day"].stamp
    ask = {"path": f"{day_url(hall)}?stamp={stamp}", "headers": {"HX-Request": "true"}}
    assert client.get(**ask).status_code == 204
    queue.park(visit=visit, seen=visit.version, actor=clerk)
    answer = client.get(**ask)
    assert answer.status_code == 200
    assert b"<html" not in answer.content


@pytest.mark.parametrize("typed", ["beispiel", "ANNA", "{code}", "{number}"])
def test_a_person_is_found_by_name_number_and_code(client, hall, signed_in, typed):
    signed_in()
    booked = an_appointment(hall, NINE)
    a_walk_in(hall, name="Ganz Anders")
    wanted = typed.format(code=booked.number, number=booked.desk_code)
    page = client.get(day_url(hall), {"q": wanted}).content.decode()
    assert "Anna Beispiel" in page
    assert "Ganz Anders" not in page


@pytest.mark.parametrize("typed", ["BEISP", "{number}", "ANNA.BEISPIEL@"])
def test_who_calls_is_found_without_knowing_the_day(client, hall, signed_in, typed):
    signed_in(Role.RECEPTION)
    booked = an_appointment(hall, at("09:00", TUESDAY + timedelta(days=7)), email="anna.beispiel@example.org")
    an_appointment(a_hall(), at("10:00", TUESDAY + timedelta(days=7)))  # another department's
    today = an_appointment(hall, NINE)
    page = client.get(day_url(hall), {"q": typed.format(number=booked.number.lower().replace("-", ""))})
    assert page.context["elsewhere"] == [booked]
    assert reverse("desk:booked", args=[hall.office.slug, booked.pk]) in page.content.decode()
    assert client.get(day_url(hall), {"q": "be"}).context["elsewhere"] == []
    assert today.number not in [row.number for row in page.context["elsewhere"]]


def test_one_press_and_the_person_has_arrived(client, hall, signed_in):
    signed_in(Role.RECEPTION)
    booked = an_appointment(hall, NINE)
    answer = client.post(reverse("desk:act", args=[hall.office.slug]), {"do": f"arrive:{booked.pk}"})
    assert answer.status_code == 303
    assert Visit.objects.get().step == Step.WAITING


def test_a_stale_button_says_who_was_quicker_and_changes_nothing(client, hall, signed_in):
    clerk = signed_in()
    visit = a_walk_in(hall)
    queue.park(visit=visit, seen=visit.version, actor=clerk)
    answer = client.post(
        reverse("desk:act", args=[hall.office.slug]), {"do": f"leave:{visit.pk}:{visit.version}"}
    )
    assert answer.status_code == 409
    assert clerk.username in answer.content.decode()
    visit.refresh_from_db()
    assert visit.step == Step.PARKED


@pytest.mark.parametrize(
    "do", ["", "arrive", "arrive:x", "dance:1:1", "leave:999999:1", "leave:1", "arrive:" + "9" * 40]
)
def test_nonsense_is_no_such_page(client, hall, signed_in, do):
    signed_in()
    assert client.post(reverse("desk:act", args=[hall.office.slug]), {"do": do}).status_code == 404


def test_a_clerk_of_another_department_sees_nothing_of_this_office(client, hall, signed_in):
    signed_in(pool=a_hall())
    assert client.get(day_url(hall)).status_code == 403
    assert client.get(reverse("desk:counter", args=[a_counter(hall).pk])).status_code == 403


def test_at_the_counter_a_whole_visit_by_buttons(client, hall, signed_in):
    signed_in()
    a_walk_in(hall, name="Herr Dran")
    counter = a_counter(hall)
    act = reverse("desk:counter_act", args=[counter.pk])

    def press(do, **more):
        visit = Visit.objects.get()
        whom = "" if do == "next" else f":{visit.pk}:{visit.version}"
        answer = client.post(act, {"do": do + whom, **more})
        assert answer.status_code == 303
        return client.get(reverse("desk:counter", args=[counter.pk])).content.decode()

    assert "Herr Dran" in press("next")
    press("recall")
    press("start")
    press("finish", **{f"done-{hall.offers.get().service_id}": "2"})
    visit = Visit.objects.get()
    assert (visit.step, visit.services_done) == (Step.DONE, [[hall.offers.get().service_id, 2]])


def test_the_display_shows_numbers_and_counters_and_no_name(client, hall):
    a_walk_in(hall, name="Geheim Geheim")
    counter = a_counter(hall, label="7")
    visit = queue.call_next(counter=counter, actor=a_clerk_of(hall))
    url = reverse("hall:display", args=[hall.office.slug])
    for layout in ("wide", "tall", "list", "nonsense"):
        page = client.get(url, {"layout": layout}).content.decode()
        assert visit.number in page
        assert ">7<" in page
        assert "Geheim" not in page
    stamp = client.get(url).context["stamp"]
    assert client.get(url, {"stamp": stamp}).status_code == 204
    queue.recall(visit=visit, seen=visit.version, actor=a_clerk_of(hall))
    assert client.get(url, {"stamp": stamp}).status_code == 200


@pytest.fixture
def kiosk(hall):
    return links.issue(subject=hall.office, purpose="kiosk")


def test_at_the_kiosk_one_checks_in_by_the_number_of_the_mail(client, hall, kiosk):
    booked = an_appointment(hall, NINE)
    for typed in (booked.number.lower().replace("-", " "), booked.desk_code.lower()):
        answer = client.post(reverse("hall:check_in", args=[kiosk]), {"code": typed}, follow=True)
        assert booked.desk_code in answer.content.decode()
    assert Visit.objects.count() == 1


def test_a_reload_of_the_kiosks_answer_takes_no_second_number(client, hall, kiosk):
    answer = client.post(reverse("hall:take_number", args=[kiosk]), {"pool": hall.pk}, follow=True)
    assert "A01" in answer.content.decode()
    client.get(answer.redirect_chain[-1][0])
    assert Visit.objects.count() == 1


@pytest.mark.parametrize("code", ["", "A999", "T-1234-5678", "x" * 500, "🙂"])
def test_an_unknown_code_is_answered_kindly(client, kiosk, code):
    answer = client.post(reverse("hall:check_in", args=[kiosk]), {"code": code})
    assert answer.status_code == 422
    assert not Visit.objects.exists()


def test_without_its_secret_address_there_is_no_kiosk(client):
    assert client.get(reverse("hall:kiosk", args=["guessed"])).status_code == 404


def test_a_new_kiosk_address_closes_the_former(client, hall, kiosk, signed_in):
    signed_in(Role.LEAD)
    page = client.post(reverse("desk:screens", args=[hall.office.slug]))
    assert client.get(reverse("hall:kiosk", args=[kiosk])).status_code == 404
    assert client.get(reverse("hall:kiosk", args=[page.context["kiosk_token"]])).status_code == 200
    assert audit.history(hall.office)[0].verb == "kiosk address renewed"


def minutes(**known):
    return estimate(**{"ahead": 6, "counters": 2, "busy": 2, "served": [5.0] * 10, **known})


def test_the_waiting_time_comes_from_what_happened():
    assert minutes(served=[20.0] * 10).low > minutes().high
    assert minutes(counters=1).low > minutes(counters=4).high
    assert minutes(ahead=0, busy=0) == Estimate(0, 5)


def test_appointments_that_come_soon_lengthen_the_wait():
    assert minutes(due=[1, 2, 3, 4]).low > minutes().low
    assert minutes(due=[500]) == minutes()


def test_without_history_or_a_staffed_counter_nobody_is_promised_a_time():
    assert minutes(served=[5.0] * 4) is None
    assert minutes(counters=0) is None


@pytest.mark.parametrize("ahead", [1, 5, 20])
def test_three_of_four_people_are_called_within_the_promised_span(ahead):
    """Many halls, each with a history of its own; then the queue is played with lengths drawn anew."""
    draw = random.Random(7)

    def length():
        return draw.lognormvariate(2.2, 0.5)

    kept = 0
    for _hall in range(30):
        promised = estimate(ahead=ahead, counters=3, busy=3, served=[length() for _ in range(40)])
        for _day in range(20):
            free = [length() * draw.random() for _ in range(3)]
            heapify(free)
            for _ in range(ahead):
                heapreplace(free, free[0] + length())
            kept += promised.low <= min(free) <= promised.high
    assert kept >= 0.75 * 600


def test_who_is_too_early_hears_the_time_of_the_appointment(client, hall, kiosk):
    booked = an_appointment(hall, at("11:00"))
    answer = client.post(reverse("hall:check_in", args=[kiosk]), {"code": booked.number}, follow=True)
    assert "11:00" in answer.content.decode()
    assert answer.context["outlook"].wait is None


def test_the_reception_reads_the_number_it_gave(client, hall, signed_in):
    signed_in(Role.RECEPTION)
    answer = client.post(
        reverse("desk:ticket", args=[hall.office.slug]), {"ticket-pool": hall.pk}, follow=True
    )
    assert "A01" in answer.content.decode()
    assert client.post(reverse("desk:ticket", args=[hall.office.slug]), {"x": 1}).status_code == 422


def test_a_form_sent_twice_gives_one_number_and_the_next_form_another(client, hall, signed_in):
    signed_in(Role.RECEPTION)
    url = reverse("desk:ticket", args=[hall.office.slug])

    def numbers_of(*names):
        form = client.get(url).context["form"]
        said = {"ticket-pool": hall.pk, "ticket-form_key": form["form_key"].value()}
        answers = [client.post(url, {**said, "ticket-name": name}, follow=True) for name in names]
        return [answer.context["visit"].number for answer in answers]

    assert numbers_of("", "") == ["A01", "A01"]
    assert numbers_of("Frau Eins", "Frau Eins", "Herr Zwei") == ["A02", "A02", "A03"]


def test_a_door_of_the_kiosk_pressed_twice_gives_one_number(client, hall, kiosk):
    def press_twice():
        key = client.get(reverse("hall:kiosk", args=[kiosk])).context["form_key"]
        for _again in range(2):
            client.post(reverse("hall:take_number", args=[kiosk]), {"pool": hall.pk, "form_key": key})

    press_twice()
    assert Visit.objects.count() == 1
    press_twice()
    assert Visit.objects.count() == 2


def test_the_counter_asks_again_only_for_what_changed(client, hall, signed_in):
    clerk, counter = signed_in(), a_counter(hall)
    url = reverse("desk:counter", args=[counter.pk])
    ask = {"stamp": client.get(url).context["stamp"], "seen": ""}
    headers = {"HX-Request": "true"}
    assert client.get(url, ask, headers=headers).status_code == 204
    a_walk_in(hall)
    answer = client.get(url, ask, headers=headers)
    assert answer.context["waiting_count"] == 1
    # keeps the focus through the refresh
    assert f'<button id="c{Visit.objects.get().pk}"' in answer.content.decode()
    assert "HX-Retarget" not in answer
    queue.call_next(counter=counter, actor=clerk)
    assert client.get(url, ask, headers=headers)["HX-Retarget"] == "#counter"


def test_a_click_by_htmx_answers_with_the_list_and_says_what_happened(client, hall, signed_in):
    signed_in()
    visit = a_walk_in(hall)
    answer = client.post(
        reverse("desk:act", args=[hall.office.slug]),
        {"do": f"park:{visit.pk}:{visit.version}"},
        headers={"HX-Request": "true"},
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'data-announce="{visit.number}: ' in page
    assert "<html" not in page


def test_the_reception_sends_somebody_on_and_an_old_page_is_told(client, hall, signed_in):
    clerk = signed_in(Role.RECEPTION)
    other = a_pool(hall.offers.get().service, office=hall.office, name="Kasse")
    visit = a_walk_in(hall)
    send = {"seen": visit.version, "forward-target": f"pool:{other.pk}"}
    url = reverse("desk:forward", args=[hall.office.slug, visit.pk])
    assert client.post(url, send).status_code == 303
    visit.refresh_from_db()
    assert visit.pool == other
    again = client.post(url, send)
    assert again.status_code == 409
    assert clerk.username in again.content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30"])
def test_a_day_that_no_calendar_shows_is_no_such_page(client, hall, signed_in, day):
    signed_in()
    assert client.get(f"{day_url(hall)}{day}/").status_code == 404
    assert client.get(reverse("desk:week", args=[hall.office.slug]), {"ab": day}).status_code == 404


def test_a_scanner_on_another_keyboard_layout_still_checks_in(client, hall, kiosk):
    booked = an_appointment(hall, NINE)
    typed = booked.number.replace("-", "ß").replace("Z", "Y")
    answer = client.post(reverse("hall:check_in", args=[kiosk]), {"code": typed}, follow=True)
    assert booked.desk_code in answer.content.decode()


def test_with_several_offices_a_number_of_the_first_page_leads_to_its_list_in_each(client, hall, signed_in):
    signed_in(Role.RECEPTION)
    an_appointment(hall, at("08:30"))
    url = f"{reverse('desk:home')}?liste=late"
    assert client.get(url)["Location"] == f"{day_url(hall)}#late"
    other = a_pool(hall.offers.get().service, office=an_office(department=hall.office.department))
    page = client.get(url).content.decode()
    assert f'href="{day_url(hall)}#late"' in page
    assert f'href="{day_url(other)}#late"' in page


@pytest.mark.parametrize(
    ("page", "entry"), [("day", "home"), ("hours", "hours_home"), ("close", "hours_home")]
)
def test_the_navigation_says_where_one_is(client, hall, signed_in, page, entry):
    signed_in(Role.RECEPTION if page == "day" else Role.LEAD)
    links = client.get(reverse(f"desk:{page}", args=[hall.office.slug])).context["desk_links"]
    here = {link["url"] for link in links["below"] or links["entries"] if link["here"]}
    assert here & {reverse("desk:home"), reverse("desk:hours_home")} == {reverse(f"desk:{entry}")}
