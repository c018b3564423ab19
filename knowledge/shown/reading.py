"""What a citizen's page needs of an article, in one query: the text in the best language, fees, topics, related."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, TextField
from django.db.models.functions import Cast, JSONObject

from knowledge.articles.publishing import reference_language
from knowledge.models import Article, ArticleText, Fee, Topic

HEAVY = ("requirements", "documents", "procedure", "deadlines", "legal_basis", "fees_note", "body")


@dataclass(frozen=True)
class Price:
    """One fee as the page shows it; `amount` None = the condition says it all. `language` is that of the condition."""

    amount: Decimal | None
    condition: str
    language: str = ""


@dataclass(frozen=True)
class Neighbour:
    """A topic or a related article: enough for a link."""

    title: str
    slug: str
    kind: str = ""
    language: str = ""


@dataclass(frozen=True)
class Reading:
    """An article ready to be read; `others` are the other public texts of the same article."""

    text: ArticleText
    article: Article
    prices: Sequence[Price]
    topics: Sequence[Neighbour]
    related: Sequence[Neighbour]
    others: Sequence[ArticleText]

    def languages(self) -> list[str]:
        return sorted({text.language for text in [self.text, *self.others] if not text.plain})

    def has_plain(self) -> bool:
        return any(text.plain and text.language == self.text.language for text in self.others)


def read(slug: str, language: str, *, plain: bool = False) -> Reading | None:
    """The public article `slug` in `language`, else in the city's language, else in any; None if there is none."""
    rows = list(
        ArticleText.objects.public()
        .filter(Q(article__slug=slug) | Q(article__service__slug=slug, article__kind="service"))
        .select_related("article__service")
        .annotate(**_around(language))
        .defer(*HEAVY, "article__imported")
    )
    return _reading(rows, language, plain=plain) if rows else None


def _reading(rows: list[ArticleText], language: str, *, plain: bool) -> Reading | None:
    own = [row for row in rows if row.article.slug == rows[0].article.slug]
    best = min(own, key=lambda row: _distance(row, language, plain=plain))
    around: Any = best
    return Reading(
        text=best,
        article=best.article,
        prices=[readable_price(fee, language) for fee in around.fee_rows],
        topics=[_topic(row, language) for row in around.topic_rows],
        related=_in_one_language(around.related_rows, language),
        others=[row for row in own if row is not best],
    )


def _topic(row: dict[str, Any], language: str) -> Neighbour:
    if name := row["names"].get(language):
        return Neighbour(name, row["slug"], language=language)
    return Neighbour(row["name"], row["slug"], language=reference_language())


def _in_one_language(rows: list[dict[str, Any]], language: str) -> list[Neighbour]:
    """Each article once, in the reader's language where it has a text in it."""
    chosen = {row["slug"]: row for row in sorted(rows, key=lambda row: row["language"] == language)}
    return [Neighbour(row["title"], row["slug"], row["kind"], row["language"]) for row in chosen.values()]


def _distance(text: ArticleText, language: str, *, plain: bool) -> tuple[int, bool]:
    wishes = [language, reference_language()]
    return (wishes.index(text.language) if text.language in wishes else 9, text.plain != plain)


def _around(language: str) -> dict[str, ArraySubquery]:
    return {
        "fee_rows": prices_of("article"),
        "topic_rows": ArraySubquery(
            Topic.objects.filter(articles=OuterRef("article"))
            .order_by("order", "name")
            .values(row=JSONObject(name="name", names="names", slug="slug"))
        ),
        "related_rows": ArraySubquery(
            ArticleText.objects.public()
            .filter(article__related_from=OuterRef("article"), plain=False)
            .filter(language__in=[language, reference_language()])
            .order_by("article__title")
            .values(
                row=JSONObject(title="title", slug="article__slug", kind="article__kind", language="language")
            )[:24]
        ),
    }


def prices_of(article: str) -> ArraySubquery:
    """The fees of the article in the outer column `article`, as JSON rows."""
    return ArraySubquery(
        Fee.objects.filter(article=OuterRef(article))
        .order_by("position")
        .values(
            row=JSONObject(amount=Cast("amount", TextField()), condition="condition", conditions="conditions")
        )
    )


def readable_price(row: dict[str, Any], language: str) -> Price:
    amount = None if row["amount"] is None else Decimal(row["amount"])
    if words := row["conditions"].get(language):
        return Price(amount, words, language)
    return Price(amount, row["condition"], reference_language())
