"""Who may do what: roles count in their own department only; a GET never writes."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from portal import access
from portal.gate import readonly
from portal.models import Department, Role, WorkerHeartbeat
from tests.builders import a_clerk, a_department, an_office

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_permission(monkeypatch):
    monkeypatch.setattr(access, "_grants", access.defaultdict(set))
    access.grant(Role.CLERK, "desk.call")
    access.grant(Role.LEAD, "desk.call", "desk.close")


def test_a_clerk_acts_in_the_own_department_and_in_no_other():
    mine, other = a_department(), a_department()
    clerk = a_clerk(Role.CLERK, mine)
    assert access.may(clerk, "desk.call")
    assert access.may(clerk, "desk.call", an_office(department=mine))
    assert not access.may(clerk, "desk.call", an_office(department=other))
    assert not access.may(clerk, "desk.close", an_office(department=mine))
    assert list(access.departments_with(clerk, "desk.call")) == [mine]
    assert not access.departments_with(clerk, "desk.close")


def test_an_administrator_may_do_everything_everywhere():
    chief = a_clerk(Role.ADMINISTRATOR)
    assert access.may(chief, "desk.close", an_office())
    assert access.departments_with(chief, "desk.close").count() == Department.objects.count()
    assert chief.has_perm("anything.at_all")


@pytest.mark.parametrize("person", [AnonymousUser(), "gone"])
def test_strangers_and_people_who_left_may_nothing(person):
    if person == "gone":
        person = a_clerk(Role.LEAD, is_active=False)
    assert not access.may(person, "desk.call")


def test_the_admin_obeys_the_same_table():
    clerk = a_clerk(Role.CLERK)
    assert clerk.has_perm("desk.call")
    assert clerk.has_module_perms("desk")
    assert not clerk.has_module_perms("knowledge")


def test_rights_cost_one_query_however_often_they_are_asked(django_assert_num_queries):
    clerk, office = a_clerk(Role.CLERK), an_office()
    with django_assert_num_queries(1):
        for _ in range(20):
            access.may(clerk, "desk.call", office)


def _writes(request):
    WorkerHeartbeat.objects.update_or_create(name="x", defaults={"at": "2026-01-01T00:00Z"})
    return HttpResponse("written")


def test_a_page_that_writes_on_get_breaks_and_writes_nothing():
    with pytest.raises(readonly.GetMustNotWrite):
        readonly.ReadOnlyMiddleware(_writes)(RequestFactory().get("/"))
    with pytest.raises(readonly.GetMustNotWrite):
        _through(_writes)
    assert not WorkerHeartbeat.objects.exists()


def test_a_step_that_its_protocol_makes_a_get_may_write():
    def step(request):
        return _writes(request)

    step.writes_on_get = True
    _through(step)


def _through(view):
    """As Django calls a middleware: around everything, and once more when the view is known."""
    guard = readonly.ReadOnlyMiddleware(
        lambda request: guard.process_view(request, view, [], {}) or view(request)
    )
    return guard(RequestFactory().get("/"))


def test_the_same_page_may_write_on_post():
    readonly.ReadOnlyMiddleware(_writes)(RequestFactory().post("/"))
    assert WorkerHeartbeat.objects.count() == 1


def test_a_counter_is_written_after_the_page_and_its_failure_costs_nobody_the_page():
    def page(request):
        readonly.after_response(request, lambda: _writes(request))
        readonly.after_response(request, lambda: WorkerHeartbeat.objects.create(name=None))
        return HttpResponse("shown")

    assert readonly.ReadOnlyMiddleware(page)(RequestFactory().get("/")).content == b"shown"
    assert WorkerHeartbeat.objects.count() == 1
