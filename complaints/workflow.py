"""The life of a case, as a table that a department head can read.

Pure: no database, no request. `NEXT` says where a case may go, `NEEDS_REASON` which of these moves must be explained, and
`by_citizen` what a reporter may do without a clerk. The models take their state names from here, so that the check
constraints in the database and this table can never disagree.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    RECEIVED = "received", _("received")
    IN_PROGRESS = "in_progress", _("in progress")
    PLANNED = "planned", _("planned")
    WAITING = "waiting", _("question to you")
    FORWARDED = "forwarded", _("passed on")
    REOPENED = "reopened", _("opened again")
    SOLVED = "solved", _("done")
    DECLINED = "declined", _("not done")
    WITHDRAWN = "withdrawn", _("withdrawn")
    MERGED = "merged", _("joined with another report")
    REFUSED = "refused", _("sorted out")


class Kind(TextChoices):
    DEFECT = "defect", _("defect")
    COMPLAINT = "complaint", _("complaint")
    PRAISE = "praise", _("praise")
    IDEA = "idea", _("idea")
    QUESTION = "question", _("question")


class Source(TextChoices):
    WEB = "web", _("website")
    OPEN311 = "open311", _("Open311")
    MAIL = "mail", _("e-mail")
    DESK = "desk", _("counter or phone")
    IMPORT = "import", _("import")


class Decision(TextChoices):
    JUSTIFIED = "justified", _("justified")
    PARTLY = "partly", _("partly justified")
    UNJUSTIFIED = "unjustified", _("not justified")


OPEN = frozenset(
    {State.RECEIVED, State.IN_PROGRESS, State.PLANNED, State.WAITING, State.FORWARDED, State.REOPENED}
)
CLOSED = frozenset(State) - OPEN
ENDINGS = frozenset({State.SOLVED, State.DECLINED, State.WITHDRAWN})  # closed after work: may be opened again
HIDDEN = frozenset({State.REFUSED, State.MERGED})  # never on a public page of its own

_WORK = frozenset({State.IN_PROGRESS, State.PLANNED, State.WAITING, State.FORWARDED})
_END = ENDINGS | {State.MERGED}

NEXT: dict[State, frozenset[State]] = {
    State.RECEIVED: _WORK | _END | {State.REFUSED},  # spam is closed unread
    State.IN_PROGRESS: _WORK - {State.IN_PROGRESS} | _END | {State.REFUSED},
    State.PLANNED: _WORK - {State.PLANNED} | _END,
    State.WAITING: _WORK - {State.WAITING} | _END,  # the citizen answers, or does not
    State.FORWARDED: _WORK - {State.FORWARDED} | _END,  # the outside body gives it back
    State.REOPENED: _WORK | _END,
    State.SOLVED: frozenset({State.REOPENED}),  # the citizen objects
    State.DECLINED: frozenset({State.REOPENED}),
    State.WITHDRAWN: frozenset({State.REOPENED}),
    State.MERGED: frozenset({State.RECEIVED}),  # joined by mistake
    State.REFUSED: frozenset({State.RECEIVED}),  # sorted out by mistake
}

NEEDS_REASON = frozenset(
    {
        State.SOLVED,
        State.DECLINED,
        State.WITHDRAWN,
        State.REFUSED,
        State.REOPENED,
        State.WAITING,
        State.FORWARDED,
    }
)

BY_CITIZEN: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.IN_PROGRESS}),
    State.SOLVED: frozenset({State.REOPENED}),
    State.DECLINED: frozenset({State.REOPENED}),
    State.WITHDRAWN: frozenset({State.REOPENED}),
} | {state: frozenset({State.WITHDRAWN}) for state in OPEN - {State.WAITING}}
BY_CITIZEN[State.WAITING] |= {State.WITHDRAWN}


class MoveRefused(Exception):
    """The table does not know this move."""

    def __init__(self, old: State, new: State) -> None:
        super().__init__(f"{old} -> {new}")
        self.old, self.new = old, new


class ReasonMissing(Exception):
    """This move must be explained, and nothing was written."""


class DecisionMissing(Exception):
    """A formal complaint cannot be closed without a decision."""


def allowed(state: State, kind: Kind) -> list[State]:
    """Where a clerk may take a case next by choosing a state, in the order of the enum.

    Joining has its own page (it needs the other case), so `merged` is not offered here.
    """
    return [s for s in State if s in NEXT[state] and s is not State.MERGED]


def check(old: State, new: State, *, kind: Kind, reason: str, decision: str = "") -> None:
    """Raise MoveRefused, ReasonMissing or DecisionMissing; return silently if a clerk may make this move."""
    if new not in NEXT[old]:
        raise MoveRefused(old, new)
    if new in NEEDS_REASON and not reason.strip():
        raise ReasonMissing
    if kind == Kind.COMPLAINT and new in {State.SOLVED, State.DECLINED} and not decision:
        raise DecisionMissing


def check_citizen(old: State, new: State, *, reason: str) -> None:
    """The same for the person who reported: opening again needs a reason, withdrawing does not."""
    if new not in BY_CITIZEN.get(old, frozenset()):
        raise MoveRefused(old, new)
    if new is State.REOPENED and not reason.strip():
        raise ReasonMissing
