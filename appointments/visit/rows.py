"""The row of a visit as it stands now: the caller's copy may be old."""

from datetime import datetime

from appointments.models import Appointment
from appointments.pure.states import State


def locked(appointment: Appointment) -> Appointment:
    """The row as it is now, locked; the caller's copy may be old."""
    return (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("pool__office")
        .get(pk=appointment.pk)
    )


def fresh(appointment: Appointment) -> Appointment:
    return Appointment.objects.select_related("pool__office").get(pk=appointment.pk)


def is_held(kept: Appointment, now: datetime, state: State = State.HOLD) -> bool:
    return kept.state == state and kept.held_until is not None and kept.held_until > now
