"""Lists of articles: rows with fee, open doors and buttons; the tree of topics; A to Z."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import caches
from django.db.models import Count, F, OuterRef, Q
from django.db.models.functions import Left, Upper
from django.utils.translation import get_language

from knowledge.articles import main_fees
from knowledge.articles.publishing import reference_language
from knowledge.models import Article, ArticleText, Topic
from knowledge.shown import doors
from knowledge.shown.reading import prices_of, readable_price
from portal import opening, registries
from portal.kept_values import values
from portal.look import alphabet
from portal.models import Office

BOOKING_SECONDS = 15
ROWS_SECONDS = 3600
NOWHERE: Mapping[int, str] = {}
DRAWN = (
    "title", "summary", "url", "kind", "language", "fee", "state", "office", "book_url", "online_url", "office_ids",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of a list of articles; `state` is of the office that is open, or opens first."""

    article_id: int
    title: str
    summary: str
    url: str
    kind: str
    language: str
    fee: str = ""
    state: opening.OfficeState | None = None
    office: str = ""
    book_url: str = ""
    online_url: str = ""
    service_id: int | None = None
    office_ids: Sequence[int] = field(default=())
    mark: int = 0
    """The same for rows that say the same: they are drawn once."""


class KeptRow(NamedTuple):
    """A row as its texts say it, and as it was `told` last, by which doors and ways to book."""

    row: Row
    now: doors.Doors
    booking: Mapping[int, str]
    told: Row


def rows(
    article_ids: Iterable[int], language: str, *, plain: bool = False, stamp: int | None = None
) -> list[Row]:
    """Rows in the order of `article_ids`; what is not public is left out.

    With the content stamp of this request, what doesn't change by the minute is kept as long as the stamp holds.
    """
    ids = list(article_ids)
    now, booking = doors.now(), book_urls()
    if stamp is None:
        fresh = _fresh_rows(ids, language, plain=plain)
        return [_as_of_now(fresh[pk], booking, now.of) for pk in ids if pk in fresh]
    keys = {pk: f"{stamp}.{now.mark}.{get_language()}.{language}.{plain:d}.{pk}" for pk in ids}
    shelf = caches["rows"]
    kept: dict[str, KeptRow] = shelf.get_many(keys.values())
    missing = [pk for pk, key in keys.items() if key not in kept]
    texts = _fresh_rows(missing, language, plain=plain) if missing else {}
    found = []
    for pk, key in keys.items():
        known = kept.get(key)
        if known is None or known.now is not now or known.booking is not booking:
            row = known.row if known else texts.get(pk)
            if row is None:
                continue
            known = KeptRow(row, now, booking, _as_of_now(row, booking, now.of))
            shelf.set(key, known, ROWS_SECONDS)
        found.append(known.told)
    return found


def _fresh_rows(ids: Sequence[int], language: str, *, plain: bool) -> dict[int, Row]:
    return {pk: _row(text, language) for pk, text in _best_texts(ids, language, plain=plain).items()}


def _best_texts(ids: Sequence[int], language: str, *, plain: bool) -> dict[int, ArticleText]:
    """The text to show of each article: one query."""
    offices = Office.objects.filter(services=OuterRef("article__service"), active=True)
    found = (
        ArticleText.objects.public()
        .filter(article__in=ids)
        .select_related("article")
        .only(
            "title",
            "summary",
            "language",
            "plain",
            "article__slug",
            "article__title",
            "article__kind",
            "article__online_url",
            "article__service_id",
        )
        .annotate(fee_rows=prices_of("article"), office_ids=ArraySubquery(offices.values("pk")))
        .best_first([language, reference_language()], plain=plain)
    )
    best: dict[int, ArticleText] = {}
    for text in found:
        best.setdefault(text.article_id, text)
    return best


def _row(text: Any, language: str) -> Row:
    article = text.article
    return Row(
        article_id=article.pk,
        title=text.title,
        summary=text.summary,
        url=article.get_absolute_url(),
        kind=article.kind,
        language=text.language,
        fee=main_fees.in_short(
            [
                readable_price(fee, language).amount
                for fee in main_fees.main(text.fee_rows, _condition, article.title)
            ]
        ),
        online_url=article.online_url,
        service_id=article.service_id,
        office_ids=tuple(text.office_ids),
    )


def _condition(fee: dict[str, Any]) -> str:
    return str(fee["condition"])


def _as_of_now(row: Row, booking: Mapping[int, str], doors_of: Mapping[int, tuple[str, Any]]) -> Row:
    office, state = _best_door(row.office_ids, doors_of)
    book_url = booking.get(row.service_id, "") if row.service_id else ""
    told = replace(row, office=office, state=state, book_url=book_url)
    return replace(told, mark=hash(tuple(getattr(told, name) for name in DRAWN)))


