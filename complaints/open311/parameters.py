"""What a caller of GET requests asks for, read strictly but kindly.

An empty parameter is an absent one. `service_request_id` overrides every other filter. Without it a window of at most
90 days on the time of the request applies (the last 90 if none is named), unless the caller asks by time of change.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from math import isfinite

from django.utils.translation import gettext as _

from complaints.open311.records import Fault

SPAN = timedelta(days=90)
MOST_ROWS = 1000
MOST_RADIUS = 50_000.0

_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?"
    r"(?:[T ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?(?P<zone>Z|z|[+\- ]\d\d:?\d\d)?)?",
    re.ASCII,
)


@dataclass
class Reader:
    """The parameters of one call; every complaint about them is collected, not only the first."""

    given: Mapping[str, str]
    zone: tzinfo
    faults: list[Fault] = field(default_factory=list)

    def text(self, name: str) -> str:
        value = str(self.given.get(name) or "").strip()
        if "\x00" in value:
            self.refuse(_("%(name)s contains a character that no text has.") % {"name": name})
            return ""
        return value

    def refuse(self, sentence: str) -> None:
        self.faults.append(Fault(400, sentence))

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(word for word in (part.strip() for part in self.text(name).split(",")) if word)

    def moment(self, name: str, *, end: bool = False) -> datetime | None:
        """A W3C date or time; a date alone means its start, or as an `end` its last second."""
        value = self.text(name)
        if not value:
            return None
        found = read_moment(value, self.zone, end=end)
        if found is None:
            self.refuse(_("%(name)s is not a date such as 2026-11-23T08:30:00Z.") % {"name": name})
        return found

    def number(self, name: str, low: float, high: float) -> float | None:
        value = self.text(name)
        if not value:
            return None
        try:
            found = float(value)
        except ValueError:
            found = float("nan")
        if not isfinite(found) or not low <= found <= high:
            self.refuse(
                _("%(name)s is not a number from %(low)g to %(high)g.")
                % {"name": name, "low": low, "high": high}
            )
            return None
        return found

    def count(self, name: str, default: int, *, most: int | None = None) -> int:
        value = self.text(name)
        if not value:
            return default
        if not re.fullmatch(r"[1-9][0-9]{0,8}", value):
            self.refuse(_("%(name)s is not a whole number from 1.") % {"name": name})
            return default
        return min(int(value), most) if most else int(value)

    def flag(self, name: str) -> bool:
        value = self.text(name).lower()
        if value not in {"", "true", "false", "1", "0", "yes", "no"}:
            self.refuse(_("%(name)s is true or false.") % {"name": name})
        return value in {"true", "1", "yes"}


def read_moment(value: str, zone: tzinfo, *, end: bool = False) -> datetime | None:
    """The UTC moment of a W3C date or time, or None. A blank before the offset is a plus that a URL lost."""
    match = _DATE.fullmatch(value)
    if match is None:
        return None
    part = match.groupdict()
    try:
        found = datetime(
            int(part["year"]), int(part["month"] or 1), int(part["day"] or 1),
            int(part["hour"] or 0), int(part["minute"] or 0), int(part["second"] or 0),
            tzinfo=_offset(part["zone"]) or zone,
        )  # fmt: skip
        if end and part["hour"] is None:
            found = _end_of(found, part)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _end_of(start: datetime, part: Mapping[str, str | None]) -> datetime:
    """The last second of the year, month or day that starts at `start`."""
    if part["month"] is None:
        following = start.replace(year=start.year + 1)
    elif part["day"] is None:
        following = (start + timedelta(days=32)).replace(day=1)
    else:
        following = start + timedelta(days=1)
    return following - timedelta(seconds=1)


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text in "Zz":
        return UTC
    sign = "-" if text[0] == "-" else "+"
    return datetime.strptime(sign + text[1:].replace(":", ""), "%z").tzinfo


@dataclass(frozen=True)
class Filters:
    """What GET requests selects. Times are UTC, both ends included; the radius is in metres."""

    ids: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    statuses: frozenset[str] = frozenset()
    start: datetime | None = None
    end: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    near: tuple[float, float, float] | None = None
    keywords: frozenset[str] = frozenset()
    page: int = 1
    page_size: int = MOST_ROWS
    extensions: bool = False
    only_count: bool = False

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size


LISTS = ("service_request_id", "service_code", "status", "keyword")
KEYWORDS = frozenset({"problem", "idea", "tip"})


def read_filters(given: Mapping[str, str], *, now: datetime, zone: tzinfo) -> tuple[Filters, list[Fault]]:
    """The filters of a call and everything that is wrong with it."""
    reader = Reader(given, zone)
    basis = Filters(
        page=reader.count("page", 1),
        page_size=reader.count(
            "page_size", reader.count("max_requests", MOST_ROWS, most=MOST_ROWS), most=MOST_ROWS
        ),
        extensions=reader.flag("extensions"),
        only_count=reader.flag("just_count"),
    )
    if ids := reader.words("service_request_id"):
        return replace(basis, ids=ids[:MOST_ROWS]), reader.faults
    updated_after, updated_before = reader.moment("updated_after"), reader.moment("updated_before", end=True)
    start, end = _window(reader, now, unbounded=bool(updated_after or updated_before))
    filters = replace(
        basis,
        codes=reader.words("service_code"),
        statuses=_choice(reader, "status", frozenset({"open", "closed"})),
        start=start,
        end=end,
        updated_after=updated_after,
        updated_before=updated_before,
        near=_near(reader),
        keywords=_choice(reader, "keyword", KEYWORDS),
    )
    return filters, reader.faults


def _choice(reader: Reader, name: str, allowed: frozenset[str]) -> frozenset[str]:
    found = frozenset(word.lower() for word in reader.words(name))
    if found - allowed:
        reader.refuse(
            _("%(name)s is one of: %(allowed)s.") % {"name": name, "allowed": ", ".join(sorted(allowed))}
        )
    return found & allowed


def _window(reader: Reader, now: datetime, *, unbounded: bool) -> tuple[datetime | None, datetime | None]:
    start, end = reader.moment("start_date"), reader.moment("end_date", end=True)
    if reader.text("start_date") and reader.text("end_date"):
        if start and end and start > end:
            reader.refuse(_("start_date is later than end_date."))
        # A day of grace: 90 calendar days with their last second, across a change of the clock.
        if start and end and end - start > SPAN + timedelta(days=1):
            reader.refuse(_("start_date and end_date are more than 90 days apart."))
        return start, end
    try:
        if start:
            return start, start + SPAN
        if end:
            return end - SPAN, end
    except OverflowError:
        return start, end
    return (None, None) if unbounded else (now - SPAN, None)


def _near(reader: Reader) -> tuple[float, float, float] | None:
    latitude, longitude = reader.number("lat", -90, 90), reader.number("long", -180, 180)
    radius = reader.number("radius", 0, MOST_RADIUS)
    named = [bool(reader.text(name)) for name in ("lat", "long", "radius")]
    if any(named) and not all(named):
        reader.refuse(_("lat, long and radius belong together."))
    if latitude is None or longitude is None or radius is None:
        return None
    return latitude, longitude, radius
