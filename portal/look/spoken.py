"""Dates and times as people say them, in the language of the page or mail: "Do, 3. Dezember, 9:20 Uhr"."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.utils import dateformat
from django.utils.translation import get_language, gettext, override

KEPT = 4000  # a page says the same few often
CAPITALS = ("de", "en")  # the others write weekdays and months small, Django's tables do not


@dataclass(frozen=True, slots=True)
class Manner:
    """How one language says it. Formats are Django's, {} stands for what is said inside."""

    day: str  # of this year, with its weekday
    short_day: str
    full_day: str  # with its year
    plain_day: str  # no weekday
    month: str
    clock: str
    said_clock: str = "{}"  # around a time of day, or a span of two
    moment: str = "{day}, {clock}"


# Czech has no short day: "po 30. listopadu" is also "after 30 November"
MANNERS = {
    "de": Manner("l, j. F", "D, j. F", "l, j. F Y", "j. F Y", "F Y", "G:i", "{} Uhr"),
    "en": Manner("l j F", "D j F", "l j F Y", "j F Y", "F Y", "g:i A"),
    "pl": Manner("l, j E", "D, j E", "l, j E Y", "j E Y", "F Y", "G:i"),
    "cs": Manner("l j. E", "l j. E", "l j. E Y", "j. E Y", "F Y", "G.i", moment="{day} v {clock}"),
    "hu": Manner("F j., l", "M. j., l", "Y. F j., l", "Y. F j.", "Y. F", "G:i"),
    "bg": Manner("l, j F", "D, j F", "l, j F Y \\г.", "j F Y \\г.", "F Y \\г.", "G:i", "{} ч."),
}


def day(value: date) -> str:
    """ "Donnerstag, 3. Dezember", "Thursday 3 December"."""
    return _said(date(value.year, value.month, value.day), "day", _language())


def short_day(value: date) -> str:
    """ "Do, 3. Dezember", "Thu 3 December"."""
    return _said(date(value.year, value.month, value.day), "short_day", _language())


def full_day(value: date) -> str:
    """ "Donnerstag, 3. Dezember 2026"."""
    return _said(date(value.year, value.month, value.day), "full_day", _language())


def plain_day(value: date) -> str:
    """ "3. Dezember 2026"."""
    return _said(date(value.year, value.month, value.day), "plain_day", _language())


def month(value: date) -> str:
    """ "Dezember 2026"."""
    return _said(date(value.year, value.month, 1), "month", _language())


def clock(value: time | datetime) -> str:
    """ "9:20 Uhr", "9:20 am"; a datetime is taken as it stands, in its own zone."""
    return _manner().said_clock.format(_figures(time(value.hour, value.minute), _language()))


def span(opens: time, closes: time) -> str:
    """ "8:00–12:00 Uhr", "8:00 am–12:00 pm"."""
    language = _language()
    return _manner().said_clock.format(f"{_figures(opens, language)}–{_figures(closes, language)}")


def moment(value: datetime) -> str:
    """ "Do, 3. Dezember, 9:20 Uhr" in the value's own zone."""
    return _manner().moment.format(day=short_day(value), clock=clock(value))


def near_moment(value: datetime, today: date) -> str:
    """ "heute, 9:20 Uhr" and "morgen, 9:20 Uhr"; any other day as in `moment`."""
    if value.date() == today:
        return _manner().moment.format(day=gettext("today"), clock=clock(value))
    if value.date() == today + timedelta(days=1):
        return _manner().moment.format(day=gettext("tomorrow"), clock=clock(value))
    return moment(value)


def near_day(value: date, today: date) -> str:
    """ "heute"; any other day as in `plain_day`."""
    return gettext("today") if value == today else plain_day(value)


def full_moment(value: datetime) -> str:
    """ "Donnerstag, 3. Dezember 2026, 9:20 Uhr" in the value's own zone."""
    return _manner().moment.format(day=full_day(value), clock=clock(value))


def _language() -> str:
    asked = get_language() or ""
    return asked if asked in MANNERS else "de"


def _manner() -> Manner:
    return MANNERS[_language()]


@lru_cache(maxsize=KEPT)
def _said(value: date, name: str, language: str) -> str:
    with override(language):
        words = str(dateformat.format(value, getattr(MANNERS[language], name)))
    return words if language in CAPITALS else words.lower()


@lru_cache(maxsize=KEPT)
def _figures(value: time, language: str) -> str:
    with override(language):
        said = str(dateformat.time_format(value, MANNERS[language].clock))
    return said.replace("AM", "am").replace("PM", "pm") if language == "en" else said
