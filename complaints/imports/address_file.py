"""Reading a city's addresses from a CSV file as cities publish them: the columns are found by their names.

Pure. Positions may be degrees or metres of the UTM zone (ETRS89/WGS84). Every line becomes a `HouseNumber` or a `BrokenLine`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from complaints.imports import csv_lines, positions
from complaints.imports.csv_lines import BrokenLine, Reading
from complaints.places import streets

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


def read(stream: BinaryIO, how: Reading) -> Iterator[HouseNumber | BrokenLine]:
    """Every record of the file in order. Raises FileRefused before the first one."""
    records = csv_lines.records(stream.read(), how.encoding, how.delimiter, how.legacy)
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
    at = positions.position(given["lat"], given["lon"], how.utm_zone)
    if at is None:
        return BrokenLine(line, f"no position: {given['lat'][:20]} {given['lon'][:20]}")
    return HouseNumber(
        line, given["street"][:150], *house, given.get("postal_code", "")[:12], given.get("district", "")[:100],
        given.get("id", "")[:80], *at,
    )  # fmt: skip
