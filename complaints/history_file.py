"""Reading a city's old reports from a CSV file of any make: encoding, delimiter, columns and dates are found out.

Pure. Every line becomes a `PastReport` or a `BrokenLine` with its number and the reason; a broken line never stops the
rest, not even a quotation mark that nobody closed.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from math import isfinite
from typing import BinaryIO

from complaints.moments import Unreadable, read_moment

FIELDS = (
    "id", "created", "closed", "text", "category", "parent", "department", "lat", "lon", "address", "status",
)  # fmt: skip
LONGEST_TEXT = 20_000
_LINES_PER_RECORD = 400  # more lines than this in one field: a quotation mark was not closed

# Header words (folded, without signs) that mean a field. What stands first is preferred.
_KNOWN_HEADERS: dict[str, tuple[str, ...]] = {
    "id": ("id", "externalid", "servicerequestid", "requestid", "nummer", "vorgangsnummer", "meldungsnummer",
           "ticketid", "ticketnummer", "aktenzeichen", "caseid", "nr", "meldungid"),
    "created": ("created", "createdat", "createddate", "requesteddatetime", "eingang", "eingangsdatum", "erstellt",
                "erstelltam", "gemeldet", "gemeldetam", "meldedatum", "datum", "date", "opened", "erfasst"),
    "closed": ("closed", "closedat", "closeddate", "closeddatetime", "geschlossen", "geschlossenam", "erledigt",
               "erledigtam", "abgeschlossen", "abschluss", "abschlussdatum", "resolved", "resolvedat", "behoben"),
    "text": ("text", "description", "beschreibung", "meldung", "meldetext", "nachricht", "message", "detail",
             "details", "inhalt", "anliegen", "freitext", "complaint", "body"),
    "category": ("category", "kategorie", "subcategory", "unterkategorie", "servicename", "kategoriename", "art",
                 "thema", "type", "meldungsart", "rubrik", "subkategorie"),
    "parent": ("parent", "parentcategory", "hauptkategorie", "oberkategorie", "maincategory", "group", "gruppe",
               "elternkategorie", "themenbereich", "bereich", "uebergeordnet"),
    "department": ("department", "agency", "agencyresponsible", "abteilung", "amt", "dienststelle", "zustaendig",
                   "fachbereich", "referat", "zustaendigkeit", "organisation"),
    "lat": ("lat", "latitude", "breite", "breitengrad", "geobreite", "y"),
    "lon": ("lon", "lng", "long", "longitude", "laenge", "laengengrad", "geolaenge", "x"),
    "address": ("address", "addressstring", "adresse", "anschrift", "ort", "strasse", "standort", "location",
                "fundort"),
    "status": ("status", "state", "zustand", "bearbeitungsstatus", "stand"),
}  # fmt: skip
_DONE = re.compile(
    r"clos|geschlossen|erledig|abgeschlossen|done|fixed|resolved|gel(oe|ö)st|beendet|behoben|archiv", re.I
)
_DECLINED = re.compile(
    r"abgelehnt|reject|declin|nicht\s+zust|unzust|ung(ue|ü)ltig|storniert|cancel|no action", re.I
)


class FileRefused(Exception):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True)
class PastReport:
    """One report as the old system knew it. Times are UTC; an open report has no `closed`."""

    line: int
    external_id: str
    created: datetime
    closed: datetime | None
    declined: bool
    text: str
    category: str
    parent: str
    department: str
    latitude: float | None
    longitude: float | None
    address: str


@dataclass(frozen=True)
class BrokenLine:
    line: int
    reason: str


@dataclass(frozen=True)
class Reading:
    """How to read the file where finding out is not enough. `columns` maps our field to the header of the file."""

    columns: Mapping[str, str] = field(default_factory=dict)
    delimiter: str = ""
    encoding: str = ""
    zone: tzinfo = UTC
    month_first: bool = False
    needs: frozenset[str] = frozenset({"text", "category", "created"})


def read(stream: BinaryIO, how: Reading, *, now: datetime) -> Iterator[PastReport | BrokenLine]:
    """Every record of the file in order, good or broken. Raises FileRefused before the first one."""
    lines = _decode(stream.read(), how.encoding).splitlines(keepends=True)
    if not lines:
        raise FileRefused("The file is empty.")
    delimiter = how.delimiter or _delimiter(lines[0])
    records = _records(lines, delimiter)
    header = next(records)[1] or []
    places = _places(header, how)
    return _read(records, len(header), places, how, now)


def _read(
    records: Iterator[tuple[int, list[str] | None]],
    width: int,
    places: Mapping[str, int],
    how: Reading,
    now: datetime,
) -> Iterator[PastReport | BrokenLine]:
    seen: dict[str, int] = {}
    for line, cells in records:
        if cells is None:
            yield BrokenLine(line, "a quotation mark without its partner")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            yield BrokenLine(line, f"{len(cells)} columns where the header has {width}")
            continue
        given = {name: cells[at].replace("\x00", "").strip() for name, at in places.items()}
        try:
            report = _report(line, given, how, now)
        except _Broken as broken:
            yield BrokenLine(line, str(broken))
            continue
        if (first := seen.setdefault(report.external_id, line)) != line:
            yield BrokenLine(line, f"the same id as line {first}: {report.external_id[:60]}")
            continue
        yield report


class _Broken(Exception):
    pass


def _report(line: int, given: Mapping[str, str], how: Reading, now: datetime) -> PastReport:
    for name in FIELDS:
        if name in how.needs and not given.get(name):
            raise _Broken(f"no {name}")
    created = _moment(given, "created", how) or now
    closed = _moment(given, "closed", how)
    if created > now + timedelta(days=1):
        raise _Broken(f"created in the future: {given['created'][:40]}")
    if closed and closed < created:
        # a date without a time may lie some hours before the time of the same day
        if created - closed > timedelta(days=1):
            raise _Broken("closed before it was created")
        closed = created
    status = given.get("status", "")
    declined = bool(_DECLINED.search(status))
    if closed is None and (declined or _DONE.search(status)):
        closed = created
    latitude, longitude = _degrees(given, "lat", 90), _degrees(given, "lon", 180)
    if (latitude is None) != (longitude is None):
        raise _Broken("only one of lat and lon")
    category, parent = given.get("category", ""), given.get("parent", "")
    text = given.get("text", "")[:LONGEST_TEXT]
    return PastReport(
        line=line,
        external_id=given.get("id", "")[:120] or _made_up_id(created, category, text),
        created=created,
        closed=closed,
        declined=declined,
        text=text,
        category=" ".join(category.split())[:120],
        parent=" ".join(parent.split())[:120],
        department=" ".join(given.get("department", "").split())[:120],
        latitude=latitude,
        longitude=longitude,
        address=given.get("address", "")[:250],
    )


def _made_up_id(created: datetime, category: str, text: str) -> str:
    return "sha256:" + sha256(f"{created.isoformat()}|{category}|{text}".encode()).hexdigest()[:40]


def _moment(given: Mapping[str, str], name: str, how: Reading) -> datetime | None:
    text = given.get(name, "")
    if not text or text.lower() in {"null", "none", "nan", "-", "n/a"}:
        return None
    try:
        return read_moment(text, how.zone, month_first=how.month_first)
    except Unreadable:
        raise _Broken(f"{name} is no date: {text[:40]}") from None


def _degrees(given: Mapping[str, str], name: str, most: float) -> float | None:
    text = given.get(name, "")
    if not text or text.lower() in {"null", "none", "nan", "-", "n/a"}:
        return None
    try:
        found = float(text.replace(",", ".").rstrip("°"))
    except ValueError:
        raise _Broken(f"{name} is no number: {text[:40]}") from None
    if not isfinite(found) or abs(found) > most:
        raise _Broken(f"{name} is out of range: {text[:40]}")
    return found


def _decode(content: bytes, encoding: str) -> str:
    if encoding:
        try:
            return content.decode(encoding)
        except (LookupError, UnicodeDecodeError) as refusal:
            raise FileRefused(f"The file cannot be read as {encoding}: {refusal}") from refusal
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _delimiter(header: str) -> str:
    outside_quotes = re.sub(r'"[^"]*"', "", header)
    return max(";,\t|", key=outside_quotes.count)


def _records(lines: list[str], delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """(first line's number, cells) of each record; None where a quotation mark has no partner. Then reading starts
    again on the next line, so one slip costs one record."""
    csv.field_size_limit(10_000_000)
    at, width = 0, 0
    while at < len(lines):
        reader = csv.reader(_from(lines, at), delimiter=delimiter)
        start = at
        for cells in reader:
            end = at + reader.line_num
            width = width or len(cells)
            slipped = end - start > 1 and (len(cells) != width or end - start > _LINES_PER_RECORD)
            yield start + 1, None if slipped else cells
            if slipped:
                at = start + 1
                break
            start = end
        else:
            return


def _from(lines: list[str], at: int) -> Iterator[str]:
    for index in range(at, len(lines)):
        yield lines[index]


def _places(header: list[str], how: Reading) -> dict[str, int]:
    """Our field -> column. Named columns first, then known words; each column serves one field."""
    folded = [_plain(cell) for cell in header]
    places: dict[str, int] = {}
    for name, wanted in how.columns.items():
        if name not in FIELDS:
            raise FileRefused(f"There is no field {name}; there are {', '.join(FIELDS)}.")
        if _plain(wanted) not in folded:
            raise FileRefused(f"The file has no column {wanted}; it has {', '.join(header)}.")
        places[name] = folded.index(_plain(wanted))
    taken = set(places.values())
    for name in FIELDS:
        for word in () if name in places else _KNOWN_HEADERS[name]:
            if word in folded and folded.index(word) not in taken:
                places[name] = folded.index(word)
                taken.add(places[name])
                break
    if missing := [name for name in FIELDS if name in how.needs and name not in places]:
        raise FileRefused(
            f"No column for {', '.join(missing)}. The file has: {', '.join(header)[:500]}. "
            f"Name it with --column {missing[0]}=HEADER."
        )
    return places


def _plain(header: str) -> str:
    folded = header.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    return re.sub(r"[^a-z0-9]", "", folded)
