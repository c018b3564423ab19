"""The shell in a real browser: widths, dark, large text, keyboard, without JavaScript."""

import gzip
from typing import TYPE_CHECKING

import pytest

from knowledge.models import Topic
from portal.models import Role
from tests.builders import a_clerk, a_service, an_office, the_city
from tests.journeys import steps
from tests.knowledge.builders import a_public_article

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import NewPage

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ["/", "/aemter/", "/info/accessibility/", "/info/imprint/", "/en/", "/gibt-es-nicht/"]


@pytest.fixture(autouse=True)
def _city() -> None:
    the_city(
        name="Lindenau an der Aue",
        tagline="Bürgerservice",
        phone="07321 000-0",
        languages=["de", "en", "pl", "cs", "hu", "bg"],
        plain_language="Das ist Leichte Sprache.",
        sign_language_url="https://video.example/dgs",
    )
    for name in (
        "Wohnsitz anmelden oder ummelden",
        "Aufenthaltsbestätigung und Meldebescheinigung beantragen",
    ):
        a_service(name=name)
    office = an_office(name="Bürgerbüro Mitte", street="Rathausplatz 1", postal_code="89500", town="Lindenau")
    office.hours.create(weekday=0, opens="08:00", closes="12:00")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_barrier_in_light_or_dark(open_page: "NewPage", path: str):
    for dark in (False, True):
        page = open_page(dark=dark)
        page.goto(path)
        assert steps.barriers(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_a_small_phone_even_with_large_text(open_page: "NewPage", path: str):
    page = open_page(width=320, height=640)
    page.goto(path)
    assert steps.overflow(page) == 0
    assert steps.barriers(page) == []
    page.set_viewport_size({"width": 640, "height": 900})
    steps.enlarge_text(page)
    assert steps.overflow(page) == 0


def test_the_first_tab_leads_past_the_header(browser_page: "Page"):
    browser_page.goto("/aemter/")
    browser_page.keyboard.press("Tab")
    assert browser_page.evaluate("document.activeElement.textContent") == "Zum Inhalt springen"
    browser_page.keyboard.press("Enter")
    assert browser_page.evaluate("document.activeElement.id") == "content"


def test_the_language_is_changed_by_keyboard_and_the_page_stays(browser_page: "Page"):
    browser_page.goto("/aemter/")
    steps.tab_to(browser_page, "Deutsch")
    browser_page.keyboard.press("Enter")
    steps.tab_to(browser_page, "English")
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_url("**/en/aemter/")
    assert browser_page.locator("h1").text_content() == "Offices and opening hours"


def test_a_filter_of_the_results_holds_in_the_other_language(browser_page: "Page"):
    for number, name in enumerate(("Umzug", "Familie")):
        topic = Topic.objects.create(slug=f"t{number}", name=name)
        a_public_article(f"Wohnung und {name}", article={"topics": (topic.slug,)})
    browser_page.goto("/suche/?q=wohnung")
    browser_page.get_by_role("link", name="Umzug").first.click()
    browser_page.wait_for_url("**/suche/?q=wohnung&thema=t0")
    browser_page.locator("details.menu > summary").click()
    browser_page.get_by_role("link", name="English").click()
    browser_page.wait_for_url("**/en/suche/?q=wohnung&thema=t0")


def test_without_javascript_the_language_menu_still_opens(open_page: "NewPage"):
    page = open_page(javascript=False)
    page.goto("/")
    page.locator("details.menu > summary").click()
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/")


def test_the_first_view_stays_below_150_kib(open_page: "NewPage"):
    page = open_page(width=390, height=800)
    files: list[tuple[str, bytes]] = []
    page.on("requestfinished", lambda request: files.append((request.url, request.response().body())))
    page.goto("/", wait_until="networkidle")
    transferred = sum(
        len(body) if url.endswith(".woff2") else len(gzip.compress(body, 6)) + 400 for url, body in files
    )
    assert transferred <= 150 * 1024


def test_the_back_office_frame_has_no_barrier(open_page: "NewPage"):
    page = open_page(cookies=steps.session_of(a_clerk(Role.ADMINISTRATOR)))
    for path in ("/amt/", "/amt/tastatur/"):
        page.goto(path)
        assert steps.barriers(page) == []


def test_signing_in_has_no_barrier_and_fits_a_phone(open_page: "NewPage"):
    page = open_page(width=320)
    page.goto("/amt/login/")
    assert steps.barriers(page) == []
    assert steps.overflow(page) == 0
    page.set_viewport_size(
        {"width": 568, "height": 320}
    )  # held across, and with passkeys: longer than the window
    page.goto("/amt/konto/anmelden/")
    assert page.locator("#container").evaluate("at => at.scrollHeight <= at.clientHeight + 1")


def test_a_question_mark_lists_the_keys_of_the_page(open_page: "NewPage"):
    page = open_page(cookies=steps.session_of(a_clerk(Role.ADMINISTRATOR)))
    page.goto("/amt/")
    page.keyboard.press("?")
    assert page.locator("dialog.keys").is_visible()
