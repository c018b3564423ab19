"""The desk in a real browser: every state without a barrier, all by keyboard, and no click that vanishes."""

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from appointments.desk.models import Visit
from appointments.desk.people import arrivals, queue
from portal.models import Role
from tests.desk.builders import a_clerk_of, a_counter, a_hall
from tests.journeys import steps

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from appointments.models import Pool
    from portal.models import User
    from tests.journeys.conftest import NewPage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hall() -> "Pool":
    """Open around the clock, every day: these tests run on the real clock."""
    return a_hall(opens="00:00", closes="23:55", weekdays=range(7))


@pytest.fixture
def lead(hall: "Pool") -> "User":
    return a_clerk_of(hall, Role.LEAD)


@pytest.fixture
def page(open_page: "NewPage", lead: "User") -> "Page":
    return open_page(width=1400, cookies=steps.session_of(lead))


@pytest.fixture
def shaky_page(open_page: "NewPage", lead: "User") -> "Page":
    """A page whose connection the test cuts."""
    return open_page(width=1400, cookies=steps.session_of(lead), lossy=True)


def path(name: str, *args: object) -> str:
    return reverse(f"desk:{name}", args=args)


def look(page: "Page") -> list[str]:
    """Barriers of the page as it stands: wide and light, then narrow and dark."""
    found = steps.barriers(page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 320, "height": 800})
    page.wait_for_timeout(250)  # colours change in a short transition; halfway they have no contrast
    found += [f"narrow and dark: {fault}" for fault in steps.barriers(page)]
    if (pixels := steps.overflow(page)) > 0:
        found.append(f"{pixels} px wider than a phone")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1400, "height": 900})
    return [f"{page.url}: {fault}" for fault in found]


def a_full_house(hall: "Pool", lead: "User") -> Visit:
    """Somebody in every state; returns who waits."""
    for _ in range(5):
        arrivals.ticket(pool=hall, name="Frau Wartend", priority=True)
    done, parked, missing, waiting, _other = Visit.objects.order_by("pk")
    queue.leave(visit=done, seen=done.version, actor=lead)
    queue.park(visit=parked, seen=parked.version, actor=lead)
    queue.no_show(visit=missing, seen=missing.version, actor=lead)
    return waiting


def test_the_day_and_the_people_have_no_barrier(page: "Page", hall: "Pool", lead: "User"):
    slug, found = hall.office.slug, []
    page.goto(path("day", slug))
    found += look(page)
    waiting = a_full_house(hall, lead)
    page.reload()
    found += look(page)
    page.emulate_media(media="print")
    assert page.locator(f"#v{waiting.pk}").is_visible()
    page.emulate_media(media="screen")
    queue.annotate(visit=waiting, seen=waiting.version, actor=lead, note="Rollstuhl", priority=False)
    page.locator(f"#v{waiting.pk} button").click()
    page.get_by_role("alert").wait_for()
    found += look(page)
    for name, *args in (("person", waiting.pk), ("ticket",), ("given", waiting.pk), ("week",), ("book",)):
        page.goto(path(name, slug, *args))
        found += look(page)
    for name in ("keys", "feeds", "counters", "figures"):
        page.goto(path(name))
        found += look(page)
    assert found == []


TWO_BUTTONS_EACH = """() => {
    document.querySelectorAll(".desk-group td button").forEach(one => one.after(one.cloneNode(true)));
    return Math.min(...[...document.querySelectorAll(".desk-group td:nth-child(3)")].map(cell => cell.clientWidth));
}"""


def test_on_a_phone_names_have_room_and_long_addresses_are_broken(
    open_page: "NewPage", hall: "Pool", lead: "User"
):
    page = open_page(width=320, cookies=steps.session_of(lead))
    arrivals.ticket(pool=hall, name="Adele Moorkamp")
    page.goto(path("day", hall.office.slug))
    assert page.evaluate(TWO_BUTTONS_EACH) > 120, "as who is late has them"
    for address in (path("screens", hall.office.slug), path("feeds")):
        page.goto(address)
        page.locator("#content form button").first.click()
        page.locator(".desk-address").wait_for()
        assert steps.overflow(page) == 0


