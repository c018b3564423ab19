"""An honest waiting estimate from what really happened. Pure: minutes in, minutes out."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import ceil, floor

FEWEST_SERVED = 5  # below this the history says nothing, and so do we
RUNS = 200
LOW, HIGH = 0.1, 0.9
MOST_AHEAD = 200


@dataclass(frozen=True)
class Estimate:
    """`low` and `high` minutes to wait, in steps of five: eight of ten people are called between them."""

    low: int
    high: int


def estimate(
    *, ahead: int, counters: int, busy: int, served: Sequence[float], due: Sequence[float] = ()
) -> Estimate | None:
    """How long somebody waits who has `ahead` people before them; None when nobody can know.

    `counters` are staffed, `busy` of them have somebody now. `served` = minutes that the last people kept a counter.
    `due` = in how many minutes appointments come that are called first. The day is played through with lengths
    drawn from `served`, the same draw each time: two screens must not contradict each other.
    """
    if counters == 0 or len(served) < FEWEST_SERVED:
        return None
    draw = random.Random(len(served))  # noqa: S311 - a forecast, not a secret
    courses = (draw.choices(served, k=len(served)) for _ in range(RUNS))  # forty people are not all people
    waits = sorted(_play(draw, min(ahead, MOST_AHEAD), counters, busy, lengths, due) for lengths in courses)
    low, high = waits[int(LOW * RUNS)], waits[int(HIGH * RUNS)]
    return Estimate(5 * floor(low / 5), max(5, 5 * ceil(high / 5)))


def _play(
    draw: random.Random, ahead: int, counters: int, busy: int, lengths: Sequence[float], due: Sequence[float]
) -> float:
    """Minutes until a counter is free for this person, in one imagined course of the day."""
    free = [draw.choice(lengths) * draw.random() if n < busy else 0.0 for n in range(counters)]
    heapify(free)
    coming = 0
    while True:
        now = free[0]
        if coming < len(due) and due[coming] <= now:
            coming += 1
        elif ahead:
            ahead -= 1
        else:
            return now
        heappush(free, heappop(free) + draw.choice(lengths))
