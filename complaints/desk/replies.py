"""Reply templates: which fit a case, and what they say with its facts filled in."""

import re
from collections.abc import Callable

from django.utils import timezone, translation

from complaints import workflow
from complaints.models import Case, ReplyTemplate
from complaints.workflow import Kind, State
from portal import links
from portal.look import spoken
from portal.models import User

_GAP = re.compile(r"\{(number|category|place|name|date|clerk|department|link)\}")


def fitting(case: Case, state: str = "") -> list[ReplyTemplate]:
    """Templates for this case's category (or its main one, or any), those of the wanted state first."""
    own = [case.category_id, case.category.parent_id] if case.category else []
    found = [
        row
        for row in ReplyTemplate.objects.filter(active=True).select_related("category")
        if (row.category_id is None or row.category_id in own) and (not state or row.state in ("", state))
    ]
    found.sort(key=lambda row: (row.category_id is None, row.language != case.language, row.order, row.name))
    return found


def filled(template: ReplyTemplate, case: Case, clerk: User) -> str:
    """The text with the gaps filled; unknown gaps stay, so that a clerk sees them."""
    language = template.language or case.language
    facts: dict[str, Callable[[], str]] = {
        "number": lambda: case.number,
        "category": lambda: case.category.name_in(case.language) if case.category else "",
        "place": lambda: case.address,
        "name": lambda: next((r.name for r in case.reporters.all() if r.name), ""),
        "date": lambda: _today(language),
        "clerk": lambda: str(clerk),
        "department": lambda: case.department.name,
        "link": lambda: links.page("complaints:case", case.number, language=language),
    }
    return _GAP.sub(lambda gap: facts[gap[1]](), template.text)


def begun(template: ReplyTemplate, case: Case, clerk: User) -> dict[str, dict[str, str]]:
    """What the forms of the page begin with: the change of state, if the template is for one that is possible now, or the
    message."""
    text = filled(template, case, clerk)
    if template.state and template.state in workflow.allowed(State(case.state), Kind(case.kind)):
        return {"move": {"to": template.state, "reason": text}}
    return {"write": {"text": text}}


def _today(language: str) -> str:
    with translation.override(language):
        return spoken.plain_day(timezone.localdate())
