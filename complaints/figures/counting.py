"""All counts of a period from one reading of its cases: a case of four years is read once for the dashboard, not nine times.

The rows are wide, so what is needed of them is put aside narrowly first and counted in several ways from there. How long
things take is counted in steps of five minutes: medians are exact to that, without sorting every case.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from complaints.figures.period import Period, Scope, begin_of
from complaints.workflow import HIDDEN

STEP = 300  # seconds
MOST_SPOTS = 500
_FOR_MANY_ROWS = "SET LOCAL jit = off; SET LOCAL work_mem = '32MB'; "
_COLUMNS = (
    "id", "department", "category", "kind", "created_at", "first_answer_at", "closed_at", "updated_at", "reopened_count",
    "latitude", "longitude",
)  # fmt: skip
_COUNTED = """
WITH cases (id, department, category, kind, came, answered, closed, changed, reopened, latitude, longitude) AS ({cases}),
facts AS MATERIALIZED (
    SELECT id, department, category, reopened > 0 AS was_reopened, closed IS NULL AS is_open, is_new, is_closed, is_again,
        CASE WHEN answered > came THEN (date_part('epoch', answered - came) / {step})::int END AS answered_in,
        CASE WHEN closed > came THEN (date_part('epoch', closed - came) / {step})::int END AS closed_in,
        CASE WHEN is_new THEN width_bucket(came, points) END AS came_at,
        CASE WHEN is_closed THEN width_bucket(closed, points) END AS closed_at,
        -- rounded as a float: rounding goes through decimal numbers otherwise, which costs more than all the rest
        CASE WHEN is_new AND kind <> 'complaint' THEN floor(latitude * 1000 + 0.5)::int END AS "row",
        CASE WHEN is_new AND kind <> 'complaint' THEN floor(longitude * 1000 + 0.5)::int END AS "column"
    FROM (
        SELECT *, came >= first AND came < last AS is_new, coalesce(closed >= first AND closed < last, false) AS is_closed,
            reopened > 0 AND changed >= first AND changed < last AS is_again
        FROM cases, (SELECT %s::timestamptz AS first, %s::timestamptz AS last, %s::timestamptz[] AS points) AS period
    ) AS marked
),
answered AS (SELECT department, answered_in, count(*) AS cases FROM facts WHERE is_new GROUP BY 1, 2),
closed AS (SELECT department, closed_in, count(*) AS cases FROM facts WHERE is_closed GROUP BY 1, 2),
topics AS (SELECT category, came_at, count(*) AS cases FROM facts WHERE is_new GROUP BY 1, 2),
ended AS (
    SELECT closed_at, count(*) AS cases, count(*) FILTER (WHERE was_reopened) AS again FROM facts
    WHERE is_closed OR is_again GROUP BY 1
),
spots AS (
    SELECT "row", "column", count(*) AS cases, count(*) FILTER (WHERE is_open) AS open, min(category) AS first_topic,
        max(category) AS last_topic, max(id) AS newest
    FROM facts WHERE "row" IS NOT NULL
    GROUP BY 1, 2 HAVING count(*) > 1 ORDER BY cases DESC, 1, 2 LIMIT {spots}
)
SELECT json_build_object(
    'answered', (SELECT json_agg(json_build_array(department, answered_in, cases)) FROM answered),
    'closed', (SELECT json_agg(json_build_array(department, closed_in, cases)) FROM closed),
    'topics', (SELECT json_agg(json_build_array(category, came_at, cases)) FROM topics),
    'ended', (SELECT json_agg(json_build_array(closed_at, cases, again)) FROM ended),
    'spots', (SELECT json_agg(json_build_array("row", "column", cases, open, first_topic, last_topic, newest)) FROM spots)
)::text
"""

# steps that it took (none: nothing is known of it) -> cases
Histogram = dict[int | None, int]


@dataclass(frozen=True)
class Spot:
    """A square of a thousandth of a degree: its middle in thousandths, its cases, the first and last topic by key, the
    newest case."""

    row: int
    column: int
    cases: int
    open: int
    first_topic: int | None
    last_topic: int | None
    newest: int


@dataclass(frozen=True)
class Counts:
    """What came in the period and what was closed in it. Departments, topics and cases by key."""

    period: Period
    answered: dict[int, Histogram]  # of those that came: steps to the first answer, by department
    closed: dict[int, Histogram]
    topics: dict[int | None, int]
    came_at: dict[int, int]  # by point of the period, the first one is 1
    closed_at: dict[int, int]
    reopened: int
    ended: int  # closed, or opened again since
    spots: Sequence[Spot]


def count(scope: Scope, period: Period) -> Counts:
    """Without joined and sorted-out reports, which are nobody's work."""
    days = (period.start, period.end)
    concerned = (
        Q(created_at__gte=days[0], created_at__lt=days[1])
        | Q(closed_at__gte=days[0], closed_at__lt=days[1])
        | Q(reopened_count__gt=0, updated_at__gte=days[0], updated_at__lt=days[1])
    )
    cases = scope.cases().exclude(state__in=sorted(HIDDEN)).filter(concerned).order_by()
    sql, values = cases.values_list(*_COLUMNS).query.sql_with_params()
    with connection.cursor() as cursor:
        statement = _FOR_MANY_ROWS + _COUNTED.format(cases=sql, step=STEP, spots=MOST_SPOTS)
        cursor.execute(statement, [*values, *days, [begin_of(day) for day in period.points]])
        while cursor.nextset():
            pass
        found: dict[str, list[Any]] = json.loads(cursor.fetchone()[0])
    topics, ended = found["topics"] or [], found["ended"] or []
    return Counts(
        period=period,
        answered=_histograms(found["answered"] or []),
        closed=_histograms(found["closed"] or []),
        topics=_summed((topic, cases) for topic, _at, cases in topics),
        came_at=_summed((at, cases) for _topic, at, cases in topics),
        closed_at={at: cases for at, cases, _again in ended if at is not None},
        reopened=sum(again for _at, _cases, again in ended),
        ended=sum(cases for _at, cases, _again in ended),
        spots=[Spot(*spot) for spot in found["spots"] or []],
    )


def _histograms(rows: Iterable[tuple[int, int | None, int]]) -> dict[int, Histogram]:
    found: dict[int, Histogram] = {}
    for department, steps, cases in rows:
        found.setdefault(department, {})[steps] = cases
    return found


def _summed(rows: Iterable[tuple[Any, int]]) -> dict[Any, int]:
    found = Counter[Any]()
    for key, cases in rows:
        found[key] += cases
    return dict(found)
