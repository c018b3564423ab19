"""Dates and times as other systems write them. Pure."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import cache

from babel.dates import get_month_names

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "maer": 3, "mär": 3, "mrz": 3, "apr": 4, "mai": 5, "may": 5, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dez": 12, "dec": 12,
}  # fmt: skip
_ZONES = {
    "z": timedelta(0), "utc": timedelta(0), "gmt": timedelta(0), "cet": timedelta(hours=1), "mez": timedelta(hours=1),
    "cest": timedelta(hours=2), "mesz": timedelta(hours=2), "eet": timedelta(hours=2), "eest": timedelta(hours=3),
}  # fmt: skip
_TIME = (
    r"(?:[T,\s]+(?:(?:um|v|o|ob|в|at|à|-)\s+)?(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,]\d+)?)?"
    r"\s*(?:uhr|ч\.?|hod\.?)?\s*(?P<half>am|pm)?\s*(?P<zone>z|utc|gmt|cet|cest|mez|mesz|eet|eest|[+-]\d\d:?(?:\d\d)?)?)?"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?:[-/]|\.\s*)(?P<month>\d{1,2})(?:[-/]|\.\s*)(?P<day>\d{1,2})\.?" + _TIME,
    re.I | re.ASCII,
)
_YEAR_LAST = re.compile(
    r"(?P<a>\d{1,2})(?P<sign>\.\s*|[/-])(?P<b>\d{1,2})(?:\.\s*|[/-])(?P<year>\d{4}|\d\d)(?:\s*[гr]\.?)?"
    + _TIME,
    re.I | re.ASCII,
)
_NAMED = re.compile(
    r"(?P<day>\d{1,2})\.?\s+(?P<name>[^\W\d_]{3,12})\.?\s+(?P<year>\d{4})(?:\s*[гr]\.)?" + _TIME, re.I
)
_NAMED_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})\.?\s+(?P<name>[^\W\d_]{3,12})\.?\s+(?P<day>\d{1,2})\.?" + _TIME, re.I
)
# a spreadsheet's days since 1899
_SERIAL = re.compile(r"(?P<days>[2-6]\d{4})(?:[.,](?P<part>\d{1,12}))?", re.ASCII)
_PACKED = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?)?(?P<zone>z)?",
    re.I | re.ASCII,
)


class Unreadable(ValueError):
    """No date in any form we know."""


def read_moment(text: str, zone: tzinfo, *, month_first: bool = False) -> datetime:
    """The UTC moment. Without a zone in the text `zone` is meant; 01/02/2026 is the first of February unless
    `month_first` (or the second number is above twelve)."""
    text = text.strip()
    try:
        return _read(text, zone, month_first).astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        raise Unreadable(text[:60]) from None


def _read(text: str, zone: tzinfo, month_first: bool) -> datetime:
    if match := _YEAR_FIRST.fullmatch(text):
        return _build(match, zone, int(match["month"]), int(match["day"]))
    if match := _YEAR_LAST.fullmatch(text):
        first, second = int(match["a"]), int(match["b"])
        swapped = second > 12 or (month_first and match["sign"] == "/" and first <= 12)
        return _build(match, zone, *((first, second) if swapped else (second, first)))
    if match := _NAMED.fullmatch(text) or _NAMED_YEAR_FIRST.fullmatch(text):
        return _build(match, zone, _month(match["name"].lower()), int(match["day"]))
    if match := _SERIAL.fullmatch(text):
        days = timedelta(days=int(match["days"]), seconds=round(86400 * float(f"0.{match['part'] or 0}")))
        return datetime(1899, 12, 30, tzinfo=zone) + days
    if re.fullmatch(r"\d{10}|\d{13}", text, re.ASCII):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    if match := _PACKED.fullmatch(text):
        return _build(match, zone, int(match["month"]), int(match["day"]))
    found = parsedate_to_datetime(text)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _month(name: str) -> int:
    """By the name in any language of the house, or by its beginning in German or English."""
    found = _names_of_months().get(name) or _MONTHS.get(name[:3]) or _MONTHS.get(name[:4])
    if found is None:
        raise ValueError(name)
    return found


@cache
def _names_of_months() -> dict[str, int]:
    return {
        name.lower().rstrip("."): month
        for language in ("pl", "cs", "hu", "bg")
        for form in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for month, name in get_month_names(width, form, language).items()
    }


def _build(match: re.Match[str], zone: tzinfo, month: int, day: int) -> datetime:
    part = match.groupdict()
    year = int(part["year"])
    if year < 100:
        year += 2000 if year < 70 else 1900
    hour = int(part["hour"] or 0)
    if half := (part.get("half") or "").lower():
        hour = hour % 12 + (12 if half == "pm" else 0)
    return datetime(
        year,
        month,
        day,
        hour,
        int(part["minute"] or 0),
        int(part["second"] or 0),
        tzinfo=_zone(part["zone"]) or zone,
    )


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text.lower() in _ZONES:
        return timezone(_ZONES[text.lower()])
    hours, minutes = int(text[1:3]), int(text[3:].replace(":", "") or 0)
    return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
