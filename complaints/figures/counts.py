"""Numbers of a clerk's dashboard and the ways to exactly the cases that were counted."""

from collections.abc import Callable
from urllib.parse import parse_qsl

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.desk import inbox
from portal import registries
from portal.models import User

_SHOWN = (
    (_("My overdue cases"), "who=me&due=over", True),
    (_("New answers from citizens"), "who=me&unread=1&state=all", False),
    (_("My cases due this week"), "who=me&due=week", False),
    (_("Cases without a clerk"), "who=nobody", False),
    (_("Overdue in my departments"), "due=over", True),
)


def register() -> None:
    for order, (label, query, urgent) in enumerate(_SHOWN, start=30):
        registries.office_counts.add(
            registries.OfficeCount(
                label, "complaints.view_case", _counter(query), _link(query), urgent, order
            )
        )


def _counter(query: str) -> Callable[[User], int]:
    def count(user: User) -> int:
        return inbox.bounded_counts([inbox.search(user, inbox.parameters(parse_qsl(query)))])[0]

    return count


def _link(query: str) -> Callable[[User], str]:
    return lambda user: f"{reverse('complaints_office:inbox')}?{query}"
