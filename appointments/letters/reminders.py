"""Reminders before a visit: each distance once, only for visits booked before it, never afterwards."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from appointments.letters import mails
from appointments.models import Appointment
from appointments.pure.states import State
from appointments.times import rulebook


def send_due(now: datetime | None = None, limit: int = 500) -> int:
    """Write the reminder mails that are due; returns how many. Safe to run twice or side by side."""
    moment = now or timezone.now()
    sent = 0
    # the nearest first: it makes the farther ones needless
    for hours in sorted(rulebook.switches().reminder_hours):
        ids = _due(hours, moment).order_by("starts_at").values_list("pk", flat=True)[:limit]
        for pk in list(ids):
            sent += _remind(pk, hours, moment)
    return sent


def _due(hours: int, now: datetime) -> QuerySet[Appointment]:
    distance = timedelta(hours=hours)
    return Appointment.objects.filter(
        Q(reminded_hours__isnull=True) | Q(reminded_hours__gt=hours),
        state=State.CONFIRMED,
        starts_at__gt=now,
        starts_at__lte=now + distance,
        confirmed_at__lt=F("starts_at") - distance,
    ).exclude(email="")


def _remind(pk: int, hours: int, now: datetime) -> bool:
    with transaction.atomic():
        row = (
            _due(hours, now)
            .filter(pk=pk)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("pool__office")
            .first()
        )
        if row is None:
            return False
        row.reminded_hours = hours
        row.save(update_fields=["reminded_hours"])
        mails.reminder(row, hours)
        return True
