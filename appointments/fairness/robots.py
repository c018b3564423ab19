"""Who books: a person, or a program that books for resale? People are never asked to solve riddles.

Every form carries a field that only programs fill (honeypot) and the signed moment it was shown. Hurried forms are
accepted a few times an hour per network and then, like browsers that did not do the proof of work where the city asks
for it, must be confirmed by a click in the mail: slower, never closed.
"""

import hashlib
import secrets
from datetime import timedelta

from django.core import signing
from django.http import HttpRequest
from django.utils import timezone

from appointments.models import Appointment, Switches
from portal import throttle

FORM_SALT = "appointments.form"
PROOF_SALT = "appointments.proof"
FORM_LIVES = timedelta(hours=12)
HUMAN_TIME = timedelta(seconds=1)
HURRIED_PER_HOUR = 10


def stamp() -> str:
    """The signed moment a form was shown, with something random so that it can be told apart."""
    return signing.TimestampSigner(salt=FORM_SALT).sign(secrets.token_urlsafe(6))


def is_stamped(value: str) -> bool:
    """Whether we showed this form, not too long ago."""
    try:
        signing.TimestampSigner(salt=FORM_SALT).unsign(value, max_age=FORM_LIVES)
    except signing.BadSignature:
        return False
    return True


def is_hurried(value: str) -> bool:
    try:
        signing.TimestampSigner(salt=FORM_SALT).unsign(value, max_age=HUMAN_TIME)
    except signing.BadSignature:  # older than that: a person had time to read
        return False
    return True


def too_often_hurried(request: HttpRequest) -> bool:
    """Count a hurried form; True from the eleventh an hour of one network on."""
    try:
        throttle.hit(
            scope="appointments.hurried",
            key=throttle.client_key(request),
            limit=HURRIED_PER_HOUR,
            seconds=3600,
        )
    except throttle.TooMany:
        return True
    return False


def challenge(kept: Appointment) -> str:
    """What the browser works on for this held time: signed, good for an hour, worth nothing for another one."""
    return signing.TimestampSigner(salt=PROOF_SALT).sign(f"{kept.number}.{secrets.token_urlsafe(12)}")


def is_proof(value: str, nonce: str, *, number: str, bits: int) -> bool:
    """Whether SHA-256 of "challenge.nonce" begins with `bits` zero bits, and the challenge is that of `number`."""
    try:
        said = signing.TimestampSigner(salt=PROOF_SALT).unsign(value, max_age=timedelta(hours=1))
    except signing.BadSignature:
        return False
    if said.partition(".")[0] != number or not nonce.isdigit() or len(nonce) > 12:
        return False
    digest = hashlib.sha256(f"{value}.{nonce}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0


def must_confirm(
    request: HttpRequest, switches: Switches, kept: Appointment, stamped: str, proof: tuple[str, str]
) -> bool:
    """Whether the booking of this held time only counts after a click in the mail."""
    if switches.proof_of_work and not is_proof(*proof, number=kept.number, bits=switches.proof_bits):
        return True
    quick = timezone.now() - kept.created_at < HUMAN_TIME  # an old stamp, sent again, hides no hurry
    return (quick or is_hurried(stamped)) and too_often_hurried(request)
