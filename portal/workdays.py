"""Working days with the public holidays of six countries, the city's own days and closures."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from django.conf import settings
from django.db.models import F, Q, Value
from django.utils.translation import get_language

from portal.models import City, Closure, HolidayOverride, Office
from portal.running.one_country import HolidayBase, country_holidays

LONGEST_CLOSURE = timedelta(days=3660)  # guards the loops against a calendar without working days


@dataclass(frozen=True)
class WorkCalendar:
    """Which days count as working days; a pure value.

    `closed` maps days to the reason citizens read; `opened` are public holidays worked on.
    """

    country: str
    subdivision: str = ""
    weekend: frozenset[int] = frozenset({5, 6})
    closed: Mapping[date, str] = field(default_factory=dict)
    opened: frozenset[date] = frozenset()

    def holiday_name(self, day: date) -> str:
        """Why nobody works on `day` (holiday or closure), or an empty text. Weekends have no name."""
        if day in self.opened:
            return ""
        return self.closed.get(day) or public_holiday(self.country, self.subdivision, day)

    def is_working_day(self, day: date) -> bool:
        if day in self.opened:
            return True
        usual = day.weekday() not in self.weekend or day in _worked_weekends(self.country, day.year)
        return usual and not self.holiday_name(day)

    def add(self, day: date, working_days: int) -> date:
        """The day that is `working_days` (>= 0) working days after `day`; 0 = the next working day from `day`."""
        current, left = day, working_days
        while left > 0 or not self.is_working_day(current):
            current += timedelta(days=1)
            if current - day > LONGEST_CLOSURE:
                raise ValueError("this calendar has no working days")
            left -= self.is_working_day(current)
        return current

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; negative when `last` is earlier."""
        if last < first:
            return -self.between(last, first)
        weeks, rest = divmod((last - first).days, 7)
        usual = weeks * (7 - len(self.weekend))
        usual += sum((first.weekday() + n) % 7 not in self.weekend for n in range(1, rest + 1))
        special = {day for day in (*self.opened, *self.closed) if first < day <= last}
        usual += sum((day in self.opened) - (day.weekday() not in self.weekend) for day in special)
        for year in range(first.year, last.year + 1):
            moved = (day for day in _worked_weekends(self.country, year) if day.weekday() in self.weekend)
            usual += sum(first < day <= last and day not in special for day in moved)
        return usual - sum(day not in special for day in self._days_off(first, last))

    def _days_off(self, first: date, last: date) -> Iterator[date]:
        """The public holidays after `first` up to and including `last` that take a working day: years are counted
        without being walked."""
        for year in range(first.year, last.year + 1):
            days = _days_off(self.country, self.subdivision, self.weekend, year)
            yield from days[bisect_right(days, first) : bisect_right(days, last)]


@lru_cache(maxsize=256)
def _days_off(country: str, subdivision: str, weekend: frozenset[int], year: int) -> tuple[date, ...]:
    """The public holidays of a year that are no weekend anyway, in order."""
    subdivisions = country_holidays(country).subdivisions
    here = subdivision if subdivision in subdivisions else None
    found = country_holidays(country, subdiv=here, years=year)
    return tuple(sorted(day for day in found if day.weekday() not in weekend))


@lru_cache(maxsize=256)
def _worked_weekends(country: str, year: int) -> frozenset[date]:
    """Days of a weekend that are worked in exchange for a day between holidays, as Hungary decrees them every year."""
    return frozenset(country_holidays(country, years=year).weekend_workdays)


@lru_cache(maxsize=64)
def _public_holidays(country: str, subdivision: str, language: str) -> HolidayBase:
    """The holiday table; it grows by itself, year by year, when asked. Source: package `holidays`."""
    table = country_holidays(country)
    return country_holidays(
        country,
        subdiv=subdivision if subdivision in table.subdivisions else None,
        language=language if language in table.supported_languages else table.default_language,
    )


def public_holiday(country: str, subdivision: str, day: date) -> str:
    """The name of the public holiday in the reader's language (or the country's), or an empty text."""
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    language = {"en": "en_US"}.get(language, language)  # the package names English by region
    return _public_holidays(country, subdivision, language).get(day) or ""


def calendar_for(office: Office | None) -> WorkCalendar:
    """The calendar of one office, or of the city as a whole. One query beside the city."""
    city = City.current()
    here = Q(office=None) | Q(office=office) if office else Q(office=None)
    single = HolidayOverride.objects.filter(here).order_by()
    spans = Closure.objects.filter(here).order_by()
    rows = single.annotate(last=F("day")).values_list("is_open", "day", "last", "name")
    closures = spans.annotate(is_open=Value(False)).values_list("is_open", "first_day", "last_day", "reason")
    closed: dict[date, str] = {}
    opened: set[date] = set()
    for is_open, first, last, why in rows.union(closures, all=True):
        days = [first + timedelta(days=n) for n in range(min((last - first).days, LONGEST_CLOSURE.days) + 1)]
        if is_open:
            opened.update(days)
        else:
            closed |= dict.fromkeys(days, why)
    return WorkCalendar(
        country=city.country,
        subdivision=city.subdivision,
        closed=closed,
        opened=frozenset(opened),
    )
