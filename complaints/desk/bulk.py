"""One deed for many cases: looked at first, done afterwards, each case in its own transaction; it can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from complaints import workflow
from complaints.correspondence import messages
from complaints.desk import handling, taking_back
from complaints.desk.refusals import REFUSALS, NobodyChosen, NotYours, StateMissing
from complaints.models import Case, Reporter
from complaints.workflow import Kind, State
from portal import access
from portal.models import User

MOST = 500
WAY_BACK = "complaints.before"  # in the session: what the cases of the last deed for many were before


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


WayBack = list[list[Any]]  # [number, what it was before, when it was changed]: what a session can keep


def way_back(cases: Sequence[Case], outcome: Sequence[Line], wanted: dict[str, Any]) -> WayBack:
    """What `take_back` needs; `cases` as they were before. A note stays."""
    if wanted["deed"] == "note":
        return []
    kept = taking_back.standing if wanted["deed"] == "move" else taking_back.holders
    done = {line.case.pk for line in outcome if not line.refused}
    now = dict(Case.objects.filter(pk__in=done).values_list("pk", "updated_at"))
    return [
        [case.number, kept(case), now[case.pk].isoformat()]
        for case in cases
        if case.pk in now and now[case.pk] != case.updated_at
    ]


def may_return(way: WayBack) -> int:
    """How many cases can still be taken back: those whose mails have left cannot."""
    now = timezone.now() - taking_back.MAILS_WAIT
    return sum(
        1 for _number, before, seen in way if "state" not in before or datetime.fromisoformat(seen) > now
    )


def take_back(way: WayBack, user: User) -> list[Line]:
    """Everything as it was before; what somebody has changed in the meantime stays as it is now."""
    cases = Case.objects.select_related("department").in_bulk([row[0] for row in way], field_name="number")
    return [
        _taken_back(cases[number], before, datetime.fromisoformat(seen), user)
        for number, before, seen in way
        if number in cases
    ]


def told(cases: Sequence[Case], wanted: dict[str, Any]) -> int:
    """How many people get a mail by it."""
    silent = wanted["deed"] != "move" or wanted["to"] in {State.REFUSED, State.RECEIVED}
    if silent:
        return 0
    pks = [case.pk for case in cases]
    return Reporter.objects.filter(Q(case__in=pks) | Q(case__merged_into__in=pks)).reachable().count()


def _taken_back(case: Case, before: dict[str, Any], seen: datetime, user: User) -> Line:
    try:
        taking_back.take_back(case=case, before=before, seen=seen, actor=user)
    except tuple(REFUSALS) as refusal:
        return Line(case, str(REFUSALS[type(refusal)]))
    return Line(case)


def _try(case: Case, wanted: dict[str, Any], user: User, *, really: bool) -> Line:
    try:
        if not (access.may(user, "complaints.change_case", case) or case.assignee_id == user.pk):
            raise NotYours
        _check(case, wanted, user)
        if really:
            _do(case, wanted, user)
    except tuple(REFUSALS) as refusal:
        return Line(case, str(REFUSALS[type(refusal)]))
    return Line(case)


def _check(case: Case, wanted: dict[str, Any], user: User) -> None:
    deed = wanted["deed"]
    if deed == "take" and case.assignee is not None and case.assignee != user:
        raise handling.AlreadyTaken(case.assignee)
    if deed == "assign":
        if not (wanted["department"] or wanted["assignee"]):
            raise NobodyChosen
        if wanted["assignee"] in case.concerned_people.all():
            raise handling.ConcernedPerson
    if deed == "move":
        if not wanted["to"]:
            raise StateMissing
        workflow.check(
            State(case.state), State(wanted["to"]), kind=Kind(case.kind),
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
        to, wait = State(wanted["to"]), taking_back.MAILS_WAIT
        handling.move(case=case, to=to, reason=wanted["text"], actor=user, mails_wait=wait)
    else:
        messages.note(case=case, text=wanted["text"], actor=user)
