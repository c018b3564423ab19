"""The nearest office first: from a typed address, a street, a postal code, a district, or the place of a phone."""

import pytest
from django.db.models import Model
from django.urls import reverse

from appointments.models import WaitingEntry
from complaints.models import Address
from complaints.places import streets
from portal.models import ThrottleCounter
from tests.appointments.builders import a_bookable, a_pool
from tests.builders import an_office, the_city

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]
NORTH, SOUTH = (48.640, 11.080), (48.600, 11.080)  # 4.5 km apart


@pytest.fixture
def service():
    """Three offices: the northern one opens last on a day, the one without a position first."""
    the_city()
    service = a_bookable()
    for name, spot, opens in (
        ("Süd", SOUTH, "08:00"),
        ("Nord", NORTH, "10:00"),
        ("Mobil", (None, None), "07:15"),
    ):
        office = an_office(
            name=name,
            latitude=spot[0],
            longitude=spot[1],
            street="Ring 1",
            postal_code="72000",
            town=f"Stadt {name}",
        )
        a_pool(service, office=office, opens=opens)
    return service


def a_house(street, number, spot, **fields):
    return Address.objects.create(
        street=street,
        street_key=streets.key(street),
        number=number,
        latitude=spot[0],
        longitude=spot[1],
        **fields,
    )


def times(service, **query):
    return reverse("appointments:times", args=[service.service.slug], query=query)


def offices(answer):
    return [(row.place.name, row.metres) for row in answer.context["offices"]]


def test_offices_stand_in_the_order_of_their_first_dates_and_by_distance_once_somebody_says_from_where(
    client, service
):
    a_house("Lindenweg", 3, NORTH)
    page = client.get(times(service, view="offices"))
    assert [name for name, _metres in offices(page)] == ["Mobil", "Süd", "Nord"]
    away = client.post(times(service, view="offices"), {"near": "Lindenweg 3"}).url
    assert "Lindenweg" not in away, "nothing of the address stands in a log or a history"
    answer = client.get(away)
    assert offices(answer) == [("Nord", 0), ("Süd", 4453), ("Mobil", None)]
    text = answer.content.decode()
    assert "4,5 km" in text
    assert text.index(">Nord<") < text.index(">Süd<")
    assert [row.dates.buttons[0].local.hour for row in answer.context["offices"]] == [10, 8, 7]


@pytest.mark.parametrize("typed", ["lindenweg", "Lindenweg 4b", "72 001", "72001 Stadt", "Nordviertel"])
def test_a_street_a_postal_code_or_a_district_will_do(client, service, typed):
    for number in (3, 7):
        a_house("Lindenweg", number, NORTH, postal_code="72001", district="Nordviertel")
    a_house("Auweg", 1, SOUTH, postal_code="72002", district="Aue")
    answer = client.get(client.post(times(service), {"near": typed}).url)
    assert offices(answer)[0] == ("Nord", 0)


def test_a_name_that_several_places_have_is_asked_back_and_one_press_answers(client, service):
    a_house("Kirchweg", 1, NORTH, postal_code="72001", district="Nord")
    a_house("Kirchweg", 1, SOUTH, postal_code="72002", district="Aue")
    answer = client.post(times(service), {"near": "Kirchweg 1"})
    assert answer.status_code == 422
    assert answer.context["meant"] == ("Kirchweg, 72001 Nord", "Kirchweg, 72002 Aue")
    answer = client.post(times(service), {"near": "Kirchweg 1", "meant": "Kirchweg, 72002 Aue"})
    assert offices(client.get(answer.url))[0] == ("Süd", 0)


@pytest.mark.parametrize("typed", ["", "   ", "qwertz", "<script>", "9" * 5000])
def test_an_unknown_place_is_said_and_what_was_typed_stays(client, service, typed):
    answer = client.post(times(service, view="offices"), {"near": typed})
    assert answer.status_code == 422
    assert "near-error" in answer.content.decode()
    assert client.get(times(service, view="offices", at=typed)).status_code == 200


def test_without_a_list_of_addresses_the_addresses_of_the_offices_will_do(client, service):
    answer = client.get(client.post(times(service), {"near": "Stadt Süd"}).url)
    assert offices(answer)[0] == ("Süd", 0)


def test_the_distance_goes_along_to_the_day_the_filters_and_the_next_dates(client, service):
    day = client.get(times(service, at="48.640,11.080", day="2027-03-02"))
    assert [place.name for place, _metres, _buttons in day.context["by_place"]] == ["Nord", "Süd", "Mobil"]
    assert "at=48.640" in day.context["tabs"][0]["url"]
    assert [place.name for place in day.context["places"]] == ["Nord", "Süd", "Mobil"]


def test_an_office_without_a_free_date_stays_in_its_place_and_leads_to_the_waiting_list(client, service):
    service.offers.get(pool__office__name="Nord").pool.openings.all().delete()
    answer = client.get(times(service, view="offices", at="48.640,11.080"))
    assert offices(answer)[0] == ("Nord", 0)
    assert "office=" in answer.content.decode().split("warteliste/?")[1][:40]


def test_nothing_of_the_place_is_kept(client, service):
    a_house("Lindenweg", 3, NORTH)
    kept: list[type[Model]] = [WaitingEntry, ThrottleCounter]
    client.post(times(service), {"near": "Lindenweg 3"})
    assert not client.session.keys()
    assert [model.objects.count() for model in kept] == [0, 1], "that somebody asked is counted, not for what"


@pytest.mark.parametrize("several", [2, 12])
def test_the_page_of_offices_costs_a_fixed_number_of_queries(
    client, service, django_assert_max_num_queries, several
):
    for n in range(several):
        a_pool(service, office=an_office(latitude=48.6, longitude=11.0 + n / 100), opens=f"{8 + n % 3:02}:00")
    client.get(times(service, view="offices"))
    with django_assert_max_num_queries(8):
        client.get(times(service, view="offices", at="48.640,11.080"))
