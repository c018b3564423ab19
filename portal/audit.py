"""The append-only record of every change; written by commands, read by timelines."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max, Model, QuerySet
from django.utils.crypto import salted_hmac

from portal.masking import normalised
from portal.models import AuditEntry, User


def record(*, verb: str, subject: Model, actor: User | None = None, **facts: Any) -> AuditEntry:
    """Write one entry in the caller's transaction. `facts` are JSON values without personal data."""
    return AuditEntry.objects.create(
        verb=verb,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        actor=actor,
        facts=facts,
    )


def mark(words: str) -> str:
    """Tells later whether it was these words, without keeping them: what people typed may name somebody."""
    return salted_hmac("portal.audit", normalised(words), algorithm="sha256").hexdigest()[:32]


def last_times(*, verbs: Iterable[str], of: Iterable[Model]) -> dict[str, datetime]:
    """When one of `verbs` last happened to each of these rows of one kind, by their key as text; without those it never happened to."""
    rows = list(of)
    if not rows:
        return {}
    entries = AuditEntry.objects.filter(
        subject_type=rows[0]._meta.label_lower, subject_id__in=[str(row.pk) for row in rows], verb__in=verbs
    )
    return dict(entries.values_list("subject_id").annotate(Max("at")).order_by())


def history(subject: Model) -> QuerySet[AuditEntry]:
    """All entries about `subject`, newest first, with the people who acted."""
    return AuditEntry.objects.filter(
        subject_type=subject._meta.label_lower, subject_id=str(subject.pk)
    ).select_related("actor")
