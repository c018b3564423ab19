"""What can happen to an appointment: a table that a department head can read.

A *hold* is a time kept for ten minutes while somebody types. Everything but `cancelled` and `expired` keeps its
place in the pool, also when the visit is over: the counters then tell how full the day was.
"""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    HOLD = "hold", _("kept for a moment")
    UNCONFIRMED = "unconfirmed", _("waits for confirmation")  # the click in the confirmation mail
    CONFIRMED = "confirmed", _("confirmed")
    ARRIVED = "arrived", _("arrived")
    CALLED = "called", _("called")
    SERVING = "serving", _("at the counter")
    DONE = "done", _("done")
    NO_SHOW = "no_show", _("did not come")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")


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
OPEN: Final = frozenset({State.HOLD, State.UNCONFIRMED, State.CONFIRMED})  # still ahead
