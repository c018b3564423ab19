"""The clerk's inbox: which cases, in which order, and how many behind each tab. Counting stops at a thousand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from django.core.cache import cache
from django.db import connection
from django.db.models import Case as Either
from django.db.models import Q, QuerySet, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from complaints.desk import lines
from complaints.desk.lines import Line
from complaints.models import WORDS, Case, CaseQuerySet, Category, SavedFilter
from complaints.public.finding import NEWEST, URGENT, Search, laid_down
from complaints.workflow import CLOSED, OPEN, Kind, State
from portal import access, numbers
from portal.kept_values import values
from portal.models import Membership, User

PER_PAGE = 40
MOST_PAGES = 100
COLLEAGUES_SECONDS = 60
COUNTED = 1000
MOST_OPEN = 30_000  # open cases that are gone through once to count all tabs; where there are more, each tab is asked alone
_DUE = ("over", "week")
# seconds that the work of others may be missing from the numbers of the tabs; one's own never is
COUNTS_KEPT = 15
# in the session: how many deeds this person has done, so that each is counted at once
_DEEDS = "complaints.deeds"
_PARAMETERS = (
    "state", "who", "due", "kind", "category", "area", "department", "unread", "public", "q", "order",
)  # fmt: skip
TABS: tuple[tuple[Any, str], ...] = (
    (_("My cases"), "who=me"),
    (_("Not assigned"), "who=nobody"),
    (_("New answers"), "state=all&unread=1"),  # also to closed cases
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


def search(user: User, wish: dict[str, str], *, among: CaseQuerySet | None = None) -> Search:
    """The cases of this person's departments that fit the filter; open ones unless it says otherwise.
    `among`: `visible_to(user)`, if it was already asked for."""
    visible: QuerySet[Case] = Case.objects.visible_to(user) if among is None else among
    state, asked = wish.get("state", ""), _conditions(user, wish)
    is_open = None if state == "all" and wish.get("due") not in _DUE else not _is_over(state)
    return Search(visible.filter(asked), is_open, "" if _number(wish) else _typed(wish), WORDS)


def page(
    user: User, wish: dict[str, str], number: int, *, among: Callable[[], CaseQuerySet]
) -> tuple[list[Line], bool]:
    """One page in the order of the filter (what is due first), and whether there is a next one."""
    state = wish.get("state", "")
    newest_first = wish.get("order") == "new" or state == "all" or _is_over(state)
    start = (number - 1) * PER_PAGE

    def cases() -> QuerySet[Case]:
        found = search(user, wish, among=among()).walked()
        return found.order_by(*(NEWEST if newest_first else URGENT))[start : start + PER_PAGE + 1]

    if _typed(wish) and not _number(wish):
        found = search(user, wish, among=among())
        rows = lines.of_keys((found.newest if newest_first else found.most_urgent)(PER_PAGE + 1, start))
    else:
        parts = _with_parts(int(wish["category"])) if _is_key(wish.get("category", "")) else ""
        rows = lines.of_filter(user, f"{sorted(wish.items())}{number}{parts}", cases, often=number == 1)
    return rows[:PER_PAGE], len(rows) > PER_PAGE


def _is_over(state: str) -> bool:
    return state == "closed" or state in CLOSED


def colleagues(user: User) -> Sequence[tuple[str, str]]:
    """Whose cases this person may look for: key and name of who works, or worked until now, in the same departments.
    At most a minute old."""
    key = f"complaints.colleagues.{user.pk}"
    return values().get_or_set(key, lambda: _colleagues(user), COLLEAGUES_SECONDS) or ()


def _colleagues(user: User) -> Sequence[tuple[str, str]]:
    same = Membership.objects.filter(department__in=access.departments(user)).exclude(user=user)
    found = User.objects.filter(pk__in=same.values("user")).order_by("last_name", "first_name", "username")
    return tuple((str(colleague.pk), str(colleague)) for colleague in found)


def acted(session: Any) -> None:
    """This person has just changed something: the next page counts anew, on whichever host it is served."""
    session[_DEEDS] = session.get(_DEEDS, 0) + 1


def tabs(
    user: User, current: dict[str, str], *, among: Callable[[], CaseQuerySet], session: Any
) -> list[Tab]:
    """All tabs with their counts: one query for the saved filters, one that counts all of them, both kept for seconds."""
    key = f"complaints.tabs.{user.pk}.{session.session_key}.{session.get(_DEEDS, 0)}"
    counted: list[tuple[SavedFilter | None, str, int]] | None = cache.get(key)
    if counted is None:
        counted = _counted(user, among())
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
    wishes = [parameters(parse_qsl(query)) for _row, query in wanted]
    simple = [wish for wish in wishes if _is_simple(wish)]
    counts = _open_counts(among, [_conditions(user, wish) for wish in simple])
    if counts is None:
        simple, counts = [], []
    others = [wish for wish in wishes if wish not in simple]
    counts += bounded_counts([search(user, wish, among=among) for wish in others])
    number_of = {tuple(wish.items()): count for wish, count in zip(simple + others, counts, strict=True)}
    return [
        (row, query, number_of[tuple(wish.items())])
        for (row, query), wish in zip(wanted, wishes, strict=True)
    ]


def _is_simple(wish: dict[str, str]) -> bool:
    """Whether it is about open cases only, and not about words."""
    return not wish.get("q") and wish.get("state", "") not in {"all", "closed", *CLOSED}


def _open_counts(among: CaseQuerySet, conditions: Sequence[Q]) -> list[int] | None:
    """How many open cases meet each condition, in one pass over them; None if there are too many for that."""
    met = [When(one, then=1) if one else When(pk__isnull=False, then=1) for one in conditions]
    sql, values = among.open().values_list(*map(Either, met))[:MOST_OPEN].query.sql_with_params()
    names = [f"met_{at}" for at in range(len(met))]
    counted = ", ".join(f"count({name})" for name in names)
    rows = laid_down(f"SELECT count(*), {counted} FROM ({sql}) AS met ({', '.join(names)})", values)  # noqa: S608 - compiled by Django
    passed, *counts = rows[0]
    return counts if passed < MOST_OPEN else None


def bounded_counts(searches: Sequence[Search]) -> list[int]:
    """How many cases each finds, counted up to COUNTED: one query for those with words, one for all others."""
    found: dict[int, int] = {}
    for with_words in (False, True):
        parts: list[str] = []
        values: list[Any] = []
        for index, one in enumerate(searches):
            if bool(one.typed) == with_words:
                cases = one.looked_up() if with_words else one.walked()
                sql, params = cases.order_by().values("pk")[:COUNTED].query.sql_with_params()
                parts.append(f"SELECT {index}, count(*) FROM ({sql}) AS counted")  # noqa: S608 - compiled by Django
                values += params
        if parts:
            found |= dict((laid_down if with_words else _asked)(" UNION ALL ".join(parts), values))
    return [found[index] for index in range(len(searches))]


def _asked(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _conditions(user: User, wish: dict[str, str]) -> Q:
    """What the filter asks for beside words and whether the case is open."""
    asked = Q()
    for name in ("category", "area", "department"):
        value = wish.get(name, "")
        if _is_key(value):
            asked &= (
                Q(category__in=_with_parts(int(value))) if name == "category" else Q(**{name: int(value)})
            )
    for name, known in (("kind", set(Kind)), ("state", set(State))):
        if wish.get(name) in known:
            asked &= Q(**{name: wish[name]})
    if number := _number(wish):
        asked &= Q(number=number)
    return asked & _people_and_time(user, wish)


def _is_key(typed: str) -> bool:
    return typed.isdecimal() and len(typed) < 10


def _with_parts(category: int) -> list[int]:
    return [category, *Category.objects.filter(parent=category).values_list("pk", flat=True)]


def _people_and_time(user: User, wish: dict[str, str]) -> Q:
    asked = Q()
    if wish.get("who") == "me":
        asked &= Q(assignee=user)
    elif wish.get("who") == "nobody":
        asked &= Q(assignee=None)
    elif _is_key(wish.get("who", "")):
        asked &= Q(assignee=int(wish["who"]))
    if wish.get("unread"):
        asked &= Q(unread=True)
    if wish.get("due") == "over":
        asked &= Q(due_at__lt=Now())
    elif wish.get("due") == "week":
        asked &= Q(due_at__gte=Now(), due_at__lt=Now() + timedelta(days=7))
    if wish.get("due") in _DUE and _is_over(wish.get("state", "")):
        asked &= Q(state__in=OPEN)  # only open cases have a deadline
    if wish.get("public") == "no":
        asked &= Q(is_public=False, category__is_public=True) & ~Q(kind=Kind.COMPLAINT)
    elif wish.get("public") == "yes":
        asked &= Q(is_public=True)
    return asked


def _typed(wish: dict[str, str]) -> str:
    return wish.get("q", "").strip()


def _number(wish: dict[str, str]) -> str:
    """A number finds its case; other words are looked for in text and address."""
    try:
        return numbers.normalise(_typed(wish)) if _typed(wish) else ""
    except numbers.NotANumber:
        return ""
