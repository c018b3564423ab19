"""What is kept about a person, and when it is forgotten."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from appointments.fairness import contacts, ready
from appointments.models import Appointment, WaitingEntry
from appointments.pure.states import ENDED, State
from portal import links

KEPT = timedelta(days=30)  # after the visit: questions come soon, figures need no names
MOST_AT_ONCE = 10_000  # a night; what is left waits for the next one
BLANK: dict[str, Any] = {
    "name": "",
    "email": "",
    "phone": "",
    "birth_date": None,
    "contact_key": "",
    "client_key": "",
    "answers": {},
    "documents": [],
}


def export(email: str) -> dict[str, Any]:
    """All that is kept about one e-mail address, as JSON values."""
    key = contacts.normal_email(email)
    visits = Appointment.objects.filter(Q(contact_key=key) | Q(email__iexact=email)).order_by("starts_at")
    entries = WaitingEntry.objects.filter(contact_key=key).select_related("service__service")
    return {
        "appointments": [
            {
                "number": row.number,
                "state": row.state,
                "starts_at": row.starts_at.isoformat(),
                "services": [line[2] for line in row.order],
                "name": row.name,
                "birth_date": row.birth_date.isoformat() if row.birth_date else None,
                "email": row.email,
                "phone": row.phone,
                "answers": row.answers,
                "children": [
                    {
                        "name": child.name,
                        "birth_date": child.birth_date.isoformat(),
                        "guardians": child.guardians,
                    }
                    for child in row.children.all()
                ],
            }
            for row in visits.prefetch_related("children")
        ],
        "waiting_list": [
            {
                "service": entry.service.service.name,
                "state": entry.state,
                "since": entry.created_at.isoformat(),
                "name": entry.name,
                "email": entry.email,
                "first_day": entry.first_day.isoformat(),
                "last_day": entry.last_day.isoformat(),
            }
            for entry in entries
        ],
    }


def forget(now: datetime) -> int:
    """Blank the person of visits a month ago, delete holds that came to nothing and entries that ended."""
    old = now - KEPT
    named = Q(contact_key__gt="") | Q(name__gt="") | Q(client_key__gt="")
    ids = list(Appointment.objects.filter(named, ends_at__lt=old).values_list("pk", flat=True)[:MOST_AT_ONCE])
    blanked = Appointment.objects.filter(pk__in=ids).update(**BLANK)
    links.forget(Appointment, ids)
    lost = Appointment.objects.filter(
        state__in=[State.EXPIRED, State.CANCELLED],
        confirmed_at__isnull=True,
        created_at__lt=now - timedelta(days=2),
    )
    deleted, _models = lost.filter(state__in=ENDED).delete()
    ended = WaitingEntry.objects.exclude(state=WaitingEntry.State.WAITING).filter(last_day__lt=old.date())
    return blanked + deleted + ended.delete()[0] + ready.forget(old)
