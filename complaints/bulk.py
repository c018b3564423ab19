"""One deed for many cases: looked at first, done afterwards, each case in its own transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from complaints import handling, messages, workflow
from complaints.models import Case
from complaints.refusals import REFUSALS
from complaints.workflow import Kind, State
from portal import access
from portal.models import User

MOST = 500


@dataclass(frozen=True)
class Line:
    """What happens (or happened) to one case; `refused` says why it does not."""

    case: Case
    refused: str = ""


def preview(cases: Sequence[Case], wanted: dict[str, Any], user: User) -> list[Line]:
    """What `run` would do, as far as can be known without doing it."""
    return [_try(case, wanted, user, really=False) for case in cases]


def run(cases: Sequence[Case], wanted: dict[str, Any], user: User) -> list[Line]:
    return [_try(case, wanted, user, really=True) for case in cases]


def _try(case: Case, wanted: dict[str, Any], user: User, *, really: bool) -> Line:
    try:
        if not access.may(user, "complaints.change_case", case):
            raise workflow.MoveRefused(State(case.state), State(case.state))
        (_do if really else _check)(case, wanted, user)
    except tuple(REFUSALS) as refusal:
        return Line(case, str(REFUSALS[type(refusal)]))
    return Line(case)


def _check(case: Case, wanted: dict[str, Any], user: User) -> None:
    deed = wanted["deed"]
    if deed == "take" and case.assignee is not None and case.assignee != user:
        raise handling.AlreadyTaken(case.assignee)
    if deed == "move":
        workflow.check(
            State(case.state), State(wanted["to"] or case.state), kind=Kind(case.kind),
            reason=wanted["text"], decision=case.decision,
        )  # fmt: skip
    if deed == "note" and not wanted["text"].strip():
        raise messages.TextMissing


def _do(case: Case, wanted: dict[str, Any], user: User) -> None:
    deed = wanted["deed"]
    if deed == "take":
        handling.take(case=case, actor=user)
    elif deed == "assign":
        department = wanted["department"] or case.department
        handling.assign(case=case, department=department, assignee=wanted["assignee"], actor=user)
    elif deed == "move":
        handling.move(case=case, to=State(wanted["to"] or case.state), reason=wanted["text"], actor=user)
    else:
        messages.note(case=case, text=wanted["text"], actor=user)
