"""A report over Open311 becomes a case through the same door as every other, with a note of who sent it."""

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints.correspondence import photos
from complaints.intake import reporting
from complaints.models import ApiKey, ApiSubmission, Attribute, Case, Category
from complaints.open311 import keys
from complaints.open311.submission import Submission
from complaints.places.place import Place
from complaints.rules import routing
from complaints.workflow import Source

_KEYS_NAMESPACE = uuid.UUID("5a1e0b9c-3b0f-4a86-9a55-27b5f2f1c311")


class NotAccepted(Exception):
    """The report was refused; the sentence says why."""


@dataclass(frozen=True)
class Accepted:
    """The number of the case, or a token if the key wants one."""

    number: str
    token: str


def accept(
    submission: Submission, *, category: Category, key: ApiKey, images: Sequence[bytes] = (), once: str = ""
) -> Accepted:
    """File the report. `once` (an Idempotency-Key) makes a repetition return the first case. Raises NotAccepted."""
    form_key = uuid.uuid5(_KEYS_NAMESPACE, f"{key.pk}:{once}") if once else None
    token = secrets.token_urlsafe(16) if key.answers_with_token else ""
    try:
        clean = [photos.clean(image) for image in images]
        with transaction.atomic():
            case = reporting.report(_report(submission, category), form_key=form_key, images=clean)
            stored, is_new = ApiSubmission.objects.get_or_create(
                case=case,
                defaults={
                    "key": key,
                    "token_hash": keys.hashed(token) if token else "",
                    "device_id": submission.device_id,
                    "account_id": submission.account_id,
                    "media_url": submission.media_url,
                },
            )
            if token and not is_new:  # the answer to the first time was lost: the new token is the good one
                stored.token_hash = keys.hashed(token)
                stored.save(update_fields=["token_hash"])
    except routing.OutsideCity:
        raise NotAccepted(_("The position lies outside the city.")) from None
    except routing.NoDepartment:
        raise NotAccepted(_("The city does not take reports yet.")) from None
    except photos.TooMany:
        raise NotAccepted(_("More than %(most)d photos.") % {"most": photos.MOST_PHOTOS}) from None
    except photos.PhotoRefused:
        raise NotAccepted(_("A file is not a photo that can be read, or it is too large.")) from None
    except reporting.ReportRefused:
        raise NotAccepted(_("The report cannot be read.")) from None
    return Accepted(case.number, token)


def case_of_token(token: str) -> Case | None:
    found = ApiSubmission.objects.select_related("case").filter(token_hash=keys.hashed(token)).first()
    return found.case if found else None


def _report(submission: Submission, category: Category) -> reporting.Report:
    place = Place(submission.latitude, submission.longitude, submission.address, submission.address_id)
    contact = reporting.Contact(
        name=f"{submission.first_name} {submission.last_name}".strip(),
        email=submission.email,
        phone=submission.phone,
    )
    return reporting.Report(
        text=submission.description or _("Report without a text: %(category)s") % {"category": category.name},
        category=category,
        place=place,
        contact=contact,
        source=Source.OPEN311,
        language=get_language() or "de",
        attributes=_stored(submission.answers, {one.code: one for one in category.attributes.all()}),
    )


def _stored(
    answers: Sequence[tuple[str, tuple[str, ...]]], asked: Mapping[str, Attribute]
) -> dict[str, str | list[str]]:
    """One value as text, a list only for questions that take several."""
    return {
        code: list(values) if asked[code].datatype == Attribute.Datatype.MULTI else values[0]
        for code, values in answers
    }
