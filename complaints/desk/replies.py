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

FIELDS = {"move": "reason", "write": "text"}  # where the words of a template go, by deed
_GAP = re.compile(r"\{(number|category|place|name|date|clerk|department|link)\}")


def fitting(case: Case) -> dict[str, list[ReplyTemplate]]:
    """Templates for this case's category (or its main one, or any) by the form that they are for: a change of state, if it
    is possible now, or a message."""
    own = [case.category_id, case.category.parent_id] if case.category else []
    possible = workflow.allowed(State(case.state), Kind(case.kind))
    found: dict[str, list[ReplyTemplate]] = {"write": [], "move": []}
    for row in ReplyTemplate.objects.filter(active=True).select_related("category"):
        if row.category_id is None or row.category_id in own:
            found["move" if row.state in possible else "write"].append(row)
    for rows in found.values():
        rows.sort(
            key=lambda row: (row.category_id is None, row.language != case.language, row.order, row.name)
        )
    return found


def filled(template: ReplyTemplate, case: Case, clerk: User) -> str:
    """The text with the gaps filled; unknown gaps stay, so that a clerk sees them."""
    language = template.language or case.language
    facts: dict[str, Callable[[], str]] = {
        "number": lambda: case.number,
        "category": lambda: case.category.name_in(case.language) if case.category else "",
        "place": lambda: case.shown_address,
        "name": lambda: next((r.name for r in case.reporters.all() if r.name), ""),
        "date": lambda: _today(language),
        "clerk": lambda: str(clerk),
        "department": lambda: case.department.name,
        "link": lambda: links.page("complaints:case", case.number, language=language),
    }
    return _GAP.sub(lambda gap: facts[gap[1]](), template.text)


def begun(
    template: ReplyTemplate, case: Case, clerk: User, deed: str, typed: dict[str, str]
) -> dict[str, str]:
    """What the form of `deed` begins with: all that was typed, and the words of the template behind it."""
    field = FIELDS[deed]
    own, text = typed.get(field, "").strip(), filled(template, case, clerk)
    words = own if text in own else "\n\n".join(filter(None, [own, text]))
    state = {"to": template.state} if deed == "move" and template.state else {}
    return {**typed, **state, field: words}


def _today(language: str) -> str:
    with translation.override(language):
        return spoken.plain_day(timezone.localdate())
