"""What the cases of a period add up to: the numbers behind the dashboard and the yearly report. Reads only."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    Min,
    Q,
    QuerySet,
)
from django.db.models.functions import Floor, TruncDay, TruncMonth, TruncWeek
from django.utils import timezone

from complaints.models import Case, CaseQuerySet, Category, Survey
from complaints.workflow import ENDINGS, HIDDEN, Kind
from portal.models import Department, User

_COUNTED = ~Q(state__in=sorted(HIDDEN))  # joined and sorted-out reports are nobody's work


@dataclass(frozen=True)
class Period:
    """Whole days, both included, in the city's time."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, time.min))

    @property
    def end(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time.min))

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Scope:
    """Whose work is counted, and for whom: a complaint is not even a number to the person whom it is about."""

    departments: Sequence[Department]
    viewer: User

    def cases(self) -> CaseQuerySet:
        return Case.objects.not_about(self.viewer).filter(department__in=self.departments)


@dataclass(frozen=True)
class Duration:
    """How long it took: half of `count` cases took at most `median`, nine of ten at most `p90`."""

    count: int
    median: timedelta | None
    p90: timedelta | None

    @property
    def median_days(self) -> float | None:
        return _days(self.median)

    @property
    def p90_days(self) -> float | None:
        return _days(self.p90)


@dataclass(frozen=True)
class DepartmentRow:
    department: Department
    open: int
    overdue: int
    received: int
    closed: int
    first_answer: Duration
    closing: Duration


@dataclass(frozen=True)
class Share:
    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        return round(100 * self.part / self.whole, 1) if self.whole else None


@dataclass(frozen=True)
class HotSpot:
    """A square of about a hundred metres with many reports."""

    latitude: float
    longitude: float
    cases: int
    open: int
    address: str
    category: str


