"""The ticket of somebody who is typing: a signed reference to the held time, nothing stored."""

from django.core import signing
from django.http import Http404

from appointments.models import Appointment, Purpose

SALT = "appointments.hold"


def token_of(appointment: Appointment) -> str:
    return signing.Signer(salt=SALT).sign(str(appointment.pk))


def by_token(token: str) -> Appointment:
    """The held time, in whatever state it is by now; 404 for a token that we did not sign."""
    try:
        pk = int(signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    found = Appointment.objects.select_related("pool__office").filter(pk=pk, purpose=Purpose.VISIT).first()
    if found is None:
        raise Http404
    return found
