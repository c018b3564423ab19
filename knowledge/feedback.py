"""Was this page helpful? Anonymous, one rating and a sentence; the yearly Single Digital Gateway figures come from here."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from knowledge.models import Article, Feedback
from portal import audit
from portal.masking import masked_text
from portal.models import User

KEPT = timedelta(days=3 * 366)
TEXT_KEPT = timedelta(days=366)
HEAD = ("month", "page", "language", "answers", "mean", *(f"rated_{n}" for n in range(1, 6)))


@transaction.atomic
def give(*, path: str, language: str, rating: int, text: str = "") -> Feedback:
    """Keep one answer about the page `path`; e-mail addresses, numbers and names in the text are masked."""
    return Feedback.objects.create(
        path=path, article=_article_at(path), language=language, rating=rating, text=masked_text(text)
    )


@transaction.atomic
def settle(*, feedback: Feedback, actor: User) -> None:
    """An editor has dealt with it; it leaves the report."""
    if Feedback.objects.filter(pk=feedback.pk, settled=False).update(settled=True):
        audit.record(verb="feedback.settled", subject=feedback, actor=actor)


def _article_at(path: str) -> Article | None:
    """The article that the path names by its short name, in whatever language."""
    parts = [part for part in path.split("/") if part]
    slugs = [parts[n + 1] for n, part in enumerate(parts[:-1]) if part in ("leistungen", "wissen")]
    return Article.objects.filter(Q(slug__in=slugs) | Q(service__slug__in=slugs)).first() if slugs else None


def month(day: date) -> list[list[object]]:
    """The figures of the month of `day` per page and language, in the order of `HEAD`, without any free text."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    answers = Feedback.objects.filter(day__gte=first, day__lt=following)
    counted: dict[tuple[str, str], Counter[int]] = {}
    for path, language, rating in answers.values_list("path", "language", "rating"):
        counted.setdefault((path, language), Counter())[rating] += 1
    rows: list[list[object]] = []
    for (path, language), ratings in sorted(counted.items()):
        number = ratings.total()
        mean = sum(rating * n for rating, n in ratings.items()) / number
        each = [ratings[n] for n in range(1, 6)]
        rows.append([f"{first:%Y-%m}", path, language, number, round(mean, 2), *each])
    return rows


def last_month() -> date:
    """The first day of the month before this one."""
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)


def read_month(text: str) -> date:
    """The first day of `2026-11`; raises ValueError."""
    return date.fromisoformat(f"{text}-01")


def forget(now: datetime) -> int:
    """Free text goes after a year, the ratings after three."""
    today = timezone.localdate(now)
    blanked = Feedback.objects.filter(day__lt=today - TEXT_KEPT).exclude(text="").update(text="")
    return blanked + Feedback.objects.filter(day__lt=today - KEPT).delete()[0]
