"""What every public page has around its content, and what people see when something goes wrong."""

import pytest
from django.core.cache import caches
from django.core.cache.utils import make_template_fragment_key
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client, RequestFactory

from portal import opening
from portal.models import City
from portal.wsgi import application
from tests.builders import a_service, an_office, the_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> City:
    return the_city(name="Lindenau an der Aue", phone="07321 000-0", languages=["de", "en"])


def test_every_page_names_the_city_and_offers_the_same_page_in_each_language(client: Client, city: City):
    page = client.get("/aemter/").content.decode()
    assert "Lindenau an der Aue" in page
    assert 'href="/en/aemter/"' in page
    assert "<title>" in page
    assert 'lang="de"' in page


def test_the_law_asks_for_three_papers_and_each_page_links_them(client: Client, city: City):
    page = client.get("/").content.decode()
    for paper in ("accessibility", "imprint", "privacy"):
        assert f"/info/{paper}/" in page
        assert client.get(f"/info/{paper}/").status_code == 200


def test_home_shows_the_six_most_wanted_services_and_which_doors_are_open(client: Client, city: City):
    for number in range(8):
        a_service(name=f"Leistung {number:02}", wanted=number)
    office = an_office(name="Bürgerbüro Mitte")
    office.hours.create(weekday=0, opens="08:00", closes="12:00")
    page = client.get("/").content.decode()
    assert "Leistung 07" in page
    assert "Leistung 02" in page
    assert "Leistung 01" not in page
    assert "Bürgerbüro Mitte" in page


@pytest.mark.parametrize("rows", [1, 40])
def test_home_costs_few_queries_however_large_the_city(
    client: Client, city: City, rows: int, django_assert_max_num_queries
):
    for number in range(rows):
        a_service(name=f"Leistung {number}")
        an_office().hours.create(weekday=0, opens="08:00", closes="12:00")
    client.get("/")  # reads the booking rules, which a process keeps until they change
    caches["template_fragments"].delete(make_template_fragment_key("home", ["de"]))
    with django_assert_max_num_queries(8):
        client.get("/")


def test_a_second_look_at_home_costs_no_query(client: Client, city: City, django_assert_num_queries):
    a_service()
    client.get("/")
    with django_assert_num_queries(0):
        client.get("/")


@pytest.mark.parametrize(
    ("path", "status"), [("/gibt-es-nicht/", 404), ("/?q=%00", 400), ("/info/unbekannt/", 404)]
)
def test_errors_are_pages_in_the_citys_look(client: Client, city: City, path: str, status: int):
    response = client.get(path)
    assert response.status_code == status
    assert "Lindenau an der Aue" in response.content.decode()
    assert "<h1>" in response.content.decode()


def test_a_wrong_method_gets_a_page_and_the_right_methods(client: Client, city: City):
    response = client.post("/")
    assert response.status_code == 405
    assert "GET" in response["Allow"]
    assert "Lindenau an der Aue" in response.content.decode()


def test_when_everything_fails_the_page_still_knows_the_phone_number(city: City, monkeypatch):
    def broken(*args: object) -> None:
        raise RuntimeError("broken on purpose")

    the_city(name="Lindenau", phone="07321 4711")
    City.current()
    monkeypatch.setattr(opening, "states", broken)
    response = Client(raise_request_exception=False).get("/aemter/")
    assert response.status_code == 500
    assert "07321 4711" in response.content.decode()


def test_the_pages_carry_no_inline_style_or_script(client: Client, city: City):
    page = client.get("/").content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count("<script src=")


@pytest.mark.parametrize("path", ["/", "/amt/", "/info/imprint/"])
def test_methods_that_no_page_knows_are_refused_at_the_door(client: Client, city: City, path: str):
    assert client.generic("TRACE", path).status_code == 405
    assert client.put(path).status_code == 405


@pytest.fixture
def kept_connection():
    """The end of a request closes connections; inside a test's transaction it must not (the test client does the same)."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("city", "kept_connection")
def test_an_answer_to_head_has_the_headers_and_no_body():
    said: dict[str, str] = {}

    def start(status, headers, exc_info=None):
        said.update(headers, status=status)

    environ = RequestFactory().head("/", secure=True).environ
    assert list(application(environ, start)) == []
    assert said["status"] == "200 OK"
    assert int(said["Content-Length"]) > 1000
