"""Reading a city's addresses from a CSV file as cities publish them: the columns are found by their names.

Pure. Positions may be degrees or metres of the UTM zone (ETRS89/WGS84). Every line becomes a `HouseNumber` or a `BrokenLine`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import BinaryIO

from complaints.imports import csv_lines
from complaints.imports.csv_lines import BrokenLine
from complaints.places import geometry, streets

FIELDS = ("street", "number", "suffix", "postal_code", "district", "id", "lat", "lon")
_NEEDED = ("street", "number", "lat", "lon")
_KNOWN_HEADERS: dict[str, tuple[str, ...]] = {
    "street": ("street", "strasse", "strassenname", "strname", "strassenbez", "straatnaam", "ulica", "nazevulice", "utca",
               "kozterulet", "stn", "addrstreet", "ulicanazwa"),
    "number": ("number", "housenumber", "hausnummer", "hnr", "hausnr", "nr", "numer", "cislodomovni", "hazszam",
               "addrhousenumber", "hsnr", "numerporzadkowy"),
    "suffix": ("suffix", "hausnummernzusatz", "hausnrzusatz", "zusatz", "adz", "hsnrzus", "unit", "znakcislaorientacniho"),
    "postal_code": ("postcode", "postalcode", "plz", "postleitzahl", "psc", "kodpocztowy", "iranyitoszam", "zip", "addrpostcode"),
    "district": ("district", "stadtteil", "ortsteil", "ortsteilname", "bezirk", "stadtbezirk", "ott", "dzielnica",
                 "nazevcastiobce", "gemarkung"),
    "id": ("id", "oi", "objectid", "adresseid", "addressid", "hash", "gmlid", "identifikator", "kodadm", "uuid"),
    "lat": ("lat", "latitude", "breite", "breitengrad", "geobreite", "hochwert", "north", "northing", "nordwert", "ywert", "y",
            "utmnord", "ycoord", "koordinatey", "sirka"),
    "lon": ("lon", "lng", "long", "longitude", "laenge", "laengengrad", "geolaenge", "rechtswert", "east", "easting", "ostwert",
            "xwert", "x", "utmost", "xcoord", "koordinatex", "dlugosc"),
}  # fmt: skip


@dataclass(frozen=True)
class HouseNumber:
    line: int
    street: str
    number: int
    suffix: str
    postal_code: str
    district: str
    external_id: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Reading:
    """How to read the file where finding out is not enough. `utm_zone` holds for metres without a zone before them."""

    columns: Mapping[str, str] = field(default_factory=dict)
    delimiter: str = ""
    encoding: str = ""
    utm_zone: int = 0


def read(stream: BinaryIO, how: Reading) -> Iterator[HouseNumber | BrokenLine]:
    """Every record of the file in order. Raises FileRefused before the first one."""
    records = csv_lines.records(stream.read(), how.encoding, how.delimiter)
    header = next(records)[1] or []
    places = csv_lines.places(header, how.columns, FIELDS, _KNOWN_HEADERS, needed=_NEEDED)
    return (
        _one(line, cells, len(header), places, how) for line, cells in records if cells is None or any(cells)
    )


def _one(
    line: int, cells: Sequence[str] | None, width: int, places: Mapping[str, int], how: Reading
) -> HouseNumber | BrokenLine:
    if cells is None or len(cells) < width:
        return BrokenLine(line, "too few columns, or a quotation mark without a partner")
    given = {name: " ".join(cells[at].replace("\x00", "").split()) for name, at in places.items()}
    house = streets.house(given["number"] + given.get("suffix", ""))
    if not streets.key(given["street"]):
        return BrokenLine(line, "no street")
    if house is None:
        return BrokenLine(line, f"no house number: {given['number'][:40]}")
    at = _position(given["lat"], given["lon"], how.utm_zone)
    if at is None:
        return BrokenLine(line, f"no position: {given['lat'][:20]} {given['lon'][:20]}")
    return HouseNumber(
        line, given["street"][:150], *house, given.get("postal_code", "")[:12], given.get("district", "")[:100],
        given.get("id", "")[:80], *at,
    )  # fmt: skip


def _position(north: str, east: str, zone: int) -> tuple[float, float] | None:
    up, side = _number(north), _number(east)
    if up is None or side is None:
        return None
    if abs(up) <= 90 and abs(side) <= 180:
        return (up, side) if (up, side) != (0, 0) else None
    if side >= 1_000_000:  # 32 456 789: the zone stands before the metres
        zone, side = int(side // 1_000_000), side % 1_000_000
    if not (1 <= zone <= 60 and 100_000 <= side < 900_000 and 0 < up < 9_400_000):
        return None
    return geometry.from_utm(zone, side, up)


def _number(text: str) -> float | None:
    try:
        found = float(re.sub(r"[\s°']", "", text).replace(",", "."))
    except ValueError:
        return None
    return found if isfinite(found) else None
