"""Whether visits that are booked find a place in the hours as they are now, one after the other.

Booking hides a place rather than sell it twice (see `availability`). Here nobody is told to come another day while there
is an opening that can serve them: at each five minutes, those who can be served only by some of the openings are no
more than these have places, and all together no more than there are.
"""

from collections import defaultdict
from collections.abc import Iterable

from appointments.pure.availability import DayPlan, Span

Openings = frozenset[Span] | None  # None: whichever there are


class Seating:
    """The visits of one pool that have found a place so far."""

    def __init__(self) -> None:
        self._seated: dict[int, dict[Openings, int]] = defaultdict(dict)
        self._places: dict[tuple[int, Openings], int] = {}

    def seat(self, plan: DayPlan, units: Iterable[int]) -> bool:
        """Give a visit its place in all of `units`, if it has one; `plan` is that of its day and order."""
        wanted = []
        for unit in units:
            openings: Openings = None
            self._places[unit, None] = plan.total_at(unit)[0]
            if plan.restricted:
                openings, self._places[unit, openings] = plan.serving_at(unit)
            if not self._has_place(unit, openings):
                return False
            wanted.append((unit, openings))
        for unit, openings in wanted:
            self._seated[unit][openings] = self._seated[unit].get(openings, 0) + 1
        return True

    def _has_place(self, unit: int, openings: Openings) -> bool:
        here = self._seated[unit]
        for bound in {None, openings, *here}:
            if _within(openings, bound):
                bound_to_it = sum(count for other, count in here.items() if _within(other, bound))
                if bound_to_it >= self._places[unit, bound]:
                    return False
        return True


def _within(some: Openings, others: Openings) -> bool:
    return others is None or (some is not None and some <= others)
