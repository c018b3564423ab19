"""Reading a city's old reports from a CSV file of any make: encoding, delimiter, columns and dates are found out.

Pure. Every line becomes a `PastReport` or a `BrokenLine` with its number and the reason; a broken line never stops the
rest, not even a quotation mark that nobody closed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from typing import BinaryIO

from complaints.imports import csv_lines, positions
from complaints.imports.csv_lines import BrokenLine
from complaints.imports.moments import Unreadable, read_moment

FIELDS = (
    "id", "created", "closed", "text", "category", "parent", "department", "lat", "lon", "address", "status",
)  # fmt: skip
LONGEST_TEXT = 20_000
_NOTHING = frozenset({"null", "none", "nan", "-", "n/a"})

# Header words (folded, without signs) that mean a field. What stands first is preferred.
_KNOWN_HEADERS: dict[str, tuple[str, ...]] = {
    "id": ("id", "externalid", "servicerequestid", "requestid", "nummer", "vorgangsnummer", "meldungsnummer",
           "ticketid", "ticketnummer", "aktenzeichen", "caseid", "nr", "meldungid",
           "vorgangsnr", "meldungsnr", "ticketnr", "fallnummer", "numer", "numerzgloszenia", "idhlaseni", "cislo",
           "cislohlaseni", "azonosito", "sorszam", "номер", "номернасигнал", "objectid",
           "meldungsid", "vorgangsid", "cislopodnetu", "idpodnetu", "cislopripadu", "nrzgloszenia", "idzgloszenia", "numersprawy",
           "nrsprawy", "ugyszam", "iktatoszam", "bejelentesszama", "номернаподаване", "входящномер"),
    "created": ("created", "createdat", "createddate", "requesteddatetime", "eingang", "eingangsdatum", "erstellt",
                "erstelltam", "gemeldet", "gemeldetam", "meldedatum", "datum", "date", "opened", "erfasst",
                "datazgloszenia", "dataprzyjecia", "datautworzenia", "zgloszono", "datumpodani", "datumhlaseni", "vytvoreno",
                "prijato", "datumvytvoreni", "bejelentesdatuma", "bejelentve", "letrehozva", "datumaberkezes",
                "датанасъздаване", "датанасигнала", "датанаподаване", "създаден", "дата", "data",
                "eingegangen", "eingegangenam", "meldungsdatum", "erstellungsdatum", "timestamp", "submitted", "submittedat",
                "reported", "reportedat", "datawplywu", "wplynelo", "podano", "zalozeno", "datumzalozeni", "datumprijeti",
                "datumvzniku", "beerkezes", "beerkezesdatuma", "beerkezett", "bejelentesideje", "датанапостъпване"),
    "closed": ("closed", "closedat", "closeddate", "closeddatetime", "geschlossen", "geschlossenam", "erledigt",
               "erledigtam", "abgeschlossen", "abschluss", "abschlussdatum", "resolved", "resolvedat", "behoben",
               "datazamkniecia", "datazakonczenia", "zamknieto", "zakonczono", "datumvyreseni", "datumuzavreni", "vyreseno",
               "uzavreno", "lezarasdatuma", "lezarva", "megoldasdatuma", "датанаприключване", "датаназатваряне", "приключен",
               "erledigungsdatum", "enddatum", "completed", "completedat", "finished", "datarealizacji", "datarozwiazania",
               "datumukonceni", "ukonceno", "vyrizeno", "datumvyrizeni", "lezaras", "lezart", "megoldva", "датанарешаване"),
    "text": ("text", "description", "beschreibung", "meldung", "meldetext", "nachricht", "message", "detail",
             "details", "inhalt", "anliegen", "freitext", "complaint", "body", "opis", "tresc", "opiszgloszenia", "popis",
             "textpodnetu", "obsah", "leiras", "szoveg", "описание", "текст", "съдържание",
             "meldungstext", "meldungsbeschreibung", "problembeschreibung", "problem", "sachverhalt", "tresczgloszenia",
             "trescwniosku", "podnet", "popispodnetu", "popisproblemu", "bejelentes",
             "bejelentesszovege", "описаниенапроблема", "описаниенасигнала", "сигнал"),
    "category": ("subcategory", "unterkategorie", "subkategorie", "podkategorie", "podkategoria", "alkategoria",
                 "подкатегория", "category", "kategorie", "servicename", "kategoriename", "art", "thema", "type",
                 "meldungsart", "rubrik", "kategoria", "rodzaj", "temakor", "категория", "вид",
                 "unterthema", "kategorienname", "meldungskategorie", "topic", "tema", "typpodnetu", "typzgloszenia", "tipus", "тема"),
    "parent": ("parent", "parentcategory", "hauptkategorie", "oberkategorie", "maincategory", "group", "gruppe",
               "elternkategorie", "themenbereich", "bereich", "uebergeordnet", "kategorianadrzedna", "kategoriaglowna",
               "hlavnikategorie", "nadrazenakategorie", "fokategoria", "основнакатегория", "category", "kategorie",
               "kategoria", "категория"),
    "department": ("department", "agency", "agencyresponsible", "abteilung", "amt", "dienststelle", "zustaendig",
                   "fachbereich", "referat", "zustaendigkeit", "organisation", "wydzial", "jednostka", "odbor", "osztaly",
                   "szervezetiegyseg", "отдел", "дирекция"),
    "lat": ("lat", "latitude", "breite", "breitengrad", "geobreite", "hochwert", "northing", "utmnord", "nord",
            "szerokoscgeograficzna", "szerokosc", "szergeogr", "zemepisnasirka", "sirka", "szelesseg", "foldrajziszelesseg",
            "географскаширина", "ширина", "y"),
    "lon": ("lon", "lng", "long", "longitude", "laenge", "laengengrad", "geolaenge", "rechtswert", "easting", "utmost", "ost",
            "dlugoscgeograficzna", "dlugosc", "dlgeogr", "zemepisnadelka", "delka", "hosszusag", "foldrajzihosszusag",
            "географскадължина", "дължина", "x"),
    "address": ("address", "addressstring", "adresse", "anschrift", "ort", "strasse", "standort", "location",
                "fundort", "adres", "adresa", "ulica", "ulice", "misto", "miejsce", "cim", "helyszin", "адрес", "място",
                "strassehausnummer", "strasseundhausnummer", "ortsangabe", "lokalizacja", "lokalita", "poloha", "mistoudalosti", "utca", "улица"),
    "status": ("status", "state", "zustand", "bearbeitungsstatus", "stand", "stav", "allapot", "statusz", "stan", "статус",
               "състояние"),
}  # fmt: skip
_DONE = re.compile(
    r"clos|geschlossen|erledig|abgeschlossen|done|fixed|resolved|gel(oe|ö)st|beendet|behoben|archiv"
    r"|zamkni|zako(ń|n)czon|za(ł|l)atwion|rozwi(ą|a)zan|zrealizowan|vy(ř|r)e(š|s)en|vy(ř|r)(í|i)zen|uzav(ř|r)en|ukon(č|c)en"
    r"|lez(á|a)r|megoldott|megoldva|befejez|elint(é|e)z|решен|приключ|затворен|изпълнен|завърш",
    re.I,
)
# "not done yet" holds the word for done
_NOT_YET = re.compile(
    r"\b(nicht|not|noch|nie|nem|не|není|ne)\b|unerledig|unresolved|ungel(oe|ö)st|ne(vy|uz|uk)|nie(za|ro|zr)|megoldatlan|нереш"
    r"|неприключ|незавърш",
    re.I,
)
_DECLINED = re.compile(
    r"abgelehnt|reject|declin|nicht\s+zust|unzust|ung(ue|ü)ltig|storniert|cancel|no action|odrzucon|anulowan|zam(í|i)tnut"
    r"|odm(í|i)tnut|elutas(í|i)t|отхвърл|отказан",
    re.I,
)


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
    shortened: bool = False  # longer than a text may be
    unplaced: bool = False  # a position in metres of a grid that we cannot tell: the report counts without it


@dataclass(frozen=True)
class Reading(csv_lines.Reading):
    """The same for old reports: whose clock the moments are of, which fields a file must have, and who wants to hear which
    columns are read (by field) and which are not."""

    zone: tzinfo = UTC
    month_first: bool = False
    needs: frozenset[str] = frozenset({"text", "category", "created"})
    tell: Callable[[dict[str, str], list[str]], None] = lambda _read, _unread: None


def read(stream: BinaryIO, how: Reading, *, now: datetime) -> Iterator[PastReport | BrokenLine]:
    """Every record of the file in order, good or broken. Raises FileRefused before the first one."""
    records = csv_lines.records(stream.read(), how.encoding, how.delimiter, how.legacy)
    header = next(records)[1] or []
    places = csv_lines.places(
        header, how.columns, FIELDS, _KNOWN_HEADERS, needed=[name for name in FIELDS if name in how.needs]
    )
    how.tell(
        {name: header[at] for name, at in places.items()},
        [one for at, one in enumerate(header) if at not in places.values()],
    )
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
    if closed is None and (declined or (_DONE.search(status) and not _NOT_YET.search(status))):
        closed = created
    latitude, longitude, unplaced = _position(given, how.utm_zone)
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
        shortened=len(given.get("text", "")) > LONGEST_TEXT,
        unplaced=unplaced,
    )


def _made_up_id(created: datetime, category: str, text: str) -> str:
    return "sha256:" + sha256(f"{created.isoformat()}|{category}|{text}".encode()).hexdigest()[:40]


def _moment(given: Mapping[str, str], name: str, how: Reading) -> datetime | None:
    text = given.get(name, "")
    if not text or text.lower() in _NOTHING:
        return None
    try:
        return read_moment(text, how.zone, month_first=how.month_first)
    except Unreadable:
        raise _Broken(f"{name} is no date: {text[:40]}") from None


def _position(given: Mapping[str, str], utm_zone: int) -> tuple[float | None, float | None, bool]:
    """(latitude, longitude, whether there was one that we cannot tell)."""
    if positions.are_metres(given.get("lat", ""), given.get("lon", "")):
        at = positions.position(given["lat"], given["lon"], utm_zone)
        return (*at, False) if at else (None, None, True)
    latitude, longitude = _degrees(given, "lat", 90), _degrees(given, "lon", 180)
    if (latitude is None) != (longitude is None):
        raise _Broken("only one of lat and lon")
    return latitude, longitude, False


def _degrees(given: Mapping[str, str], name: str, most: float) -> float | None:
    text = given.get(name, "")
    if not text or text.lower() in _NOTHING:
        return None
    found = positions.number(text)
    if found is None:
        raise _Broken(f"{name} is no number: {text[:40]}")
    if abs(found) > most:
        raise _Broken(f"{name} is out of range: {text[:40]}")
    return found
