"""About where: good enough to say which of several offices lies nearest. An address, a street, a postal code or a district."""

import re
from statistics import fmean

from complaints.models import Address, Area
from complaints.places import geometry, locating, streets
from portal.distances import Point, distance
from portal.registries import Whereabouts

LONGEST = 200
ONE_PLACE = 3000
"""Metres that parts of one street or district may lie apart; farther ones are told apart by asking."""
_NO_DIGIT = re.compile(r"\D+")


def whereabouts(text: str) -> Whereabouts:
    """The position, or up to five ways to say it that the city knows."""
    text = " ".join(text.split())[:LONGEST]
    if hit := locating.find(text):
        return Whereabouts((hit.latitude, hit.longitude))
    for rows in (_street(text), _postal_code(text), _district(text)):
        if rows:
            return _middle(text, rows)
    if centre := _area(text):
        return Whereabouts(centre)
    return Whereabouts(None, tuple(locating.suggestions(text, 5)))


def _street(text: str) -> list[Address]:
    found = locating.on_the_list(streets.mentions(text))
    return list(Address.objects.filter(street_key=found[0].key)) if found else []


def _postal_code(text: str) -> list[Address]:
    """However its digits are set apart: 110 00, 00-950."""
    digits = _NO_DIGIT.sub("", text)
    spelt = {digits, f"{digits[:3]} {digits[3:]}", f"{digits[:2]}-{digits[2:]}"}
    return list(Address.objects.filter(postal_code__in=spelt)) if 4 <= len(digits) <= 6 else []


def _district(text: str) -> list[Address]:
    return list(Address.objects.filter(district__iexact=text)) if text else []


def _area(text: str) -> Point | None:
    area = Area.objects.filter(name__iexact=text, is_public=True).first()
    if area is None:
        return None
    box = geometry.shape(area.geometry).box
    return (box.south + box.north) / 2, (box.west + box.east) / 2


def _middle(text: str, rows: list[Address]) -> Whereabouts:
    """The middle of the houses; where they are parts of the city far from each other, which of them is meant."""
    parts: dict[tuple[str, str], list[Point]] = {}
    streets_of: dict[tuple[str, str], str] = {}
    for row in [row for row in rows if locating.names(text, row)] or rows:
        part = (row.postal_code, row.district)
        parts.setdefault(part, []).append((row.latitude, row.longitude))
        streets_of[part] = row.street
    middles = {part: (fmean(p[0] for p in some), fmean(p[1] for p in some)) for part, some in parts.items()}
    first = next(iter(middles.values()))
    if len(middles) == 1 or all(distance(first, other) <= ONE_PLACE for other in middles.values()):
        return Whereabouts((fmean(p[0] for p in middles.values()), fmean(p[1] for p in middles.values())))
    return Whereabouts(
        None, tuple(f"{streets_of[part]}, {' '.join(filter(None, part))}" for part in sorted(middles)[:5])
    )
