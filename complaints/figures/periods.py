"""What the cases of a period add up to: the numbers behind the dashboard. Reads only."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from django.db.models import Count, Q
from django.utils import timezone

from complaints.figures.counting import STEP, Counts, Histogram
from complaints.figures.period import Period, Scope
from complaints.models import Case, Category, Survey
from portal.models import Department


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


def open_now(scope: Scope) -> dict[int, tuple[int, int]]:
    """(open, overdue) at this moment, by department."""
    late = Count("pk", filter=Q(due_at__lt=timezone.now()))
    rows = scope.cases().open().order_by().values_list("department").annotate(opened=Count("pk"), late=late)
    return {department: (opened, late) for department, opened, late in rows}


def by_department(scope: Scope, counts: Counts, opened: dict[int, tuple[int, int]]) -> list[DepartmentRow]:
    """One row per department that has or had something to do, most open cases first."""
    rows = []
    for one in scope.departments:
        came, ended = counts.answered.get(one.pk, {}), counts.closed.get(one.pk, {})
        row = DepartmentRow(
            one,
            *opened.get(one.pk, (0, 0)),
            sum(came.values()),
            sum(ended.values()),
            _duration([came]),
            _duration([ended]),
        )
        if row.open or row.received or row.closed:
            rows.append(row)
    return sorted(rows, key=lambda row: (-row.open, row.department.name))


def time_to_first_answer(counts: Counts) -> Duration:
    return _duration(counts.answered.values())


def time_to_closing(counts: Counts) -> Duration:
    return _duration(counts.closed.values())


def reopened(counts: Counts) -> Share:
    """Of the cases closed in the period (or opened again since), those that were opened again at least once."""
    return Share(counts.reopened, counts.ended)


def satisfied(scope: Scope, period: Period) -> Share:
    answers = Survey.objects.filter(
        case__in=scope.cases(), answered_at__gte=period.start, answered_at__lt=period.end
    )
    found = answers.aggregate(whole=Count("pk"), part=Count("pk", filter=Q(satisfied=True)))
    return Share(found["part"], found["whole"])


def over_time(counts: Counts) -> list[tuple[date, int, int]]:
    """(begin, received, closed) per day, week or month; gaps are zero."""
    return [
        (point, counts.came_at.get(at, 0), counts.closed_at.get(at, 0))
        for at, point in enumerate(counts.period.points, start=1)
    ]


def by_category(counts: Counts, most: int = 12) -> list[tuple[str, int]]:
    """The most frequent ones first; those of one name together."""
    counted = Counter[str]()
    names = _category_names()
    for key, cases in counts.topics.items():
        if key is not None:
            counted[names[key]] += cases
    return sorted(counted.items(), key=lambda row: (-row[1], row[0]))[:most]


def hot_spots(counts: Counts, most: int = 10) -> list[HotSpot]:
    """The squares with most reports about public space, each named by the address of its newest one."""
    spots, names = counts.spots[:most], _category_names()
    addresses = dict(Case.objects.filter(pk__in=[s.newest for s in spots]).values_list("pk", "address"))
    return [
        HotSpot(
            latitude=spot.row / 1000,
            longitude=spot.column / 1000,
            cases=spot.cases,
            open=spot.open,
            address=addresses.get(spot.newest, ""),
            category=names.get(spot.first_topic or 0, "") if spot.first_topic == spot.last_topic else "",
        )
        for spot in spots
    ]


def _category_names() -> dict[int, str]:
    return dict(Category.objects.values_list("pk", "name"))


def _duration(histograms: Iterable[Histogram]) -> Duration:
    # an imported case without a closing date ends when it begins: that says nothing about how long things take
    counted = Counter[int]()
    for histogram in histograms:
        counted.update({steps: cases for steps, cases in histogram.items() if steps is not None})
    took = sorted(counted)
    upto = list(accumulate(counted[steps] for steps in took))
    return Duration(upto[-1] if upto else 0, _at(0.5, took, upto), _at(0.9, took, upto))


def _at(share: float, took: list[int], upto: list[int]) -> timedelta | None:
    """What `share` of the cases took at most; between two cases, in proportion. `upto`: cases that took so long or less."""
    if not took:
        return None
    rank = share * (upto[-1] - 1)
    below = took[bisect_right(upto, int(rank))]
    above = took[min(bisect_right(upto, int(rank) + 1), len(took) - 1)]
    return timedelta(seconds=STEP * (below + (above - below) * (rank % 1)))


def _days(length: timedelta | None) -> float | None:
    return round(length.total_seconds() / 86_400, 1) if length is not None else None
