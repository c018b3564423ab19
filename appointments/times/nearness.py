"""Which office lies nearest, as the crow flies, from a place that somebody typed or that a phone told.

Nobody outside is asked and nothing is kept. In addresses of pages the place stands rounded to some hundred metres: to say
which office is nearest needs no more.
"""

import re
from collections.abc import Iterable
from statistics import fmean

from appointments.times.rules import Place, RuleBook
from portal import registries
from portal.distances import Point, distance
from portal.registries import Whereabouts

SHORTEST_NAME = 4
_WRITTEN = re.compile(r"(-?\d{1,2}\.\d{1,8}),(-?\d{1,3}\.\d{1,8})")


def find(text: str, book: RuleBook) -> Whereabouts:
    """Where the place lies by the city's list of addresses; where it has none, what stands in the addresses of the offices."""
    found = registries.whereabouts(text)
    if found.position or found.meant:
        return found
    word = text.strip().lower()
    known = {pool.place for pool in book.pools.values() if word in pool.place.address.lower()}
    spots = [spot for place in known if (spot := _position(place))] if len(word) >= SHORTEST_NAME else []
    return Whereabouts((fmean(s[0] for s in spots), fmean(s[1] for s in spots))) if spots else Whereabouts()


def written(here: Point) -> str:
    return f"{here[0]:.3f},{here[1]:.3f}"


def read(text: str) -> Point | None:
    """The place of an address line; None for anything else."""
    found = _WRITTEN.fullmatch(text)
    here = (round(float(found[1]), 3), round(float(found[2]), 3)) if found else None
    return here if here and abs(here[0]) <= 90 and abs(here[1]) <= 180 else None


def metres(place: Place, here: Point | None) -> int | None:
    """How far an office is away; None where one of both is not known."""
    spot = _position(place)
    return round(distance(here, spot)) if here and spot else None


def nearest_first(places: Iterable[Place], here: Point | None) -> list[Place]:
    """By distance, those without a position last; without a place to start from by name."""
    return sorted(places, key=lambda place: (*_far(metres(place, here)), place.name))


def _far(away: int | None) -> tuple[bool, int]:
    return (away is None, away or 0)


def _position(place: Place) -> Point | None:
    if place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude
