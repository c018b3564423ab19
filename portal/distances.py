"""How far apart two places of a city lie. Pure."""

import math

METRES_PER_DEGREE = 111_320.0

Point = tuple[float, float]  # latitude, longitude


def distance(a: Point, b: Point) -> float:
    """Metres between two points; flat, good to a per mille within a city."""
    up = (a[0] - b[0]) * METRES_PER_DEGREE
    side = (a[1] - b[1]) * METRES_PER_DEGREE * math.cos(math.radians((a[0] + b[0]) / 2))
    return math.hypot(up, side)
