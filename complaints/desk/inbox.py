"""The clerk's inbox: which cases, in which order, and how many behind each tab. Counting stops at a thousand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from django.contrib.postgres.search import SearchVector
from django.core.cache import cache
from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models import Case, CaseQuerySet, Category, SavedFilter
from complaints.public.finding import with_words
from complaints.workflow import OPEN, Kind, State
from portal import numbers
from portal.models import User

_WORDS = SearchVector("text", "address", config="simple")  # as the index has it
PER_PAGE = 40
MOST_PAGES = 100
COUNTED = 1000
# seconds that the work of others may be missing from the numbers of the tabs; one's own never is
COUNTS_KEPT = 15
# in the session: how many deeds this person has done, so that each is counted at once
_DEEDS = "complaints.deeds"
_PARAMETERS = (
    "state", "who", "due", "kind", "category", "area", "department", "unread", "public", "q", "order",
)  # fmt: skip
_SHOWN = (
    "number", "kind", "state", "text", "address", "created_at", "due_at", "unread", "escalation", "is_public", "latitude",
    "longitude", "assignee__first_name", "assignee__last_name",
    "assignee__username", "paused_at", "closed_at", "office",
)  # fmt: skip

TABS: tuple[tuple[Any, str], ...] = (
    (_("My cases"), "who=me"),
    (_("Not assigned"), "who=nobody"),
    (_("New answers"), "unread=1"),
    (_("Overdue"), "due=over"),
    (_("Due this week"), "due=week"),
    (_("To be moderated"), "public=no"),
    (_("All open"), ""),
    (_("All"), "state=all"),
)


@dataclass(frozen=True)
class Tab:
    label: str
    query: str
    count: str
    current: bool
    pk: int | None = None  # of a saved filter of one's own, which can be removed


def parameters(params: Any) -> dict[str, str]:
    """The parameters that the inbox knows, bounded; everything else is dropped."""
    given = dict(params.items()) if hasattr(params, "items") else dict(params)
    return {name: str(given[name])[:100] for name in _PARAMETERS if given.get(name)}


def cases(user: User, wish: dict[str, str], *, among: CaseQuerySet | None = None) -> QuerySet[Case]:
    """The cases of this person's departments that fit the filter; open ones unless it says otherwise.
    `among`: `visible_to(user)`, if it was already asked for."""
    found = Case.objects.visible_to(user) if among is None else among
    state = wish.get("state", "")
    if state in set(State):
        found = found.filter(state=state)
    elif state == "closed":
        found = found.closed()
    elif state != "all":
        found = found.open()
    for name in ("category", "area", "department"):
        value = wish.get(name, "")
        if value.isdecimal() and len(value) < 10:
            ids = [int(value)]
            if name == "category":
                ids += Category.objects.filter(parent=int(value)).values_list("pk", flat=True)
            found = found.filter(**{f"{name}__in": ids})
    if wish.get("kind") in set(Kind):
        found = found.filter(kind=wish["kind"])
    return _words(_people_and_time(found, user, wish), wish.get("q", ""))


def page(found: QuerySet[Case], wish: dict[str, str], number: int) -> tuple[Sequence[Case], bool]:
    """One page in the order of the filter (what is due first), and whether there is a next one."""
    newest_first = wish.get("order") == "new" or wish.get("state") in {"all", "closed"}
    order = ("-created_at", "-id") if newest_first else ("due_at", "id")
    start = (number - 1) * PER_PAGE
    rows = list(
        found.select_related("assignee")
        .annotate(category_name=F("category__name"), department_name=F("department__name"))
        .only(*_SHOWN)
        .order_by(*order)[start : start + PER_PAGE + 1]
    )
    return rows[:PER_PAGE], len(rows) > PER_PAGE and number < MOST_PAGES


def acted(session: Any) -> None:
    """This person has just changed something: the next page counts anew, on whichever host it is served."""
    session[_DEEDS] = session.get(_DEEDS, 0) + 1


def tabs(user: User, current: dict[str, str], *, among: CaseQuerySet, session: Any) -> list[Tab]:
    """All tabs with their counts: one query for the saved filters, one that counts all of them, both kept for seconds."""
    key = f"complaints.tabs.{user.pk}.{session.session_key}.{session.get(_DEEDS, 0)}"
    counted: list[tuple[SavedFilter | None, str, int]] | None = cache.get(key)
    if counted is None:
        counted = _counted(user, among)
        cache.set(key, counted, COUNTS_KEPT)
    labels = [str(label) for label, _query in TABS] + [row.name for row, _query, _count in counted if row]
    return [
        Tab(
            label,
            query,
            f"{COUNTED - 1}+" if count >= COUNTED else str(count),
            parameters(parse_qsl(query)) == current,
            row.pk if row and row.owner_id else None,
        )
        for label, (row, query, count) in zip(labels, counted, strict=True)
    ]


def _counted(user: User, among: CaseQuerySet) -> list[tuple[SavedFilter | None, str, int]]:
    saved = SavedFilter.objects.filter(owner=None) | SavedFilter.objects.filter(owner=user)
    wanted: list[tuple[SavedFilter | None, str]] = [(None, query) for _label, query in TABS]
    wanted += [(row, row.query) for row in saved]
    counts = bounded_counts(
        [cases(user, parameters(parse_qsl(query)), among=among) for _row, query in wanted]
    )
    return [(row, query, count) for (row, query), count in zip(wanted, counts, strict=True)]


def bounded_counts(querysets: Sequence[QuerySet[Case]]) -> list[int]:
    """How many rows each has, counted up to COUNTED, in one query."""
    parts: list[str] = []
    values: list[Any] = []
    for index, queryset in enumerate(querysets):
        sql, params = queryset.order_by().values("pk")[:COUNTED].query.sql_with_params()
        parts.append(f"SELECT {index}, count(*) FROM ({sql}) AS counted")  # noqa: S608 - compiled by Django
        values += params
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        found = dict(cursor.fetchall())
    return [found.get(index, 0) for index in range(len(querysets))]


def _people_and_time(found: QuerySet[Case], user: User, wish: dict[str, str]) -> QuerySet[Case]:
    now = timezone.now()
    if wish.get("who") == "me":
        found = found.filter(assignee=user)
    elif wish.get("who") == "nobody":
        found = found.filter(assignee=None)
    if wish.get("unread"):
        found = found.filter(unread=True)
    if wish.get("due") == "over":
        # only open cases have a deadline; said so that the index is used
        found = found.filter(due_at__lt=now, state__in=OPEN)
    elif wish.get("due") == "week":
        found = found.filter(due_at__gte=now, due_at__lt=now + timedelta(days=7), state__in=OPEN)
    if wish.get("public") == "no":
        found = found.filter(is_public=False, category__is_public=True).exclude(kind=Kind.COMPLAINT)
    elif wish.get("public") == "yes":
        found = found.filter(is_public=True)
    return found


def _words(found: QuerySet[Case], typed: str) -> QuerySet[Case]:
    """A number finds its case; other words are looked for in text and address."""
    if not typed.strip():
        return found
    try:
        return found.filter(number=numbers.normalise(typed))
    except numbers.NotANumber:
        return with_words(found, typed, _WORDS)
