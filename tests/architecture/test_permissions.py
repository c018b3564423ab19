"""The permission matrix: every route and every list of the back office, for every role."""

import pytest
from django.urls import resolve

from portal import access, backoffice
from portal.models import Role
from tests.architecture.routes import every_route
from tests.builders import a_clerk

pytestmark = pytest.mark.django_db

PAGES = [(route.path, resolve(route.path).func) for route in every_route() if route.path.startswith("/amt/")]
OUR_PAGES = [
    (path, view.back_office_permission) for path, view in PAGES if hasattr(view, "back_office_permission")
]
NOT_THIS_METHOD = 405
LISTS = sorted((model._meta.app_label, model._meta.model_name) for model in backoffice.site._registry)


def _allowed(role: str, permission: str) -> bool:
    return role == Role.ADMINISTRATOR or role in access.granted().get(permission, ())


def test_there_are_pages_to_check():
    assert len(OUR_PAGES) > 10
    assert len(LISTS) > 10


@pytest.mark.parametrize("role", Role.values)
def test_a_role_gets_into_exactly_the_pages_it_was_granted(client, role):
    client.force_login(a_clerk(role))
    wrong = []
    for address, permission in OUR_PAGES:
        for method in (client.get, client.post):
            status = method(address).status_code
            if status != NOT_THIS_METHOD and (status == 403) is _allowed(role, permission):
                wrong.append((address, permission, method.__name__))
    assert not wrong


def test_strangers_are_asked_to_sign_in_everywhere(client):
    for address, _permission in OUR_PAGES:
        for method in (client.get, client.post):
            answer = method(address)
            assert answer.status_code in (302, NOT_THIS_METHOD), address
            if answer.status_code == 302:
                assert answer["Location"].startswith("/amt/login/"), address


def test_every_page_under_the_back_office_names_its_permission():
    ours = ("appointments", "complaints", "knowledge")
    nameless = [
        path
        for path, view in PAGES
        if view.__module__.split(".")[0] in ours
        and not hasattr(view, "back_office_permission")
        and not path.endswith(".ics")  # read by calendar programmes under a secret address
    ]
    assert not nameless


@pytest.mark.parametrize("role", Role.values)
def test_a_role_sees_exactly_the_lists_it_was_granted(client, role):
    client.force_login(a_clerk(role))
    wrong = []
    for app, model in LISTS:
        may = any(_allowed(role, f"{app}.{verb}_{model}") for verb in ("view", "change"))
        status = client.get(f"/amt/{app}/{model}/").status_code
        if (status == 200) is not may:
            wrong.append((app, model, status, may))
    assert not wrong
