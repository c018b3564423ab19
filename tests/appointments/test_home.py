"""What other pages show of appointments."""

import pytest
import time_machine
from django.urls import reverse

from appointments.models import Appointment
from tests.appointments.builders import NOW, a_bookable, a_hold, a_pool, at
from tests.builders import a_clerk, a_department, a_service, the_city
from tests.html_forms import Page

pytestmark = pytest.mark.django_db


def test_the_home_page_names_the_next_free_appointment(client):
    with time_machine.travel(NOW, tick=False):
        the_city()
        a_pool(a_bookable(service=a_service(name="Pass abholen", wanted=5)))
        page = client.get("/").content.decode()
    assert "Nächster Termin" in page
    assert "8:00 Uhr" in page


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("lead", "auffaellig", 200),
        ("reception", "auffaellig", 403),
        ("clerk", "abholbereit", 200),
        ("editor", "abholbereit", 403),
    ],
)
def test_clerks_see_what_their_role_allows(client, role, path, status):
    client.force_login(a_clerk(role))
    assert client.get(f"/amt/termine/{path}/").status_code == status


def test_the_list_of_ready_documents_is_imported_by_a_clerk(client):
    from appointments.models import ReadyDocument

    client.force_login(a_clerk("clerk"))
    assert client.post("/amt/termine/abholbereit/", {"numbers": ""}).status_code == 422
    assert (
        client.post("/amt/termine/abholbereit/", {"numbers": "C01X00T47;Pass\nC01X00T48"}).status_code == 303
    )
    assert ReadyDocument.objects.count() == 2


def test_bookings_that_look_like_resale_are_listed_with_the_way_to_each_of_them(client):
    pool = a_pool(a_bookable())
    with time_machine.travel(NOW, tick=False):
        for clock in ("08:00", "08:15", "08:30", "08:45", "09:00"):
            a_hold(pool, at(clock), client_key="one-network")
        a_hold(pool, at("10:00"), client_key="another")
        Appointment.objects.update(state="expired")
        client.force_login(a_clerk("lead", pool.office.department))
        page = Page(client.get("/amt/termine/auffaellig/").content.decode(), "/amt/termine/auffaellig/")
        (link,) = [link for link in page.links if "client_key=" in link]
        assert client.get(link).context["cl"].result_count == 5


def test_lists_and_choices_of_the_back_office_cost_the_same_however_many_rows_there_are(
    client, django_assert_max_num_queries
):
    for _twenty in range(20):
        a_pool(a_bookable(service=a_service(department=a_department())))
    client.force_login(a_clerk("administrator"))
    lists = ("portal_service", "appointments_waitingentry", "appointments_absence", "appointments_pool")
    for page in (*(f"{name}_changelist" for name in lists), "appointments_season_add"):
        with django_assert_max_num_queries(10):
            assert client.get(reverse(f"admin:{page}")).status_code == 200
