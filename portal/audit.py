"""The append-only record of every change; written by commands, read by timelines."""

from typing import Any

from django.db.models import Model, QuerySet

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


def history(subject: Model) -> QuerySet[AuditEntry]:
    """All entries about `subject`, newest first, with the people who acted."""
    return AuditEntry.objects.filter(
        subject_type=subject._meta.label_lower, subject_id=str(subject.pk)
    ).select_related("actor")
