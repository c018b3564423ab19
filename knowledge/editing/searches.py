"""Which searches need an editor's hand: what found nothing, what hardly anybody clicked. What is cured leaves the lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Max, Q
from django.utils import timezone

from knowledge.articles import retrieval
from knowledge.models import Article, ExampleQuestion, SearchEvent, Synonym
from portal import audit
from portal.masking import normalised
from portal.models import AuditEntry

MOST_ROWS = 200
SEARCHES_WANTED = 5
LOW_CLICKS = 0.2
PATIENCE = timedelta(days=30)  # a cure needs new searches before it can show


def unanswered() -> list[dict[str, Any]]:
    """Searches without a result (query, language, number), the most frequent first."""
    rows: Any = (
        SearchEvent.objects.filter(kind=SearchEvent.Kind.SEARCH)
        .values("query", "language")
        .annotate(number=Count("pk"), most=Max("hits"))
        .filter(most=0)
        .order_by("-number", "query")[:MOST_ROWS]
    )
    begun, taught = _begun(), _taught()
    return [row for row in rows if row["query"] not in begun and not _is_cured(row, taught)]


def hardly_clicked() -> list[dict[str, Any]]:
    """Searches with results that few opened (query, language, searched, clicked), except those cured lately."""
    searched = Count("pk", filter=Q(kind=SearchEvent.Kind.SEARCH))
    clicked = Count("pk", filter=Q(kind=SearchEvent.Kind.CLICK))
    rows: Any = (
        SearchEvent.objects.values("query", "language")
        .annotate(searched=searched, clicked=clicked, most=Max("hits"))
        .filter(searched__gte=SEARCHES_WANTED, most__gt=0, clicked__lt=F("searched") * LOW_CLICKS)
        .order_by("-searched", "query")[:MOST_ROWS]
    )
    cured, begun = _cured_lately(), _begun()
    return [row for row in rows if row["query"] not in begun and audit.mark(row["query"]) not in cured]


def _is_cured(row: dict[str, Any], taught: set[str]) -> bool:
    """Somebody taught the search this query, and it finds something now."""
    known = row["query"] in taught
    return known and bool(retrieval.search(row["query"], language=row["language"], limit=1).hits)


def _taught() -> set[str]:
    variants = Synonym.objects.values_list("variants", flat=True)
    questions = ExampleQuestion.objects.exclude(source=ExampleQuestion.Source.EDITOR)
    return {
        *(normalised(word) for words in variants for word in words),
        *map(normalised, questions.values_list("text", flat=True)),
    }


def _begun() -> set[str]:
    """Titles of articles that are being written."""
    unfinished = Article.objects.filter(live=False).exclude(state=Article.State.ARCHIVED)
    return set(map(normalised, unfinished.values_list("title", flat=True)))


def _cured_lately() -> set[str]:
    """The marks of what somebody taught the search."""
    deeds = AuditEntry.objects.filter(
        verb__in=("question.attached", "synonym.added"), at__gte=timezone.now() - PATIENCE
    )
    return set(deeds.values_list("facts__said", flat=True))
