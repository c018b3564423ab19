"""Documents that lie ready: clerks import the list, citizens are told "not yet" kindly. Only hashes are kept."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from appointments.models import Appointment, ReadyDocument
from appointments.pure.refusals import DocumentNotReady
from portal.models import User

LONGEST_LIST = 20_000
DEMO_NUMBERS = "LA2027001, LA2027002, LA2027003"  # what the demo city's form suggests
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 \-]{3,29}")


@transaction.atomic
def import_list(
    *, lines: Iterable[str], actor: User | None = None, now: datetime | None = None
) -> tuple[int, int]:
    """Add the document numbers, one a line (what follows a semicolon is ignored). Returns (new, known or unusable)."""
    moment = now or timezone.now()
    numbers = [line.split(";")[0].strip() for line in lines if line.strip()]
    hashes = {document_hash(text) for text in numbers[:LONGEST_LIST] if _NUMBER.fullmatch(text)}
    before = ReadyDocument.objects.count()
    ReadyDocument.objects.bulk_create(
        [ReadyDocument(number_hash=value, imported_at=moment) for value in sorted(hashes)],
        ignore_conflicts=True,
    )
    added = ReadyDocument.objects.count() - before
    return added, len(numbers) - added


def check(numbers: Iterable[str]) -> list[str]:
    """The hashes of these numbers where every one lies ready, or DocumentNotReady."""
    wanted = {document_hash(number) for number in numbers}
    found = ReadyDocument.objects.filter(number_hash__in=wanted, picked_up_at__isnull=True).count()
    if not wanted or found != len(wanted):
        raise DocumentNotReady
    return sorted(wanted)


def picked_up(appointment_id: int | None, at: datetime | None) -> None:
    """Whoever had this appointment took the documents along: nobody books for them again. `at` None takes it back."""
    if appointment_id is None:  # somebody without an appointment
        return
    named = Appointment.objects.filter(pk=appointment_id).exclude(documents=[])
    for documents in named.values_list("documents", flat=True):
        ReadyDocument.objects.filter(number_hash__in=documents).update(picked_up_at=at)


def forget(before: datetime) -> int:
    """Documents that left the house before this moment."""
    return ReadyDocument.objects.filter(picked_up_at__lt=before).delete()[0]


def document_hash(number: str) -> str:
    """How the number of a ready document is kept and compared: capitals and digits only, keyed hash."""
    plain = "".join(character for character in number.upper() if character.isalnum())
    return salted_hmac(
        "appointments.ready", plain, secret=settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()
