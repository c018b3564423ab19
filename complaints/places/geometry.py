"""Points and polygons on the scale of a city. Pure: GeoJSON in, plain values out (longitude first, as GeoJSON has it)."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from portal.distances import METRES_PER_DEGREE, distance

_FAR = 100_000  # metres from the centre: no area of a city lies farther away
# WGS84, and ETRS89, which is the same to half a metre
_IN_DEGREES = re.compile(r"CRS:?84|\b(4326|4258)\b", re.IGNORECASE)

Ring = Sequence[Sequence[float]]


class NotAPolygon(ValueError):
    """The GeoJSON is no Polygon or MultiPolygon with closed rings of at least three corners."""


class NoDegrees(NotAPolygon):
    """Metres of some grid, or another reference system by name: GeoJSON has longitude and latitude of WGS84."""


class Swapped(NotAPolygon):
    """Latitude first: as it stands the polygon lies far from the city, the other way round it lies there."""


@dataclass(frozen=True)
class Box:
    """A window of the map in degrees."""

    west: float
    south: float
    east: float
    north: float

    def contains(self, latitude: float, longitude: float) -> bool:
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east

    def grown(self, metres: float) -> "Box":
        up = metres / METRES_PER_DEGREE
        side = metres / (METRES_PER_DEGREE * max(0.01, math.cos(math.radians((self.south + self.north) / 2))))
        return Box(self.west - side, self.south - up, self.east + side, self.north + up)


@dataclass(frozen=True)
class Shape:
    """One area, ready for many questions: each polygon is its outer ring and its holes."""

    polygons: tuple[tuple[Ring, ...], ...]
    box: Box

    def contains(self, latitude: float, longitude: float) -> bool:
        """Whether the point lies inside; a point on the outer edge may count either way, one in a hole does not."""
        if not self.box.contains(latitude, longitude):
            return False
        return any(
            _in_ring(latitude, longitude, rings[0])
            and not any(_in_ring(latitude, longitude, hole) for hole in rings[1:])
            for rings in self.polygons
        )


def shape(geojson: Any) -> Shape:
    """Read a Polygon, MultiPolygon, Feature or FeatureCollection. Raises NotAPolygon."""
    polygons = tuple(_polygons(geojson))
    corners = [corner for rings in polygons for corner in rings[0]]
    if not corners:
        raise NotAPolygon
    box = Box(
        min(c[0] for c in corners),
        min(c[1] for c in corners),
        max(c[0] for c in corners),
        max(c[1] for c in corners),
    )
    return Shape(polygons, box)


def usable(geojson: Any, *, city: tuple[float, float]) -> Shape:
    """The shape of what somebody wants to arrange; `city` is (latitude, longitude) of its centre. Raises NotAPolygon, more
    exactly NoDegrees or Swapped where that is the reason."""
    named = geojson.get("crs") if isinstance(geojson, dict) else None
    found = shape(geojson)
    box = found.box
    corners = (box.west, box.south, box.east, box.north)
    if not all(
        math.isfinite(corner) for rings in found.polygons for ring in rings for p in ring for corner in p
    ):
        raise NotAPolygon
    if min(corners) < -180 or max(corners) > 180 or (named and not _IN_DEGREES.search(str(named))):
        raise NoDegrees
    turned = Box(box.south, box.west, box.north, box.east)
    if turned.grown(_FAR).contains(*city) and not box.grown(_FAR).contains(*city):
        raise Swapped
    if min(box.south, box.north) < -90 or max(box.south, box.north) > 90:
        raise NoDegrees
    return found


def around(latitude: float, longitude: float, metres: float) -> Box:
    """The square window that holds every point within `metres`."""
    return Box(longitude, latitude, longitude, latitude).grown(metres)


def simplified(line: Sequence[tuple[float, float]], metres: float) -> list[tuple[float, float]]:
    """The line of (latitude, longitude) with fewer corners, good to `metres` (Douglas and Peucker, without recursion).

    What lies closer together is thinned first, so that a boundary measured every metre does not cost its square.
    """
    thin = list(line[:1])
    for point in line[1:]:
        if distance(point, thin[-1]) > metres / 2:
            thin.append(point)
    if len(line) > 1 and thin[-1] != line[-1]:
        thin.append(line[-1])
    kept, spans = {0, len(thin) - 1}, [(0, len(thin) - 1)]
    while spans:
        first, last = spans.pop()
        away = [_beside(thin[at], thin[first], thin[last]) for at in range(first + 1, last)]
        if away and max(away) > metres / 2:
            corner = first + 1 + away.index(max(away))
            kept.add(corner)
            spans += [(first, corner), (corner, last)]
    return [point for at, point in enumerate(thin) if at in kept]


def _beside(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """Metres from the point to the straight piece between two others."""
    shrink = math.cos(math.radians(start[0]))
    x, y = (point[1] - start[1]) * shrink, point[0] - start[0]
    dx, dy = (end[1] - start[1]) * shrink, end[0] - start[0]
    length = dx * dx + dy * dy
    along = max(0.0, min(1.0, (x * dx + y * dy) / length)) if length else 0.0
    return math.hypot(x - along * dx, y - along * dy) * METRES_PER_DEGREE


def from_utm(zone: int, east: float, north: float) -> tuple[float, float]:
    """(latitude, longitude) of metres in a northern UTM zone on the ellipsoid of WGS84 and ETRS89, good to a decimetre.

    Source: the series of Snyder, Map Projections, USGS Professional Paper 1395, pages 63 and 64.
    """
    axis, flattening, scale = 6_378_137.0, 1 / 298.257_223_563, 0.9996
    e2 = flattening * (2 - flattening)
    ep2 = e2 / (1 - e2)
    mu = north / scale / (axis * (1 - e2 / 4 - 3 * e2**2 / 64 - 5 * e2**3 / 256))
    e1 = (1 - math.sqrt(1 - e2)) / (1 + math.sqrt(1 - e2))
    foot = (
        mu
        + (3 * e1 / 2 - 27 * e1**3 / 32) * math.sin(2 * mu)
        + (21 * e1**2 / 16 - 55 * e1**4 / 32) * math.sin(4 * mu)
        + (151 * e1**3 / 96) * math.sin(6 * mu)
    )
    tangent, bend = math.tan(foot) ** 2, ep2 * math.cos(foot) ** 2
    across = axis / math.sqrt(1 - e2 * math.sin(foot) ** 2)
    along = axis * (1 - e2) / (1 - e2 * math.sin(foot) ** 2) ** 1.5
    d = (east - 500_000) / (across * scale)
    latitude = foot - across * math.tan(foot) / along * (
        d**2 / 2
        - (5 + 3 * tangent + 10 * bend - 4 * bend**2 - 9 * ep2) * d**4 / 24
        + (61 + 90 * tangent + 298 * bend + 45 * tangent**2 - 252 * ep2 - 3 * bend**2) * d**6 / 720
    )
    longitude = (
        d
        - (1 + 2 * tangent + bend) * d**3 / 6
        + (5 - 2 * bend + 28 * tangent - 3 * bend**2 + 8 * ep2 + 24 * tangent**2) * d**5 / 120
    ) / math.cos(foot)
    return math.degrees(latitude), zone * 6 - 183 + math.degrees(longitude)


def _polygons(geojson: Any) -> Iterable[tuple[Ring, ...]]:
    if not isinstance(geojson, dict):
        raise NotAPolygon
    kind = geojson.get("type")
    if kind == "Feature":
        yield from _polygons(geojson.get("geometry"))
    elif kind == "FeatureCollection":
        for feature in geojson.get("features") or ():
            yield from _polygons(feature)
    elif kind == "Polygon":
        yield _rings(geojson.get("coordinates"))
    elif kind == "MultiPolygon":
        for coordinates in geojson.get("coordinates") or ():
            yield _rings(coordinates)
    else:
        raise NotAPolygon


def _rings(coordinates: Any) -> tuple[Ring, ...]:
    try:
        rings = tuple([(float(corner[0]), float(corner[1])) for corner in ring] for ring in coordinates)
    except (TypeError, ValueError, IndexError, KeyError):
        raise NotAPolygon from None
    if not rings or any(len(ring) < 4 for ring in rings):
        raise NotAPolygon
    return rings


def _in_ring(latitude: float, longitude: float, ring: Ring) -> bool:
    """Count how often a ray to the east crosses the ring."""
    inside = False
    x0, y0 = ring[-1][0], ring[-1][1]
    for x1, y1 in ring:
        if (y1 > latitude) != (y0 > latitude) and longitude < (x0 - x1) * (latitude - y1) / (y0 - y1) + x1:
            inside = not inside
        x0, y0 = x1, y1
    return inside
