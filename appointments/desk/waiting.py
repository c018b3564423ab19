"""An honest waiting estimate from what really happened. Pure: minutes in, minutes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

FEWEST_SERVED = 5  # below this the history says nothing
ASSUMED_MINUTES = 12.0


@dataclass(frozen=True)
class Estimate:
    """`low` and `high` minutes to wait, rounded to five; what people can plan with."""

    low: int
    high: int


def minutes_per_person(served: Sequence[float]) -> float:
    """The median service time of the last people served, in minutes; a plain guess for a new office."""
    return median(served) if len(served) >= FEWEST_SERVED else ASSUMED_MINUTES


def estimate(*, ahead: int, counters: int, served: Sequence[float]) -> Estimate:
    """How long somebody waits who has `ahead` people before them at `counters` staffed counters.

    The span is half to one and a half of the expected time: service times scatter about that much.
    """
    if ahead == 0:
        return Estimate(0, 5)
    expected = ahead * minutes_per_person(served) / max(1, counters)
    return Estimate(_fives(expected * 0.5), _fives(expected * 1.5))


def _fives(minutes: float) -> int:
    return 5 * ceil(minutes / 5)
