"""What can happen to an appointment: a table that a department head can read.

A *hold* is a time kept for ten minutes while somebody types. Everything but `cancelled` and `expired` keeps its
place in the pool, also when the visit is over: the counters then tell how full the day was.
"""

from enum import StrEnum
from typing import Final


class State(StrEnum):
    HOLD = "hold"
    UNCONFIRMED = "unconfirmed"  # waits for the click in the confirmation mail
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    CALLED = "called"
    SERVING = "serving"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


NEXT: Final[dict[State, frozenset[State]]] = {
    State.HOLD: frozenset({State.UNCONFIRMED, State.CONFIRMED, State.EXPIRED, State.CANCELLED}),
    State.UNCONFIRMED: frozenset({State.CONFIRMED, State.EXPIRED, State.CANCELLED}),
    State.CONFIRMED: frozenset({State.ARRIVED, State.CALLED, State.NO_SHOW, State.CANCELLED}),
    State.ARRIVED: frozenset({State.CALLED, State.CONFIRMED, State.NO_SHOW, State.CANCELLED}),
    State.CALLED: frozenset({State.CALLED, State.SERVING, State.ARRIVED, State.NO_SHOW}),
    State.SERVING: frozenset({State.DONE, State.ARRIVED}),  # arrived again: forwarded to another counter
    State.DONE: frozenset({State.SERVING}),  # undo
    State.NO_SHOW: frozenset({State.CONFIRMED, State.ARRIVED, State.CALLED}),  # undo, or came late
    State.CANCELLED: frozenset(),
    State.EXPIRED: frozenset(),
}

ENDED: Final = frozenset({State.CANCELLED, State.EXPIRED})
OCCUPYING: Final = frozenset(State) - ENDED
OPEN: Final = frozenset({State.HOLD, State.UNCONFIRMED, State.CONFIRMED})  # still ahead
IN_HOUSE: Final = frozenset({State.ARRIVED, State.CALLED, State.SERVING})
