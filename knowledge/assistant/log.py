"""What is kept of a conversation: each question masked, for 30 days; then only counts. No session, no address."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from knowledge.assistant.models import DayCount, Turn
from knowledge.assistant.replies import Reply
from portal import registries
from portal.masking import masked_text

KEPT = timedelta(days=30)


def note(reply: Reply) -> Turn:
    """Keep one question and how it ended; a rejected text itself is not kept."""
    return Turn.objects.create(
        language=reply.spoken[:5],
        question="" if reply.kind == Turn.Kind.REJECTED else masked_text(reply.question)[:300],
        kind=reply.kind,
        route=reply.route,
        aspect=reply.aspect,
        article_id=reply.source.article_id or None if reply.source else None,
        confidence=reply.confidence,
        by_model=reply.by_model,
    )


def rate(turn_id: int, *, good: bool, reason: str = "") -> bool:
    """The thumb of a citizen; the last press counts. False when the question is no longer there."""
    rating = Turn.Rating.GOOD if good else Turn.Rating.BAD
    changes = {
        "rating": rating,
        "settled": False,
        **({"reason": masked_text(reason)[:300]} if reason else {}),
    }
    return bool(Turn.objects.filter(pk=turn_id).update(**changes))


@transaction.atomic
def forget(now: datetime) -> int:
    """Turn questions older than 30 days into counts per day, language and kind."""
    old = Turn.objects.filter(asked_at__lt=now - KEPT)
    counted = (
        old.annotate(day=TruncDate("asked_at"))
        .values("day", "language", "kind")
        .annotate(
            n=Count("pk"),
            n_good=Count("pk", filter=Q(rating="good")),
            n_bad=Count("pk", filter=Q(rating="bad")),
        )
    )
    for row in counted:
        kept, _new = DayCount.objects.get_or_create(
            day=row["day"], language=row["language"], kind=row["kind"]
        )
        DayCount.objects.filter(pk=kept.pk).update(
            questions=F("questions") + row["n"], good=F("good") + row["n_good"], bad=F("bad") + row["n_bad"]
        )
    return old.delete()[0]


def register() -> None:
    registries.retention_rules.add(registries.RetentionRule("questions to the assistant", forget))
