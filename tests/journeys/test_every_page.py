"""Every kind of page of the demo city, found by following links: no barrier, no page wider than a phone, one heading."""

from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from portal.models import Role
from tests.builders import a_clerk
from tests.journeys import crawl, steps

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import NewPage

# where a form leads, not a link
UNLINKED = (
    "/suche/?q=Pass+abholen",
    "/hu/suche/?q=xqzzw",
    "/gibt-es-nicht/",
    "/termine/neu/personalausweis/zeiten/",
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _demo_city() -> None:
    call_command("load_demo", verbosity=0)


def faults(page: "Page", path: str) -> list[str]:
    found = steps.barriers(page) + steps.loose_ends(page)
    if (pixels := steps.overflow(page)) > 0:
        found.append(f"{pixels} px wider than the window")
    if (headings := page.locator("h1").count()) != 1:
        found.append(f"{headings} first-level headings")
    return [f"{path}: {fault}" for fault in found]


@pytest.mark.usefixtures("_demo_city")
def test_no_page_of_the_demo_city_has_a_barrier_on_a_phone_or_in_the_dark(open_page: "NewPage"):
    page = open_page(width=320, height=700)
    found: list[str] = []
    for path in crawl.pages(page, "/", *UNLINKED):
        if path.startswith("/amt/"):
            continue
        found += faults(page, path)
        page.emulate_media(color_scheme="dark")  # the page as it stands: fetched anew it takes twice as long
        page.set_viewport_size({"width": 1280, "height": 900})
        found += [f"{path} in the dark: {fault}" for fault in steps.barriers(page)]
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 320, "height": 700})
    assert found == []


@pytest.mark.usefixtures("_demo_city")
def test_no_page_of_the_back_office_has_a_barrier(open_page: "NewPage"):
    session = steps.session_of(a_clerk(Role.ADMINISTRATOR, is_superuser=True))
    page, dark = open_page(cookies=session), open_page(cookies=session, dark=True)
    found: list[str] = []
    for path in crawl.pages(page, "/amt/", inside="/amt/"):
        if "/amt/jsi18n" in path or "ours" not in _whose(path):
            continue
        found += [f"{path}: {fault}" for fault in steps.barriers(page) + steps.loose_ends(page)]
        dark.goto(path)  # colours of the back office change slowly: fetched anew it is dark at once
        found += [f"{path} in the dark: {fault}" for fault in steps.barriers(dark, ["color-contrast"])]
    assert found == []


def _whose(path: str) -> str:
    """Django's own lists and forms are Django's; our pages are ours to answer for."""
    return "django" if crawl.kind_of(path).startswith("admin:") and path != "/amt/" else "ours"
