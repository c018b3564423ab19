"""An administrator without a manual: rules made in forms, each misfit said in words and before it hurts."""

from datetime import date

import pytest
from django.urls import reverse

from appointments.desk.forms.hours import MOST_ROWS
from appointments.desk.models import Counter, HoursChange
from appointments.models import BookableService, Opening, Pool
from appointments.times import rulebook, search
from portal.models import Role
from tests.appointments.builders import NOW, a_bookable, an_order
from tests.builders import a_clerk, the_city
from tests.desk.builders import TUESDAY, a_clerk_of, a_counter, a_hall
from tests.html_forms import sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]
HALF_DAY = date(2027, 3, 3)


@pytest.fixture
def hall():
    the_city()
    return a_hall(capacity=2)


@pytest.fixture
def desk(client, hall):
    client.force_login(a_clerk_of(hall, Role.LEAD))
    return client


def free_days(service, most=40):
    found = search.free_days(an_order(service), rulebook.current(), now=NOW)
    return [free.day for free in found][:most]


def test_every_second_saturday_for_one_service_is_made_in_the_week_and_says_its_next_days(desk, hall):
    wedding = a_bookable()
    hall.offers.create(service=wedding)
    url = reverse("desk:weekly", args=[hall.office.slug, hall.pk])
    new = f"openings-{hall.openings.count()}"
    rule = {"weekday": "5", "opens": "10:00", "closes": "12:00", "capacity": "1", "public_capacity": "1"}
    rule |= {"valid_from": "2027-03-06", "every_weeks": "2", "services": str(wedding.pk)}
    made = sent(desk, url, do="apply", **{f"{new}-{name}": value for name, value in rule.items()})
    assert made.status_code == 303, made.context["form"].errors
    opening = hall.openings.get(weekday=5)
    assert (opening.every_weeks, [only.pk for only in opening.services.all()]) == (2, [wedding.pk])
    saturdays = [day for day in free_days(wedding) if day.weekday() == 5]
    assert saturdays[:3] == [date(2027, 3, 6), date(2027, 3, 20), date(2027, 4, 3)]
    assert not [day for day in free_days(hall.offers.first().service) if day.weekday() == 5]
    page = desk.get(reverse("desk:hours", args=[hall.office.slug])).content.decode()
    assert "alle 2 Wochen; als Nächstes: 06.03.2027, 20.03.2027, 03.04.2027" in page
    assert f"nur für: {wedding}" in page
    undone = desk.post(reverse("desk:hours_undo", args=[hall.office.slug, HoursChange.objects.get().pk]))
    assert undone.status_code == 303
    assert not hall.openings.filter(weekday=5).exists()


def test_the_last_friday_of_the_month_is_chosen_by_its_name(desk, hall):
    friday = hall.openings.get(weekday=4)
    url = reverse("desk:weekly", args=[hall.office.slug, hall.pk])
    row = f"openings-{list(hall.openings.all()).index(friday)}"
    assert sent(desk, url, do="apply", **{f"{row}-nth_of_month": "-1"}).status_code == 303
    fridays = [day for day in free_days(hall.offers.first().service) if day.weekday() == 4]
    assert fridays[0] == date(2027, 4, 30), "the last one of March is Good Friday"
    assert sent(desk, url, do="apply", **{f"{row}-every_weeks": "0"}).status_code == 422


def test_half_a_day_is_closed_and_closed_with_half_a_time_is_asked_back(desk, hall):
    url = reverse("desk:special_day", args=[hall.office.slug])
    day = {"kind": "closed", "first_day": HALF_DAY, "last_day": HALF_DAY, "reason": "Fest"}
    assert sent(desk, url, do="apply", **day, opens="10:00", closes="").status_code == 422
    assert sent(desk, url, do="apply", **day, opens="10:00", closes="12:00").status_code == 303
    free = next(
        found
        for found in search.free_days(an_order(hall.offers.first().service), rulebook.current(), now=NOW)
        if found.day == HALF_DAY
    )
    assert max(slot.local.strftime("%H:%M") for slot in free.slots) < "10:00"
    assert min(slot.local.strftime("%H:%M") for slot in free.slots) == "08:00"


def test_the_way_back_from_the_preview_keeps_what_was_typed(desk, hall):
    url = reverse("desk:close", args=[hall.office.slug])
    page = desk.post(url, {"first_day": TUESDAY, "last_day": TUESDAY, "reason": "Umbau", "do": "back"})
    assert 'value="Umbau"' in page.content.decode()
    assert "preview" not in page.context


@pytest.fixture
def office(client, hall):
    client.force_login(a_clerk(Role.ADMINISTRATOR, hall.office.department))
    return client


def test_what_to_bring_is_written_a_box_a_language_and_questions_are_checked(office, hall):
    service = hall.offers.first().service
    url = reverse("admin:appointments_bookableservice_change", args=[service.pk])
    text = {"bring_de": "Ausweis\n\n Foto ", "bring_pl": "Dowód", "fee_de": "12 Euro", "extra_fields": "[]"}
    assert sent(office, url, **text).status_code == 302
    service.refresh_from_db()
    assert (service.bring, service.fee) == (
        {"de": ["Ausweis", "Foto"], "pl": ["Dowód"]},
        {"de": "12 Euro"},
    )
    assert "Ausweis\nFoto</textarea>" in office.get(url).content.decode()
    for wrong in (
        '{"a": 1}',
        '["plate"]',
        '[{"key": "Plate!", "label": {"de": "x"}}]',
        '[{"key": "a", "label": "x"}]',
    ):
        page = sent(office, url, extra_fields=wrong)
        assert page.status_code == 200
        assert "wie im Beispiel" in page.content.decode()
    good = '[{"key": "plate", "label": {"de": "Kennzeichen"}, "required": true}]'
    assert sent(office, url, extra_fields=good).status_code == 302
    assert BookableService.objects.get(pk=service.pk).extra_fields[0]["key"] == "plate"


def test_a_rule_that_cannot_be_is_told_in_words(office, hall):
    url = reverse("admin:appointments_pool_change", args=[hall.pk])
    page = sent(office, url, letter="b", **{"openings-0-public_capacity": "9"}).content.decode()
    assert "Großbuchstabe von A bis Z" in page
    assert "mehr Schalter für die Online-Buchung" in page
    assert "Bedingung" not in page
    unsaid = [
        constraint.name
        for model in (Pool, Opening, BookableService)
        for constraint in model._meta.constraints
        if constraint.violation_error_message == constraint.default_violation_error_message
    ]
    assert unsaid == []


def test_a_clerk_at_two_counters_is_refused_in_words(office, hall):
    clerk = a_clerk()
    one, other = (a_counter(hall, label=label) for label in ("S1", "S2"))
    Counter.objects.filter(pk=one.pk).update(clerk=clerk)
    page = sent(
        office, reverse("admin:desk_counter_change", args=[other.pk]), clerk=clerk.pk
    ).content.decode()
    assert "sitzt schon an einem anderen Schalter" in page
    assert "counter_one_per_clerk" not in page


def test_a_page_that_claims_to_have_endless_rows_is_not_drawn_with_them(desk, hall):
    answer = sent(
        desk,
        reverse("desk:weekly", args=[hall.office.slug, hall.pk]),
        **{"openings-TOTAL_FORMS": "9" * 40},
    )
    assert answer.status_code == 422
    assert len(answer.context["form"].forms) == MOST_ROWS
