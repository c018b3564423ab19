"""What the desk keeps about a person, and when it is forgotten: names and notes go with those of the appointments."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from appointments.desk.models import Visit
from appointments.fairness import contacts
from appointments.handover.privacy import KEPT


def export(email: str) -> dict[str, Any]:
    """The visits of one e-mail address; who came without an appointment left none."""
    theirs = Q(appointment__contact_key=contacts.normal_email(email)) | Q(appointment__email__iexact=email)
    rows = Visit.objects.filter(theirs).order_by("day", "pk")
    return {
        "visits": list(rows.values("day", "number", "name", "note", "arrived_at", "called_at", "ended_at"))
    }


def forget(now: datetime) -> int:
    """Blank names and notes of the visits of a month ago; the figures need neither."""
    old = Visit.objects.filter(day__lt=timezone.localdate(now - KEPT))
    return old.exclude(name="", note="").update(name="", note="")
