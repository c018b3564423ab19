"""What is asked: which days, whose cases, for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from complaints.models import Case, CaseQuerySet
from portal.models import Department, User

_DAYS, _WEEKS = 31, 190  # periods up to so many days are shown by day, by week; longer ones by month


@dataclass(frozen=True)
class Period:
    """Whole days, both included, in the city's time."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        return begin_of(self.first)

    @property
    def end(self) -> datetime:
        return begin_of(self.last + timedelta(days=1))

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def by_month(self) -> bool:
        return self.days > _WEEKS

    @property
    def points(self) -> list[date]:
        """Where its days, weeks or months begin, whichever gives a readable number of them."""
        if self.days <= _DAYS:
            return [self.first + timedelta(days=n) for n in range(self.days)]
        if not self.by_month:
            monday = self.first - timedelta(days=self.first.weekday())
            return [monday + timedelta(days=n) for n in range(0, (self.last - monday).days + 1, 7)]
        first, last = (12 * day.year + day.month - 1 for day in (self.first, self.last))
        return [date(month // 12, month % 12 + 1, 1) for month in range(first, last + 1)]


@dataclass(frozen=True)
class Scope:
    """Whose work is counted, and for whom: a complaint is not even a number to the person whom it is about."""

    departments: Sequence[Department]
    viewer: User

    def cases(self) -> CaseQuerySet:
        return Case.objects.not_about(self.viewer).filter(department__in=self.departments)


def begin_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
