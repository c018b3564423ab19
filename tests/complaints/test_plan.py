"""The plan that is drawn where the city names no server of map pictures."""

import json

import pytest

from complaints.models import Address
from complaints.places import geometry, plan
from portal.distances import distance
from tests.builders import the_city
from tests.complaints.builders import a_square, an_area, complaint_settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    the_city()
    plan.cache.delete(plan.KEY)


def houses(street: str, latitude: float, numbers: range, district: str = "") -> None:
    """Even numbers 20 metres north of the odd ones, one every 15 metres to the east."""
    Address.objects.bulk_create(
        Address(street=street, street_key=street.lower(), number=n, district=district, latitude=latitude + (n % 2 == 0) * 0.00018, longitude=11 + n * 0.0001)
        for n in numbers
    )  # fmt: skip


def test_a_line_with_many_corners_keeps_those_that_matter():
    wavy = [(48 + (at % 2) * 0.00001, 11 + at * 0.0001) for at in range(100)]
    corner = [*wavy, *[(48 + at * 0.0001, 11.01) for at in range(100)]]
    kept = geometry.simplified(corner, 10)
    assert (kept[0], kept[-1]) == (corner[0], corner[-1])
    assert len(kept) < 6
    assert min(distance(point, (48, 11.01)) for point in kept) < 15


def test_a_street_runs_between_the_houses_of_both_sides_and_ends_where_they_end():
    houses("Ring", 48.5, range(1, 40))
    houses("Ring", 48.6, range(1, 40), district="Nord")
    streets = json.loads(plan.drawn())["streets"]
    assert [name for name, *_line in streets] == ["Ring", "Ring"]
    for _name, *line in streets:
        assert all(abs(latitude % 0.1 - 0.00009) < 0.00006 for latitude, _longitude in line)
        assert len(line) < 6


def test_a_gap_without_houses_ends_the_line():
    houses("Weg", 48.5, range(1, 20))
    houses("Weg", 48.5, range(90, 110))
    assert len(json.loads(plan.drawn())["streets"]) == 2


def test_the_page_gets_boundary_and_public_areas_and_asks_the_tables_once(client, django_assert_num_queries):
    complaint_settings(boundary=a_square(11, 48, 1))
    an_area(name="Nord")
    an_area(name="intern", is_public=False)
    found = client.get("/anliegen/plan.json").json()
    assert len(found["city"]) == 1
    assert [area["name"] for area in found["areas"]] == ["Nord"]
    with django_assert_num_queries(0):
        plan.drawn()
