"""The frame of the back office: the city's look, a dashboard by role, help for the keyboard."""

import pytest
from django.test import Client

from portal import registries
from portal.models import Role, User
from tests.builders import a_clerk, the_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client: Client) -> User:
    the_city(name="Lindenau an der Aue")
    user = a_clerk(Role.LEAD)
    client.force_login(user)
    return user


def test_the_dashboard_shows_the_numbers_of_the_role_and_links_to_their_rows(
    client: Client, lead: User, monkeypatch
):
    counts: registries.Registry[registries.OfficeCount] = registries.Registry()
    counts.add(
        registries.OfficeCount(
            "Überfällig", "portal.view_auditentry", lambda user: 7, lambda user: "/amt/x/?late=1"
        )
    )
    counts.add(registries.OfficeCount("Geheim", "portal.delete_user", lambda user: 9, lambda user: "/amt/y/"))
    monkeypatch.setattr(registries, "office_counts", counts)
    page = client.get("/amt/", headers={"accept-language": "de"}).content.decode()
    assert "Überfällig" in page
    assert "/amt/x/?late=1" in page
    assert "Geheim" not in page


def test_the_back_office_carries_the_city_and_no_inline_style_or_script(client: Client, lead: User):
    for path in ("/amt/", "/amt/tastatur/", "/amt/portal/office/"):
        page = client.get(path).content.decode()
        assert "Lindenau an der Aue" in page
        assert " style=" not in page
        assert "<style" not in page
        assert page.count("<script") == page.count("<script src=")


def test_the_keyboard_page_lists_what_the_services_handed_in(client: Client, lead: User, monkeypatch):
    keys: registries.Registry[registries.DeskKey] = registries.Registry()
    keys.add(registries.DeskKey("c", "Nächste Person aufrufen"))
    monkeypatch.setattr(registries, "desk_keys", keys)
    page = client.get("/amt/tastatur/").content.decode()
    assert "<kbd>c</kbd>" in page
    assert "Nächste Person aufrufen" in page


def test_the_keyboard_page_is_for_staff(client: Client):
    the_city()
    assert client.get("/amt/tastatur/").status_code == 302
