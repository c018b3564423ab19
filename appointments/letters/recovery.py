"""Lost links: the open appointments of an address, by mail to that address."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from appointments.fairness import contacts
from appointments.letters import mails
from appointments.models import Appointment
from appointments.pure.states import State
from portal import throttle

MOST = 20


@transaction.atomic
def send_links(*, email: str, language: str, now: datetime | None = None) -> bool:
    """Write one mail with the links to all appointments ahead. Nobody can use it to fill a stranger's inbox."""
    moment = now or timezone.now()
    found = list(
        Appointment.objects.filter(
            contact_key=contacts.normal_email(email),
            starts_at__gt=moment,
            state__in=[State.UNCONFIRMED, State.CONFIRMED],
        )
        .select_related("pool__office")
        .order_by("starts_at")[:MOST]
    )
    if not found:
        return False
    try:
        throttle.hit(
            scope="appointments.lost_link_to", key=contacts.normal_email(email), limit=3, seconds=3600
        )
    except throttle.TooMany:
        return False
    mails.own_appointments(found[0].email or email, found, language)
    return True