def test_the_counter_has_no_barrier_from_the_call_to_the_undo(page: "Page", hall: "Pool", lead: "User"):
    a_full_house(hall, lead)
    counter, found = a_counter(hall), []
    page.goto(path("counter", counter.pk))
    found += look(page)
    for key, shows in (("c", "start:"), ("s", "finish:"), ("d", "undo:")):
        page.keyboard.press(key)
        page.locator(f"[value^='{shows}']").wait_for()
        found += look(page)
    assert found == []


def test_a_click_without_a_connection_says_so_and_works_when_it_is_back(shaky_page: "Page", hall: "Pool"):
    page = shaky_page
    visit = arrivals.ticket(pool=hall)
    page.goto(path("day", hall.office.slug))
    page.context.set_offline(True)
    page.locator(f"#v{visit.pk} button").click()
    page.locator("#desk-lost").wait_for()
    visit.refresh_from_db()
    assert visit.step == "waiting"
    page.context.set_offline(False)
    page.locator(f"#v{visit.pk} button").click()
    page.locator("#done").wait_for()
    visit.refresh_from_db()
    assert visit.step == "no_show"
    assert page.locator("#desk-lost").is_hidden()


def test_an_answer_lost_on_its_way_is_said_and_pressing_again_does_nothing_twice(
    shaky_page: "Page", hall: "Pool"
):
    page = shaky_page
    visit = arrivals.ticket(pool=hall)
    page.goto(path("day", hall.office.slug))

    def swallow(route):
        route.fetch()
        route.abort()

    page.route("**/tun/", swallow)
    page.locator(f"#v{visit.pk} button").click()
    page.locator("#desk-lost").wait_for()
    page.unroute("**/tun/")
    page.locator(f"#v{visit.pk} button").click()
    page.locator("#done").wait_for()
    visit.refresh_from_db()
    assert (visit.step, visit.version) == ("no_show", 2)


def test_the_list_changes_under_the_eye_without_moving(page: "Page", hall: "Pool", lead: "User"):
    for _ in range(40):
        arrivals.ticket(pool=hall)
    first, *_between, last = Visit.objects.order_by("pk")
    page.goto(path("day", hall.office.slug))
    row = page.locator(f"#v{last.pk}")
    row.scroll_into_view_if_needed()
    row.locator("button").focus()
    before = row.bounding_box()
    queue.leave(visit=first, seen=first.version, actor=lead)
    page.locator(f"#v{first.pk}").and_(page.locator("#done ~ table tr")).wait_for(state="attached")
    assert abs(row.bounding_box()["y"] - before["y"]) < 2
    assert page.evaluate("document.activeElement.closest('tr').id") == f"v{last.pk}"


SPY = """
window.rung = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { window.rung += 1; return start.apply(this, when); };
"""


def test_the_display_rings_for_a_new_call_shows_no_name_and_survives_a_lost_connection(
    shaky_page: "Page", hall: "Pool", lead: "User"
):
    page = shaky_page
    arrivals.ticket(pool=hall, name="Geheim")
    arrivals.ticket(pool=hall, name="Geheim")
    page.add_init_script(SPY)
    page.goto(reverse("hall:display", args=[hall.office.slug]))
    page.locator("[data-sound]").click()
    assert page.evaluate("window.rung") == 2
    first = queue.call_next(counter=a_counter(hall), actor=lead)
    page.get_by_role("cell", name=first.number).wait_for()
    assert page.evaluate("window.rung") == 4
    page.context.set_offline(True)
    page.locator("[data-lost]:not([hidden])").wait_for()
    second = queue.call_next(counter=a_counter(hall), actor=lead)
    page.context.set_offline(False)
    page.get_by_role("cell", name=second.number).wait_for()
    assert page.locator("[data-lost]").is_hidden()
    assert "Geheim" not in page.content()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.calls-newest td')).animationName") == "none"
    )
