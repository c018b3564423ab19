"""One step of one person in the house: the row as the page saw it, locked, moved on by the table, and written down."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.desk.models import Visit
from appointments.desk.pure.states import BOOKED_AS, NEXT, Step
from appointments.models import Appointment
from appointments.pure.refusals import Refused
from portal import audit
from portal.models import User


class MovedOn(Refused):
    """Somebody else did something with this person since the page was made."""

    sentence = _("%(number)s was changed in the meantime: %(step)s, by %(who)s at %(time)s.")

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit.pk)
        self.visit = visit

    def __str__(self) -> str:
        return str(self.sentence) % {
            "number": self.visit.number,
            "step": self.visit.get_step_display(),
            "who": self.visit.changed_by or _("the citizen"),
            "time": timezone.localtime(self.visit.changed_at).strftime("%H:%M"),
        }


class NotPossible(Refused):
    sentence = _("This step is not possible now.")


def as_seen(visit: Visit, seen: int) -> Visit:
    """The row, locked, if it still is what the page showed."""
    known = (
        Visit.objects.select_for_update(of=("self",)).select_related("changed_by", "counter").get(pk=visit.pk)
    )
    if known.version != seen:
        raise MovedOn(known)
    return known


def go(known: Visit, to: Step, actor: User | None, *, may_go_back: bool = False, **fields: Any) -> Visit:
    """One step of a row that this transaction has locked."""
    if to not in NEXT[Step(known.step)] and not may_go_back:
        raise NotPossible
    fields |= {"before": known.step, "step": to}
    for name, value in fields.items():
        setattr(known, name, value)
    follow(known)
    return saved(known, actor, f"visit {to.value}", fields, before=known.before)


def saved(visit: Visit, actor: User | None, verb: str, fields: Iterable[str], **facts: Any) -> Visit:
    """Write the changed `fields` of a locked row, and who did it."""
    visit.version += 1
    visit.changed_by = actor
    visit.save(update_fields=[*fields, "version", "changed_by", "changed_at"])
    record(visit, actor, verb, **facts)
    return visit


def record(visit: Visit, actor: User | None, verb: str, **facts: Any) -> None:
    audit.record(verb=verb, subject=visit, actor=actor, counter=visit.counter_id, **facts)


def follow(visit: Visit) -> None:
    """The appointment says what its visit says."""
    if visit.appointment_id is not None:
        Appointment.objects.filter(pk=visit.appointment_id).update(state=BOOKED_AS[Step(visit.step)])
