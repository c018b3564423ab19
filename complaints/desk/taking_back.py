"""What was done to many cases with one press can be taken back: who had a case has it again, and a state that nobody has heard
of yet is as it was before. The mails of such a change wait for a quarter of an hour."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from complaints.desk import handling
from complaints.models import Case, Message
from complaints.rules import clock
from portal import audit, outbox
from portal.models import Department, User

MAILS_WAIT = timedelta(minutes=15)
_STATE = (
    "state", "closed_at", "public_note", "decision", "corrective_action", "is_public", "outside_body", "reopened_count",
    *clock.FIELDS,
)  # fmt: skip


class TooLate(Exception):
    """The citizens have been told."""


def holders(case: Case) -> dict[str, Any]:
    """Who has the case, as a session can keep it."""
    return {"department": case.department_id, "assignee": case.assignee_id}


def standing(case: Case) -> dict[str, Any]:
    """Where the case stands, as a session can keep it."""
    values = {name: case.serializable_value(name) for name in _STATE}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


@transaction.atomic
def take_back(*, case: Case, before: Mapping[str, Any], seen: datetime, actor: User) -> Case:
    """Make the case what it was `before`, unless somebody has changed it since `seen`.

    Raises handling.CaseChanged or TooLate.
    """
    if "state" not in before:
        department = Department.objects.get(pk=before["department"])
        assignee = User.objects.filter(pk=before["assignee"]).first()
        return handling.assign(case=case, department=department, assignee=assignee, actor=actor, seen=seen)
    case = Case.objects.locked(case.pk)
    if case.updated_at != seen:
        raise handling.CaseChanged
    if timezone.now() >= seen + MAILS_WAIT:
        raise TooLate
    outbox.take_back(event=handling.change_of_state(case))
    old = case.state
    for name in _STATE:
        field = Case._meta.get_field(name)
        value = field.to_python(before[name])  # type: ignore[union-attr]  # a field of the table, not a relation
        setattr(case, getattr(field, "attname", name), value)
    case.updated_at = timezone.now()
    case.save()
    moved = audit.history(case).filter(verb="moved").order_by("-id").first()
    # nobody was told: it never was a word to the citizen
    if moved is not None and moved.facts.get("message"):
        said = Message.objects.filter(pk=moved.facts["message"], case=case)
        said.update(visibility=Message.Visibility.INTERNAL, is_question=False)
    audit.record(verb="taken_back", subject=case, actor=actor, old=old, new=case.state)
    return case
