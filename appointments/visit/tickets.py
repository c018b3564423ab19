"""The ticket of somebody who is typing: a signed reference to the held time, nothing stored."""

from django.core import signing
from django.http import Http404

from appointments.models import Appointment, Purpose

SALT = "appointments.hold"


def token_of(appointment: Appointment) -> str:
    return signing.Signer(salt=SALT).sign(str(appointment.pk))


def is_token(text: str) -> bool:
    """Whether we signed this; no look at the row."""
    return _key(text) is not None


def find(token: str) -> Appointment | None:
    """The held time, in whatever state it is by now; None for a token that we did not sign."""
    key = _key(token)
    if key is None:
        return None
    return Appointment.objects.select_related("pool__office").filter(pk=key, purpose=Purpose.VISIT).first()


def by_token(token: str) -> Appointment:
    """The same, or a page that is not found."""
    found = find(token)
    if found is None:
        raise Http404
    return found


def _key(token: str) -> int | None:
    try:
        return int(signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
