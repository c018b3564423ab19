"""Cases among hundreds of thousands: those that hold all typed words, the newest first, counted into the squares of a map.

What a search costs must not depend on luck. PostgreSQL guesses badly how many rows hold several conditions at once; where it
expects many it walks through the cases in their order and reads the words of each anew, and finds none for seconds. So the
plan is laid down here: words, day and "open or not" come from one index (`case_found`), other filters from theirs, and only rows
that fit are read. A frequent word fits too many, so the days are cut into spans, the newest first: PostgreSQL does not begin
with an older span while a newer one fills the page.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.core.cache import caches
from django.db import connection
from django.db.models import Q, QuerySet

from complaints.models import DAY, IS_OPEN, Case
from complaints.places.geometry import Box
from complaints.workflow import CLOSED, OPEN

_WORD = re.compile(r"[^\W_]+")
# how words of our languages end in other cases and numbers; what is left must be long enough to mean something
_VOWELS = "aeiouyáéíóőúűůýäöüąęěаеиоуъюя"
_ENDING = re.compile(rf"(?<=[{_VOWELS}])(\w*?)(?:[{_VOWELS}]{{1,2}}[nsrm]{{0,2}}|(?<=el)n)$")
LEAST_LETTERS = 4
NEWEST = ("-created_at", "-id")
URGENT = ("due_at", "id")
SPAN = 20_000  # cases in the newest span; the next one holds twice as many, then three times
MOST_ON_MAP = 10_000  # the newest so many of a filter are counted into squares
_SPANS_KEPT = 600  # seconds; where the spans are cut decides what a search costs, never what it finds
_SPANS = "complaints.spans"
_IN_ONE_GO = 500  # rows of open data that are read with one statement
_LAID_DOWN = (
    "SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off; "
    "SET LOCAL max_parallel_workers_per_gather = 0; "
)
_HISTOGRAM = """
SELECT greatest(reltuples, 0), histogram_bounds::text::timestamptz[]
FROM pg_class LEFT JOIN pg_stats ON schemaname = current_schema() AND tablename = relname AND attname = 'created_at'
WHERE pg_class.oid = 'complaints_case'::regclass
"""
_SQUARES = """
SELECT avg(latitude), avg(longitude), count(*), sum(is_open), max(pk) FROM ({cases}) AS shown
GROUP BY floor(longitude / {step}), floor(latitude / {step})
"""

# first day, and the day after the last; None: as far as there are cases
Span = tuple[date | None, date | None]


@dataclass(frozen=True)
class Square:
    """What lies in one square: the middle of its cases, how many, how many of them open, the newest one."""

    latitude: float
    longitude: float
    cases: int
    opened: int
    newest: int


@dataclass(frozen=True)
class Search:
    """The cases of a filter, whether they must be open or must not, and the words that they must hold (`words`: where)."""

    among: QuerySet[Case]
    is_open: bool | None = None
    typed: str = ""
    words: Any = None

    def walked(self) -> QuerySet[Case]:
        """Those without words, for pages in one of the orders that an index has."""
        return (
            self.among
            if self.is_open is None
            else self.among.filter(state__in=OPEN if self.is_open else CLOSED)
        )

    def looked_up(self) -> QuerySet[Case]:
        """All of them, put so that the index of words answers it: for `laid_down`."""
        found = self.among
        if self.is_open is not None:
            found = found.alias(openness=IS_OPEN).filter(openness=int(self.is_open))
        if self.typed:
            found = found.alias(words=self.words).filter(words=in_any_form(self.typed))
        return found

    def newest(self, most: int, skip: int = 0, until: date | None = None) -> list[int]:
        """The keys of one page. `until`: no case that is wanted came in after this day."""
        spans = [span for span in _spans() if until is None or span[0] is None or span[0] <= until]
        return _keys(*self._appended(spans, "pk", most, skip))

    def most_urgent(self, most: int, skip: int = 0) -> list[int]:
        """The same by deadline."""
        page = self.looked_up().order_by(*URGENT).values_list("pk")[skip : skip + most]
        return _keys(*page.query.sql_with_params())

    def all_newest_first(self) -> Iterator[list[int]]:
        """All keys, in lists of a few hundred; the first is there as soon as the newest span is read."""
        for span in _spans():
            keys = _keys(*self._of(span).values_list("pk").query.sql_with_params())
            yield from (keys[at : at + _IN_ONE_GO] for at in range(0, len(keys), _IN_ONE_GO))

    def squares(self, box: Box, level: int) -> tuple[list[Square], bool]:
        """The newest cases inside, counted by squares of 360° / 2^level; and whether there may be older ones beside them."""
        window = {"latitude__range": (box.south, box.north), "longitude__range": (box.west, box.east)}
        inside = replace(self, among=self.among.filter(**window))
        cases, values = inside._appended(_spans(), "pk, latitude, longitude, is_open", MOST_ON_MAP, 0)
        rows = laid_down(_SQUARES.format(cases=cases, step=360 / 2**level), values)
        found = [Square(*row) for row in rows]
        return found, sum(square.cases for square in found) >= MOST_ON_MAP

    def _of(self, span: Span) -> QuerySet[Case]:
        """The cases of these days in the order of the list."""
        first, end = span
        days = (Q(day__gte=first) if first else Q()) & (Q(day__lt=end) if end else Q())
        return self.looked_up().alias(day=DAY).filter(days).order_by(*NEWEST)

    def _appended(self, spans: Sequence[Span], columns: str, most: int, skip: int) -> tuple[str, list[Any]]:
        """One statement for all spans; a later one is begun when those before did not give enough."""
        parts: list[str] = []
        values: list[Any] = []
        for span in spans:
            part = self._of(span).values_list("pk", "latitude", "longitude", IS_OPEN)
            sql, params = part.query.sql_with_params()
            parts.append(f"({sql})")
            values += params
        appended = " UNION ALL ".join(parts)
        return (
            f"SELECT {columns} FROM ({appended}) AS spans (pk, latitude, longitude, is_open) "  # noqa: S608 - compiled by Django
            f"LIMIT {most} OFFSET {skip}",
            values,
        )


def in_any_form(typed: str) -> Any:
    """All typed words as they stand, or longer ones by their beginning: Laterne finds Laternen and the other way round."""
    begun = " & ".join(
        f"{one}:*" if len(one) >= LEAST_LETTERS and one.isalpha() else one for one in beginnings(typed)
    )
    as_typed = SearchQuery(typed, config="simple")
    return as_typed | SearchQuery(begun, config="simple", search_type="raw") if begun else as_typed


def beginnings(typed: str) -> list[str]:
    """The words without their endings, where enough is left."""
    pairs = [(word, _ENDING.sub(r"\1", word)) for word in _WORD.findall(typed.lower())]
    return [stem if len(stem) >= LEAST_LETTERS else word for word, stem in pairs]


def in_order(cases: QuerySet[Case], keys: Sequence[int]) -> list[Case]:
    """These rows of `cases`, in the order of their keys."""
    found = {case.pk: case for case in cases.filter(pk__in=keys)} if keys else {}
    return [found[key] for key in keys if key in found]


def laid_down(sql: str, values: Sequence[Any]) -> list[Any]:
    """All rows of a statement that is answered from the indexes of its conditions and not by walking through the cases."""
    with connection.cursor() as cursor:
        cursor.execute(_LAID_DOWN + sql, values)
        while cursor.nextset():
            pass
        return list(cursor.fetchall())


def _keys(sql: str, values: Sequence[Any]) -> list[int]:
    return [row[0] for row in laid_down(sql, values)]


def _spans() -> list[Span]:
    """Newest first, without gaps, from the end of time to its beginning; cut by what PostgreSQL knows of the days anyway."""
    known: list[Span] | None = caches["values"].get(_SPANS)
    if known is None:
        with connection.cursor() as cursor:
            cursor.execute(_HISTOGRAM)
            cases, bounds = cursor.fetchone()
        known = cut(cases, [moment.date() for moment in bounds or ()])
        caches["values"].set(_SPANS, known, _SPANS_KEPT)
    return known


def cut(cases: float, bounds: Sequence[date]) -> list[Span]:
    """Spans from the days that cut `cases` into equal parts, oldest first."""
    part = cases / max(1, len(bounds) - 1)
    edges: list[date] = []
    wanted, held = SPAN, 0.0
    for day in reversed(bounds[1:-1]):
        held += part
        if held >= wanted and (not edges or day < edges[-1]):
            edges.append(day)
            wanted, held = SPAN * (len(edges) + 1), 0.0
    return list(zip([*edges, None], [None, *edges], strict=True))
