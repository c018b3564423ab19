"""A place as tables write it: degrees, or metres of a UTM zone. Pure."""

import re
from math import isfinite

from complaints.places import geometry

# other leading digits are Gauss-Krüger's or Switzerland's, whose metres are none of UTM
_ZONES_OF_EUROPE = range(28, 39)


def position(north: str, east: str, zone: int) -> tuple[float, float] | None:
    """(latitude, longitude) of what two cells say; None if it is no place on earth that we can tell."""
    up, side = number(north), number(east)
    if up is None or side is None:
        return None
    if abs(up) <= 90 and abs(side) <= 180:
        return (up, side) if (up, side) != (0, 0) else None
    if side >= 1_000_000:  # 32 456 789: the zone stands before the metres
        zone, side = int(side // 1_000_000), side % 1_000_000
        if zone not in _ZONES_OF_EUROPE:
            return None
    if not (1 <= zone <= 60 and 100_000 <= side < 900_000 and 0 < up < 9_400_000):
        return None
    return geometry.from_utm(zone, side, up)


def are_metres(north: str, east: str) -> bool:
    """Whether both cells are numbers far too large for degrees: metres of some grid."""
    up, side = number(north), number(east)
    return up is not None and side is not None and abs(up) > 1000 and abs(side) > 1000


def number(text: str) -> float | None:
    try:
        found = float(re.sub(r"[\s°']", "", text).replace(",", "."))
    except ValueError:
        return None
    return found if isfinite(found) else None
