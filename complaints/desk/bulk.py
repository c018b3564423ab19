"""One deed for many cases: looked at first, done afterwards, each case in its own transaction; what was handed over can be
given back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from complaints import workflow
from complaints.correspondence import messages
from complaints.desk import handling
from complaints.desk.refusals import REFUSALS
from complaints.models import Case, Reporter
from complaints.workflow import Kind, State
from portal import access
from portal.models import Department, User

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


WayBack = list[list[Any]]  # [number, department, clerk or None, when it was changed]: what a session can keep


def way_back(cases: Sequence[Case], outcome: Sequence[Line], wanted: dict[str, Any]) -> WayBack:
    """What `give_back` needs. `cases` as they were before; only handing over can be undone, words are with the citizen."""
    if wanted["deed"] not in {"take", "assign"}:
        return []
    done = {line.case.pk for line in outcome if not line.refused}
    now = dict(Case.objects.filter(pk__in=done).values_list("pk", "updated_at"))
    return [
        [case.number, case.department_id, case.assignee_id, now[case.pk].isoformat()]
        for case in cases
        if case.pk in now and now[case.pk] != case.updated_at
    ]


def give_back(way: WayBack, user: User) -> list[Line]:
    """Everything to whom it belonged before; what somebody has changed in the meantime stays as it is now."""
    cases = Case.objects.select_related("department").in_bulk([row[0] for row in way], field_name="number")
    departments = Department.objects.in_bulk([row[1] for row in way])
    clerks = User.objects.in_bulk([row[2] for row in way if row[2]])
    return [
        _given_back(
            cases[number], departments[department], clerks.get(clerk), datetime.fromisoformat(changed), user
        )
        for number, department, clerk, changed in way
        if number in cases and department in departments
    ]


def told(cases: Sequence[Case], wanted: dict[str, Any]) -> int:
    """How many people get a mail by it."""
    silent = wanted["deed"] != "move" or wanted["to"] in {State.REFUSED, State.RECEIVED}
    if silent:
        return 0
    pks = [case.pk for case in cases]
    return Reporter.objects.filter(Q(case__in=pks) | Q(case__merged_into__in=pks)).reachable().count()


def _given_back(case: Case, department: Department, clerk: User | None, seen: datetime, user: User) -> Line:
    try:
        handling.assign(case=case, department=department, assignee=clerk, actor=user, seen=seen)
    except tuple(REFUSALS) as refusal:
        return Line(case, str(REFUSALS[type(refusal)]))
    return Line(case)


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
