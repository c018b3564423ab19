"""What can happen to a person in the house: a table that a head of reception can read."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from appointments.pure.states import State as Booked


class Step(TextChoices):
    WAITING = "waiting", _("waiting")
    CALLED = "called", _("called")
    SERVING = "serving", _("at the counter")
    PARKED = "parked", _("parked")
    DONE = "done", _("done")
    NO_SHOW = "no_show", _("did not come")
    LEFT = "left", _("left")


NEXT: Final[dict[Step, frozenset[Step]]] = {
    Step.WAITING: frozenset({Step.CALLED, Step.PARKED, Step.NO_SHOW, Step.LEFT}),
    Step.CALLED: frozenset({Step.SERVING, Step.WAITING, Step.PARKED, Step.NO_SHOW}),
    Step.SERVING: frozenset({Step.DONE, Step.WAITING, Step.PARKED}),  # waiting again: forwarded
    Step.PARKED: frozenset({Step.WAITING, Step.CALLED, Step.LEFT}),
    Step.DONE: frozenset({Step.SERVING, Step.WAITING}),  # undo, or sent on afterwards
    Step.NO_SHOW: frozenset({Step.WAITING, Step.CALLED}),  # undo, or came late
    Step.LEFT: frozenset({Step.WAITING}),
}

AT_COUNTER: Final = frozenset({Step.CALLED, Step.SERVING})
OVER: Final = frozenset({Step.DONE, Step.NO_SHOW, Step.LEFT})

# What the appointment behind a visit says at each step; the visit leads, the appointment follows.
BOOKED_AS: Final[dict[Step, Booked]] = {
    Step.WAITING: Booked.ARRIVED,
    Step.PARKED: Booked.ARRIVED,
    Step.CALLED: Booked.CALLED,
    Step.SERVING: Booked.SERVING,
    Step.DONE: Booked.DONE,
    Step.NO_SHOW: Booked.NO_SHOW,
    Step.LEFT: Booked.NO_SHOW,
}


class Press(TextChoices):
    """What the buttons of a row ask for, in the words that stand on them."""

    ARRIVE = "arrive", _("arrived")
    NEVER_CAME = "never_came", _("did not come")
    NO_SHOW = "no_show", _("did not come")
    LEAVE = "leave", _("went home")
    PARK = "park", _("park")
    REQUEUE = "requeue", _("back to waiting")
    UNDO = "undo", _("undo")


# what the record of a visit says to people
VERBS: Final = {
    "visit arrived": _("arrived"),
    "visit ticket": _("took a number"),
    "visit waiting": _("back to waiting"),
    "visit called": _("called"),
    "visit recalled": _("called again"),
    "visit serving": _("at the counter"),
    "visit parked": _("parked"),
    "visit forwarded": _("forwarded"),
    "visit done": _("done"),
    "visit no_show": _("did not come"),
    "visit left": _("went home"),
    "visit annotated": _("note changed"),
    "visit expected again": _("expected again"),
}
