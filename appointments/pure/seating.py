"""Whether visits that are booked find a place in the hours as they are now, one after the other.

Booking hides a place rather than sell it twice (see `availability`). Here nobody is told to come another day while there
is an opening that can serve them: at each five minutes, of any openings taken together those who can be served only there
are no more than these have places, and all together no more than there are. This is exact, also where openings serve
partly the same (Hall's marriage theorem).
"""

from collections import defaultdict
from collections.abc import Iterable

from appointments.pure.availability import DayPlan, Span

Openings = frozenset[Span] | None  # None: whichever there are
MOST_UNIONS = 64
"""Where seven or more openings at once serve partly the same, not all of them are looked at together: in doubt one fits."""


class Seating:
    """The visits of one pool that have found a place so far."""

    def __init__(self) -> None:
        self._seated: dict[int, dict[Openings, int]] = defaultdict(dict)

    def seat(self, plan: DayPlan, units: Iterable[int]) -> bool:
        """Give a visit its place in all of `units`, if it has one; `plan` is that of its day and order."""
        wanted = []
        for unit in units:
            here, total = self._seated[unit], plan.total_at(unit)[0]
            if sum(here.values()) >= total:
                return False
            openings: Openings = None
            if plan.restricted:
                openings, places = plan.serving_at(unit)
                if not _has_place(here, openings, places):
                    return False
            wanted.append((unit, openings))
        for unit, openings in wanted:
            self._seated[unit][openings] = self._seated[unit].get(openings, 0) + 1
        return True


def _has_place(here: dict[Openings, int], openings: frozenset[Span], places: int) -> bool:
    """For one more whom only `openings` serve, which have so many `places` together, beside those who are `here`."""
    special = {others: count for others, count in here.items() if others is not None}
    if sum(special.values()) < places:  # all of them fit into these openings alone
        return True
    absent = sum(span.capacity for span in openings) - places
    unions = {openings}
    for others in special:
        if len(unions) > MOST_UNIONS:
            break
        unions |= {union | others for union in unions}
    return all(
        sum(count for others, count in special.items() if others <= union)
        < sum(span.capacity for span in union) - absent
        for union in unions
    )
