"""Rows of one department, people of another: every route and every button of the desk, for every role."""

import pytest
from django.urls import reverse

from appointments.desk import urls
from appointments.desk.hours import editing, edits
from appointments.desk.models import CalendarFeed, HoursChange, Visit
from appointments.desk.rights import BOOK, CALL, EDIT_HOURS, RUN_DAY
from appointments.models import Appointment
from portal import access
from portal.models import Closure, Role
from tests.appointments.builders import later
from tests.desk.builders import NINE, TUESDAY, a_clerk_of, a_counter, a_hall, a_walk_in, an_appointment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nine_o_clock")]
OFFICE_FREE = {
    "home",
    "keys",
    "counters",
    "hours_home",
    "figures",
    "feeds",
    "feed",
    "feed_revoke",
}


@pytest.fixture
def routes(hall):
    """Every route of the desk that belongs to an office, with the rows of this hall, and what it asks for."""
    lead, visit, booked = a_clerk_of(hall, Role.LEAD), a_walk_in(hall), an_appointment(hall, NINE)
    edit = edits.closure(office=hall.office, first_day=TUESDAY, last_day=TUESDAY, reason="x")
    made = editing.change(office=hall.office, edit=edit, actor=lead, now=later(0))
    rows = {"pool": hall.pk, "on": "2027-03-02", "kind": "closure", "office": hall.office.slug}
    keys = {
        "counter": a_counter(hall).pk, "given": visit.pk, "person": visit.pk, "forward": visit.pk,
        "booked": booked.pk, "change": booked.pk, "lift": Closure.objects.get().pk, "hours_change": made.pk, "hours_undo": made.pk,
    }  # fmt: skip
    keys["counter_act"] = keys["counter"]
    found = {}
    for route in urls.urlpatterns:
        if route.name in OFFICE_FREE:
            continue
        rows["pk"] = keys.get(route.name)
        named = {name: rows[name] for name in route.pattern.converters}
        found[reverse(f"desk:{route.name}", kwargs=named)] = route.callback.back_office_permission
    return found


def _state():
    rows = (Visit, Appointment, HoursChange, Closure, CalendarFeed)
    return [list(model.objects.order_by("pk").values()) for model in rows]


def test_every_route_of_an_office_is_walked(routes):
    assert len(routes) == len(urls.urlpatterns) - len(OFFICE_FREE)
    assert set(routes.values()) == {RUN_DAY, CALL, BOOK, EDIT_HOURS}


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMINISTRATOR])
def test_nobody_of_another_department_sees_or_changes_a_row(client, hall, routes, role):
    client.force_login(a_clerk_of(a_hall(), role))
    before = _state()
    for path in routes:
        assert client.get(path).status_code in (403, 405), path
        assert client.post(path, {"do": "apply"}).status_code in (403, 405), path
    assert _state() == before


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.CLERK, Role.LEAD, Role.ADMINISTRATOR])
def test_in_the_own_department_a_role_opens_exactly_what_it_was_granted(client, hall, routes, role):
    client.force_login(a_clerk_of(hall, role))
    for path, permission in routes.items():
        granted = role == Role.ADMINISTRATOR or role in access.granted()[permission]
        status = client.get(path).status_code
        assert status == 405 or (status == 403) is not granted, path


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize(
    "do",
    [
        "next",
        "sit_down",
        "stand_up",
        "start",
        "recall",
        "park",
        "requeue",
        "no_show",
        "finish",
        "call",
        "forward",
    ],
)
def test_a_button_of_the_counter_never_moves_a_person_of_another_department(client, hall, do, role):
    theirs, visit = a_hall(), a_walk_in(hall)
    clerk = a_clerk_of(theirs, role)
    client.force_login(clerk)
    before = _state()
    whom = "" if do in ("next", "sit_down", "stand_up") else f":{visit.pk}:{visit.version}"
    for counter in (a_counter(theirs), a_counter(hall)):
        if role == Role.ADMINISTRATOR and counter.office == hall.office:
            continue  # may act everywhere
        answer = client.post(reverse("desk:counter_act", args=[counter.pk]), {"do": do + whom})
        assert answer.status_code in (303, 403, 404)
    assert _state() == before