class Percentile(Aggregate):
    """PostgreSQL's percentile_cont over one expression."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    allow_distinct = False


def _of(scope: Scope) -> QuerySet[Case]:
    return scope.cases().filter(_COUNTED)


def open_now(scope: Scope) -> tuple[int, int]:
    """(open, overdue) at this moment."""
    found = (
        scope.cases()
        .open()
        .aggregate(open=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=timezone.now())))
    )
    return found["open"], found["overdue"]


def by_department(scope: Scope, period: Period) -> list[DepartmentRow]:
    """One row per department that has or had something to do, most open cases first."""
    answered = _durations(_received(scope, period), "first_answer_at")
    ended = _durations(_closed(scope, period), "closed_at")
    received = dict(_received(scope, period).values_list("department").annotate(Count("pk")))
    now = timezone.now()
    opened: dict[int, Any] = {
        row["department"]: row
        for row in scope.cases()
        .open()
        .values("department")
        .annotate(open=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=now)))
    }
    nothing = Duration(0, None, None)
    rows = [
        DepartmentRow(
            department=one,
            open=opened.get(one.pk, {}).get("open", 0),
            overdue=opened.get(one.pk, {}).get("overdue", 0),
            received=received.get(one.pk, 0),
            closed=ended.get(one.pk, nothing).count,
            first_answer=answered.get(one.pk, nothing),
            closing=ended.get(one.pk, nothing),
        )
        for one in scope.departments
    ]
    busy = [row for row in rows if row.open or row.received or row.closed]
    return sorted(busy, key=lambda row: (-row.open, row.department.name))


def time_to_first_answer(scope: Scope, period: Period) -> Duration:
    return _duration(_received(scope, period), "first_answer_at")


def time_to_closing(scope: Scope, period: Period) -> Duration:
    return _duration(_closed(scope, period), "closed_at")


def reopened(scope: Scope, period: Period) -> Share:
    """Of the cases closed in the period (or opened again since), those that were opened again at least once."""
    ended = _of(scope).filter(
        Q(closed_at__gte=period.start, closed_at__lt=period.end)
        | Q(reopened_count__gt=0, updated_at__gte=period.start, updated_at__lt=period.end)
    )
    found = ended.aggregate(whole=Count("pk"), part=Count("pk", filter=Q(reopened_count__gt=0)))
    return Share(found["part"], found["whole"])


def satisfied(scope: Scope, period: Period) -> Share:
    answers = Survey.objects.filter(
        case__in=scope.cases(), answered_at__gte=period.start, answered_at__lt=period.end
    )
    found = answers.aggregate(whole=Count("pk"), part=Count("pk", filter=Q(satisfied=True)))
    return Share(found["part"], found["whole"])


def over_time(scope: Scope, period: Period) -> list[tuple[date, int, int]]:
    """(begin, received, closed) per day, week or month, whichever gives a readable number of points; gaps are zero."""
    cut = TruncDay if period.days <= 31 else TruncWeek if period.days <= 190 else TruncMonth
    received = _counted_by(_received(scope, period), cut("created_at"))
    closed = _counted_by(_closed(scope, period), cut("closed_at"))
    points = list(_points(period, cut))
    return [(point, received.get(point, 0), closed.get(point, 0)) for point in points]


def by_category(scope: Scope, period: Period, most: int = 12) -> list[tuple[str, int]]:
    """The most frequent ones first. Counted by key: carrying the name along with each case took three times as long."""
    rows = (
        _received(scope, period).filter(category__isnull=False).values_list("category").annotate(Count("pk"))
    )
    counted = Counter[str]()
    names = _category_names()
    for key, cases in rows:
        counted[names[key]] += cases
    return sorted(counted.items(), key=lambda row: (-row[1], row[0]))[:most]


def hot_spots(scope: Scope, period: Period, most: int = 10) -> list[HotSpot]:
    """The squares of a thousandth of a degree with most reports about public space."""
    placed = _received(scope, period).filter(latitude__isnull=False).exclude(kind=Kind.COMPLAINT)
    squares = (
        placed.annotate(row=_thousandths("latitude"), column=_thousandths("longitude"))
        .values("row", "column")
        .annotate(
            cases=Count("pk"),
            open=Count("pk", filter=Q(closed_at=None)),
            where=Max("address"),
            what=Min("category"),
            last=Max("category"),
        )
        .filter(cases__gt=1)
        .order_by("-cases", "row", "column")[:most]
    )
    names = _category_names()
    return [
        HotSpot(
            latitude=square["row"] / 1000,
            longitude=square["column"] / 1000,
            cases=square["cases"],
            open=square["open"],
            address=square["where"] or "",
            category=names.get(square["what"], "") if square["what"] == square["last"] else "",
        )
        for square in squares
    ]


def _thousandths(column: str) -> Floor:
    """Rounded as a float: rounding goes through decimal numbers otherwise, which costs more than all the rest."""
    return Floor(F(column) * 1000 + 0.5)


def _category_names() -> dict[int, str]:
    return dict(Category.objects.values_list("pk", "name"))


def _received(scope: Scope, period: Period) -> QuerySet[Case]:
    return _of(scope).filter(created_at__gte=period.start, created_at__lt=period.end)


def _closed(scope: Scope, period: Period) -> QuerySet[Case]:
    return _of(scope).filter(state__in=sorted(ENDINGS), closed_at__gte=period.start, closed_at__lt=period.end)


def _took(until: str) -> Any:
    return ExpressionWrapper(F(until) - F("created_at"), output_field=DurationField())


def _measures(until: str) -> dict[str, Any]:
    # an imported case without a closing date ends when it begins: that says nothing about how long things take
    known = Q(**{f"{until}__gt": F("created_at")})
    return {
        "cases": Count("pk", filter=known),
        "median": Percentile(_took(until), share="0.5", filter=known, output_field=DurationField()),
        "p90": Percentile(_took(until), share="0.9", filter=known, output_field=DurationField()),
    }


def _duration(cases: QuerySet[Case], until: str) -> Duration:
    found = cases.aggregate(**_measures(until))
    return Duration(found["cases"], found["median"], found["p90"])


def _durations(cases: QuerySet[Case], until: str) -> dict[int, Duration]:
    rows: Any = cases.values("department").annotate(**_measures(until))
    return {row["department"]: Duration(row["cases"], row["median"], row["p90"]) for row in rows}


def _counted_by(cases: QuerySet[Case], moment: Any) -> dict[date, int]:
    rows = cases.annotate(begin=moment).values_list("begin").annotate(cases=Count("pk"))
    return {timezone.localtime(begin).date(): cases for begin, cases in rows if begin}


def _points(period: Period, cut: type) -> Iterable[date]:
    day = period.first
    if cut is TruncWeek:
        day -= timedelta(days=day.weekday())
    elif cut is TruncMonth:
        day = day.replace(day=1)
    while day <= period.last:
        yield day
        if cut is TruncDay:
            day += timedelta(days=1)
        elif cut is TruncWeek:
            day += timedelta(days=7)
        else:
            day = (day + timedelta(days=32)).replace(day=1)


def _days(length: timedelta | None) -> float | None:
    return round(length.total_seconds() / 86_400, 1) if length is not None else None
