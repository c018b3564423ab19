"""Reports over stored figures: sums, medians and ninetieth percentiles of a period. Only reads."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from statistics import median

from django.db.models import Sum as SumOf
from django.utils import timezone

from appointments.desk.figures import counting
from appointments.desk.figures.counting import Sum
from appointments.desk.models import DayFigures, EarliestTime
from portal.models import Office, Service


@dataclass(frozen=True)
class Earliest:
    """How long until the earliest free time: per day the median over offices and services, and what found nothing."""

    days: list[tuple[date, float]]
    asked: int
    nothing_free: int
    days_missing: int  # since the first day that was stored


@dataclass(frozen=True)
class Report:
    """The figures of a period, added up per day, per service, per office, and one by one."""

    first: date
    last: date
    rows: list[tuple[date, str, str, Sum]]  # day, office, service
    days: list[tuple[date, Sum]]
    services: list[tuple[str, Sum]]
    offices: list[tuple[str, Sum]]
    total: Sum
    earliest: Earliest
    utilisation: list[tuple[date, float]]

    @property
    def utilised(self) -> float:
        """Mean of the open days, per cent."""
        return (
            sum(share for _day, share in self.utilisation) / len(self.utilisation) if self.utilisation else 0
        )


def report(*, offices: Iterable[Office], first: date, last: date, service: Service | None = None) -> Report:
    """Days that are stored, and today as it stands."""
    names = {office.pk: office.name for office in offices}
    today = timezone.localdate()
    rows = _stored(names, first, last)
    if first <= today <= last:
        rows = [row for row in rows if row[0] != today] + [
            (today, office, what, found)
            for (office, what), found in counting.count(today).items()
            if office in names
        ]
    if service:
        rows = [row for row in rows if row[2] == service.pk]
    services = {pk: str(row) for pk, row in Service.objects.in_bulk({row[2] for row in rows}).items()}
    by_day: dict[date, Sum] = {first + timedelta(days=n): Sum() for n in range((last - first).days + 1)}
    by_service: dict[str, Sum] = defaultdict(Sum)
    by_office: dict[str, Sum] = defaultdict(Sum)
    total = Sum()
    named = [(day, names[office], services.get(what, "–"), found) for day, office, what, found in rows]
    for day, office, what, found in named:
        for target in (by_day[day], by_service[what], by_office[office], total):
            _add(target, found)
    return Report(
        first=first,
        last=last,
        rows=sorted(named, key=lambda row: row[:3]),
        days=list(by_day.items()),
        services=sorted(by_service.items(), key=lambda item: -people(item[1])),
        offices=sorted(by_office.items()),
        total=total,
        earliest=_earliest(list(names), first, last, service),
        utilisation=_utilisation(list(names), by_day),
    )


def people(found: Sum) -> int:
    """Everybody who booked or walked in."""
    return found.booked + found.walk_ins


def _stored(offices: Iterable[int], first: date, last: date) -> list[tuple[date, int, int | None, Sum]]:
    stored = DayFigures.objects.filter(office__in=offices, day__range=(first, last))
    known = vars(Sum())
    return [
        (row.day, row.office_id, row.service_id, Sum(**{name: getattr(row, name) for name in known}))
        for row in stored
    ]


def _add(target: Sum, found: Sum) -> None:
    for name in vars(target):
        setattr(target, name, getattr(target, name) + getattr(found, name))


def _earliest(offices: list[int], first: date, last: date, service: Service | None) -> Earliest:
    rows = EarliestTime.objects.filter(office__in=offices, day__range=(first, last))
    if service:
        rows = rows.filter(service=service)
    looked: dict[date, list[int | None]] = defaultdict(list)
    for day, ahead in rows.values_list("day", "days_ahead"):
        looked[day].append(ahead)
    found = {day: [ahead for ahead in values if ahead is not None] for day, values in looked.items()}
    until = min(last, timezone.localdate())
    wanted = (until - min(looked)).days + 1 if looked else 0
    return Earliest(
        days=[(day, middle(values)) for day, values in sorted(found.items()) if values],
        asked=sum(len(values) for values in looked.values()),
        nothing_free=sum(values.count(None) for values in looked.values()),
        days_missing=max(0, wanted - len(looked)),
    )


def _utilisation(offices: list[int], by_day: dict[date, Sum]) -> list[tuple[date, float]]:
    """Booked units as a share of the units the counters were open, per cent, for days that were open."""
    stored = DayFigures.objects.filter(office__in=offices, day__in=by_day, open_units__gt=0)
    room = dict(stored.values_list("day").annotate(units=SumOf("open_units")).order_by("day"))
    today = timezone.localdate()
    if today in by_day:
        room[today] = sum(units for office, units in counting.open_units(today).items() if office in offices)
    return [
        (day, round(100 * by_day[day].booked_units / units, 1))
        for day, units in sorted(room.items())
        if units
    ]


def middle(values: Sequence[int]) -> float:
    """The median; 0 of nothing."""
    return float(median(values)) if values else 0


def ninth_of_ten(values: Sequence[int]) -> int:
    """The smallest value that nine of ten do not exceed (nearest rank); 0 of nothing."""
    return sorted(values)[ceil(0.9 * len(values)) - 1] if values else 0
