"""What is kept about a person, and when it is forgotten."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from complaints.correspondence import attachments, photos
from complaints.models import ApiSubmission, Attachment, Case, Message, Photo, Reporter, Subscription, Survey
from complaints.public import status
from complaints.workflow import CLOSED, Kind
from portal import links, masking

GONE = "…"
CONTACTS_KEPT = timedelta(days=365)  # after closing: then nobody asks back any more
UNCONFIRMED_KEPT = timedelta(days=30)


def export(email: str) -> dict[str, Any]:
    """All that is kept about one e-mail address."""
    mine = Reporter.objects.filter(email=email.lower()).select_related("case")
    return {
        "complaints": [
            {
                "number": row.case.number,
                "name": row.name,
                "phone": row.phone,
                "received": row.created_at,
                "text": row.case.text if row.is_first else "",
                "state": row.case.state,
                **(_first_said(row.case) if row.is_first else {}),
                "messages": list(Message.objects.filter(reporter=row).values("created_at", "text")),
                "surveys": list(row.surveys.values("answered_at", "satisfied", "comment")),
                "photos": list(status.photos(row).values_list("file", flat=True)),
                "documents": list(Attachment.objects.filter(message__reporter=row).values("name", "file")),
            }
            for row in mine
        ],
        "complaint_subscriptions": list(
            Subscription.objects.filter(email=email.lower()).values(
                "created_at", "case__number", "area__name"
            )
        ),
    }


def _first_said(case: Case) -> dict[str, Any]:
    """What only the first reporter told."""
    sent = ApiSubmission.objects.filter(case=case).values("device_id", "account_id", "media_url").first()
    return {
        "address": case.address,
        "position": [case.latitude, case.longitude],
        "answers": case.attributes,
        "whom_it_concerns": case.concerned_text,
        "by_program": sent,
    }


def forget_contacts(now: datetime) -> int:
    """A year after closing a case is a number in the statistics: contacts, links, what was written in confidence and
    photos that were never published go. What everyone could read stays, and of ordinary reports the words, masked."""
    old = Case.objects.filter(state__in=CLOSED, closed_at__lt=now - CONTACTS_KEPT, anonymised_at=None)
    ids = list(old.values_list("pk", flat=True)[:5000])
    names: dict[int, set[str]] = {}
    for pk, name in Reporter.objects.filter(case__in=ids).exclude(name="").values_list("case", "name"):
        names.setdefault(pk, set()).update(name.split())
    rows = Reporter.objects.filter(Q(case__in=ids)).exclude(email="", name="", phone="")
    forgotten = rows.update(email="", name="", phone="", confirmed_at=None)
    links.forget(Reporter, Reporter.objects.filter(case__in=ids).values_list("pk", flat=True))
    Message.objects.filter(case__in=ids).exclude(visibility=Message.Visibility.PUBLIC).update(text=GONE)
    Survey.objects.filter(case__in=ids).update(comment="")
    Subscription.objects.filter(case__in=ids).delete()
    ApiSubmission.objects.filter(case__in=ids).update(device_id="", account_id="", media_url="")
    photos.drop(Photo.objects.filter(case__in=ids, is_public=False))
    attachments.drop(Attachment.objects.filter(case__in=ids))
    for photo in Photo.objects.filter(case__in=ids):
        photos.keep_only_published(photo)
    for_all = Case.objects.filter(pk__in=ids, public_address__isnull=False)
    for_all.update(address=F("public_address"), address_id="")
    for case in Case.objects.filter(pk__in=ids).only("kind", "text", "public_text", "is_public").iterator():
        Case.objects.filter(pk=case.pk).update(
            text=_remembered(case, names.get(case.pk, set())),
            concerned_text="",
            attributes={},
            anonymised_at=now,
        )
    return forgotten


def _remembered(case: Case, names: set[str]) -> str:
    """What a case says when nobody is left to say it: moderated words, or the citizen's without what tells who it was."""
    if case.kind == Kind.COMPLAINT:
        return GONE
    if case.is_public:
        return case.public_text
    own = "|".join(re.escape(name) for name in names if len(name) > 2)
    text = re.sub(rf"\b(?:{own})\b", "[name]", case.text, flags=re.IGNORECASE) if own else case.text
    return masking.masked_text(text)


def forget_unconfirmed(now: datetime) -> int:
    """Subscriptions that nobody confirmed."""
    return Subscription.objects.filter(confirmed_at=None, created_at__lt=now - UNCONFIRMED_KEPT).delete()[0]
