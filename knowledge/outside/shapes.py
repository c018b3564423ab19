"""The shapes of the JSON interface and how rows take them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.utils.timezone import localtime
from ninja import Field, Schema

from knowledge import models
from knowledge.articles.drafts import LONG_FIELDS
from knowledge.outside import alternates
from knowledge.shown import listing
from portal import links, opening
from portal import models as portal_models
from portal.look import money


class Fee(Schema):
    amount: Decimal | None
    currency: str
    condition: str


class Link(Schema):
    label: str
    url: str


WallTime = Annotated[str, Field(pattern=r"^\d\d:\d\d$", description="Local time, as on the door.")]


class Hours(Schema):
    """One span of a weekday; 0 is Monday."""

    weekday: int
    opens: WallTime
    closes: WallTime


class Office(Schema):
    id: int
    slug: str
    name: str
    street: str
    postal_code: str
    town: str
    latitude: float | None
    longitude: float | None
    phone: str
    email: str
    transport: str
    accessibility: str
    hours: list[Hours]
    is_open: bool
    closes_at: datetime | None
    opens_next: datetime | None


class OfficeName(Schema):
    id: int
    name: str


class Service(Schema):
    id: int
    slug: str
    name: str
    standard_key: str
    article: str | None
    url: str
    offices: list[OfficeName]


class ServicePage(Schema):
    count: int
    items: list[Service]


class Teaser(Schema):
    slug: str
    kind: str
    language: str
    title: str
    summary: str
    url: str
    changed: date | None


class ArticlePage(Schema):
    count: int
    items: list[Teaser]


class Article(Teaser):
    plain: bool
    synonyms: list[str]
    questions: list[str]
    documents: list[str]
    sections: dict[str, str]
    html: dict[str, Any]
    fees: list[Fee]
    forms: list[Link]
    links: list[Link]
    online_url: str
    topics: list[str]
    standard_key: str
    valid_from: date | None
    valid_until: date | None


class Result(Schema):
    url: str
    title: str
    summary: str
    kind: str
    fee: str
    passage: str
    passage_heading: str
    book_url: str
    online_url: str


class Results(Schema):
    count: int
    corrected: str
    items: list[Result]


def office(row: portal_models.Office, state: opening.OfficeState) -> dict[str, Any]:
    plain = (
        "id", "slug", "name", "street", "postal_code", "town", "latitude", "longitude", "phone", "email",
        "transport", "accessibility",
    )  # fmt: skip
    hours = [
        {"weekday": h.weekday, "opens": f"{h.opens:%H:%M}", "closes": f"{h.closes:%H:%M}"}
        for h in row.hours.all()
    ]
    doors = {"is_open": state.is_open, "closes_at": state.closes_at, "opens_next": state.opens_next}
    return {**{name: getattr(row, name) for name in plain}, "hours": hours, **doors}


def service(row: portal_models.Service, language: str) -> dict[str, Any]:
    """`row.articles` are prefetched: those that are public today."""
    public = list(row.articles.all())
    offices = [{"id": o.pk, "name": o.name} for o in row.offices.all() if o.active]
    return {
        "id": row.pk,
        "slug": row.slug,
        "name": row.name_in(language),
        "standard_key": row.standard_key,
        "article": public[0].slug if public else None,
        "url": alternates.url(language, "knowledge:service", public[0].slug if public else row.slug),
        "offices": offices,
    }


def teaser(text: models.ArticleText) -> dict[str, Any]:
    article_row = text.article
    return {
        "slug": article_row.slug,
        "kind": article_row.kind,
        "language": text.language,
        "title": text.title,
        "summary": text.summary,
        "url": alternates.address(article_row, text.language),
        "changed": localtime(article_row.changed_at).date() if article_row.changed_at else None,
    }


def article(text: models.ArticleText) -> dict[str, Any]:
    row = text.article
    return {
        **teaser(text),
        "plain": text.plain,
        "synonyms": text.synonyms,
        "questions": [
            q.text for q in row.questions.all() if q.language == text.language and q.source == "editor"
        ],
        "documents": text.documents,
        "sections": {name: getattr(text, name) for name in LONG_FIELDS if getattr(text, name)},
        "html": text.html,
        "fees": [
            {"amount": f.amount, "currency": money.currency(), "condition": f.condition_in(text.language)}
            for f in row.fees.all()
        ],
        "forms": row.forms,
        "links": row.links,
        "online_url": row.online_url,
        "topics": [topic.slug for topic in row.topics.all()],
        "standard_key": row.service.standard_key if row.service else "",
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
    }


def result(row: listing.Row, hit: Any) -> dict[str, Any]:
    return {
        "url": links.absolute(row.url),
        "title": row.title,
        "summary": row.summary,
        "kind": row.kind,
        "fee": row.fee,
        "passage": hit.passage.text if hit.passage else "",
        "passage_heading": hit.passage.heading if hit.passage else "",
        "book_url": links.absolute(row.book_url) if row.book_url else "",
        "online_url": row.online_url,
    }
