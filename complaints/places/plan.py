"""The city's own plan: boundary, districts and streets as lines, for a map that asks nobody outside for pictures.

Streets come from the list of addresses: a line runs between the houses of both sides, from the first number to the last.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from django.core.cache import cache
from django.db.models import Count

from complaints.models import Address, Area, ComplaintSettings
from complaints.places import geometry
from portal.distances import distance

KEY, KEPT_SECONDS = "complaints.plan", 600
MOST_STREETS = 3000  # those with the most houses: a line costs some 100 bytes
_GAP = 250  # metres without a house: another part of the street, or another one of the same name
_FINE = 6  # metres that a line may lie beside its corners

Point = tuple[float, float]


def drawn() -> bytes:
    """The plan as JSON; points are [latitude, longitude]. Kept for some minutes, because polygons are long."""
    known: bytes | None = cache.get(KEY)
    if known is None:
        plan = {"city": _city(), "areas": _areas(), "streets": [[name, *line] for name, line in _streets()]}
        known = json.dumps(plan, ensure_ascii=False, separators=(",", ":")).encode()
        cache.set(KEY, known, KEPT_SECONDS)
    return known


def middle(houses: Iterable[tuple[int, float, float]]) -> Iterator[list[Point]]:
    """Lines along houses (number, latitude, longitude), in the middle between even and odd ones; a gap ends a line."""
    by_number = [
        (number, _mean([row[1:] for row in rows])) for number, rows in groupby(sorted(houses), itemgetter(0))
    ]
    line: list[Point] = []
    for (_one, here), (_other, there) in pairwise(by_number):
        if distance(here, there) > _GAP:
            yield from _smooth(line)
            line = []
        else:
            line.append(_mean([here, there]))
    yield from _smooth(line)


def _smooth(line: list[Point]) -> Iterator[list[Point]]:
    """A missing number lets the line swing to one side; the mean with its neighbours takes that back."""
    if len(line) > 1:
        inner = [_mean(line[at - 1 : at + 2]) for at in range(1, len(line) - 1)]
        yield _rounded(geometry.simplified([line[0], *inner, line[-1]], _FINE))


def _city() -> list[list[Point]]:
    boundary = ComplaintSettings.current().boundary
    return _outlines(boundary) if boundary else []


def _areas() -> list[dict[str, Any]]:
    shown = Area.objects.filter(is_public=True)
    return [{"name": area.name, "rings": _outlines(area.geometry)} for area in shown]


def _outlines(geojson: Any) -> list[list[Point]]:
    rings = [ring for rings in geometry.shape(geojson).polygons for ring in rings]
    turned = [[(corner[1], corner[0]) for corner in ring] for ring in rings]
    return [_rounded(geometry.simplified(ring, 2 * _FINE)) for ring in turned]


def _streets() -> Iterator[tuple[str, list[Point]]]:
    """(name, line); streets of one name in several districts or postal codes have lines of their own."""
    parts = ("street_key", "district", "postal_code")
    largest = Address.objects.order_by().values("street_key").annotate(n=Count("pk")).order_by("-n")
    wanted = largest.values_list("street_key", flat=True)[:MOST_STREETS]
    rows = Address.objects.filter(street_key__in=list(wanted)).order_by(*parts, "number")
    found = rows.values_list(*parts, "street", "number", "latitude", "longitude").iterator(chunk_size=5000)
    for _part, houses in groupby(found, itemgetter(0, 1, 2)):
        known = list(houses)
        for line in middle(house[4:] for house in known):
            yield known[0][3], line


def _mean(points: list[Point]) -> Point:
    return sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)


def _rounded(line: Iterable[Point]) -> list[Point]:
    return [(round(latitude, 5), round(longitude, 5)) for latitude, longitude in line]
