"""What the assistant may start here: a report with its text filled in, and the way to a case by its number."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.registries import AssistantAction, Registry, SearchHit


def register(actions: Registry[AssistantAction]) -> None:
    actions.add(AssistantAction("report", report, order=20))
    actions.add(AssistantAction("status", find, order=21))


def report(question: str, service_ids: list[int], language: str) -> list[SearchHit]:
    """The form, with what was typed filled in."""
    filled = f"?{urlencode({'text': question})}" if question else ""
    return [SearchHit(_("Report something"), f"{reverse('complaints:report')}{filled}")]


def find(question: str, service_ids: list[int], language: str) -> list[SearchHit]:
    """The page that knows a number, whether its case is public or not; `question` is a case number or empty."""
    if question.startswith("T"):
        return []
    way = reverse("complaints:find")
    if not question:
        return [SearchHit(_("Find my report"), way)]
    return [
        SearchHit(
            _("See report %(number)s") % {"number": question}, f"{way}?{urlencode({'number': question})}"
        )
    ]