def _best_door(
    ids: Sequence[int], doors_of: Mapping[int, tuple[str, Any]]
) -> tuple[str, opening.OfficeState | None]:
    """The office that is open now, else the one that opens first."""
    known = [doors_of[pk] for pk in ids if pk in doors_of]
    known = [door for door in known if door[1].is_open or door[1].opens_next]
    if not known:
        return "", None
    return min(known, key=lambda door: (not door[1].is_open, door[1].opens_next or door[1].closes_at))


def book_urls() -> Mapping[int, str]:
    """Where each service is booked, kept for 15 seconds per language of the page."""
    key = f"knowledge.book_urls.{get_language()}"
    known: Mapping[int, str] | None = values().get_or_set(key, _all_book_urls, BOOKING_SECONDS)
    return NOWHERE if known is None else known


def _all_book_urls() -> dict[int, str]:
    return {pk: url for links in registries.service_links for pk, url in links().items()}


def letters(language: str) -> dict[str, int]:
    """First letters of all services' titles with their number, in the reader's order; umlauts stand with their vowel."""
    counted: dict[str, int] = {}
    for first, number in _titles(language).values_list("letter").annotate(Count("pk")):
        letter = alphabet.initial(first, language)
        counted[letter] = counted.get(letter, 0) + number
    return dict(sorted(counted.items(), key=lambda entry: alphabet.key(entry[0], language)))


def by_letter(letter: str, language: str) -> list[tuple[str, str, str]]:
    """(title, address, language of the title) of the services under one letter."""
    firsts = _titles(language).values_list("letter", flat=True).distinct()
    same = [first for first in firsts if alphabet.initial(first, language) == letter]
    texts = _titles(language).filter(letter__in=same).select_related("article")
    found = [
        (text.title, text.article.get_absolute_url(), text.language)
        for text in texts.only("title", "language", "article__slug", "article__kind")
    ]
    return sorted(found, key=lambda row: alphabet.key(row[0], language))


def _titles(language: str) -> Any:
    """One text of each public service: the reader's language, else the city's."""
    in_mine = ArticleText.objects.filter(article=OuterRef("article"), language=language, plain=False)
    return (
        ArticleText.objects.public()
        .filter(plain=False, article__kind=Article.Kind.SERVICE)
        .annotate(letter=Upper(Left("title", 1)), mine=ArraySubquery(in_mine.values("pk")))
        .filter(Q(language=language) | Q(language=reference_language(), mine=[]))
    )


@dataclass
class Branch:
    topic: Topic
    name: str
    count: int
    children: list[Branch] = field(default_factory=list)


def tree(language: str) -> list[Branch]:
    """The topics as a tree, with the number of public articles in each branch; one query."""
    public = Article.objects.public().filter(topics=OuterRef("pk")).values("pk")
    branches = {
        topic.pk: Branch(topic, topic.name_in(language), len(topic.article_ids))
        for topic in Topic.objects.annotate(article_ids=ArraySubquery(public))
    }
    roots: list[Branch] = []
    for branch in branches.values():
        parent = branches.get(branch.topic.parent_id or 0)
        (parent.children if parent else roots).append(branch)
    return roots


def life_situations(language: str, limit: int) -> list[tuple[Topic, str]]:
    """Life situations with their names, for the home page; a city without them gets its main topics."""
    situations = list(Topic.objects.filter(kind=Topic.Kind.LIFE_SITUATION)[:limit])
    found = situations or list(Topic.objects.filter(parent=None)[:limit])
    return [(topic, topic.name_in(language)) for topic in found]


def ids_of_topic(topic: Topic) -> list[int]:
    """Public articles of the topic and of those right below it, most wanted first."""
    return list(
        Article.objects.public()
        .filter(Q(topics=topic) | Q(topics__parent=topic))
        .order_by(F("service__wanted").desc(nulls_last=True), "title", "pk")
        .distinct()
        .values_list("pk", flat=True)
    )


def newest_notices(language: str, number: int) -> list[ArticleText]:
    """Notices in the reader's language (or the city's), newest first; one query."""
    found = (
        ArticleText.objects.public()
        .filter(article__kind=Article.Kind.NOTICE, plain=False, language__in=[language, reference_language()])
        .select_related("article")
        .defer("html", "body")
        .order_by("-article__changed_at", "-pk")[: number * 2]
    )
    chosen: dict[int, ArticleText] = {}
    for text in found:
        if text.article_id not in chosen or text.language == language:
            chosen[text.article_id] = text
    return list(chosen.values())[:number]
