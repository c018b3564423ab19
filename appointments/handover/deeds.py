"""What the assistant may start here: a booking, an entry in the waiting list, the way to one's own appointment."""

from django.urls import reverse
from django.utils.translation import gettext as _

from appointments.handover import next_free
from appointments.times import rulebook
from portal.registries import AssistantAction, Registry, SearchHit


def register(actions: Registry[AssistantAction]) -> None:
    actions.add(AssistantAction("book", book, order=10))
    actions.add(AssistantAction("waitlist", wait, order=11))
    actions.add(AssistantAction("status", find, order=12))


def book(question: str, service_ids: list[int], language: str) -> list[SearchHit]:
    """The booking of these services, or the choice of a service."""
    links = next_free.links()
    known = [SearchHit(_("Book an appointment"), links[pk]) for pk in service_ids if pk in links]
    return known[:1] or [SearchHit(_("Book an appointment"), reverse("appointments:start"))]


def wait(question: str, service_ids: list[int], language: str) -> list[SearchHit]:
    """The waiting list of these services, or the choice of a service."""
    links, services = next_free.links(), rulebook.current().services
    known = [reverse("appointments:join", args=[services[pk].slug]) for pk in service_ids if pk in links]
    if known:
        return [SearchHit(_("Join the waiting list"), known[0])]
    return [SearchHit(_("To the appointments"), reverse("appointments:start"))]


def find(question: str, service_ids: list[int], language: str) -> list[SearchHit]:
    """The link to one's own appointment, sent anew; `question` is a case number or empty."""
    if question and not question.startswith("T"):
        return []
    return [SearchHit(_("Find my appointment"), reverse("appointments:lost_link"))]
