"""Read articles from JSON lines (id, title, body, keywords, url), and bring them in as published articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from knowledge.articles import retrieval
from knowledge.articles.drafts import Draft, LinkDraft, TextDraft
from knowledge.imports.renewing import Outcome, import_draft
from knowledge.models import Article
from portal import json_lines

LONGEST_ID, LONGEST_TITLE, LONGEST_KEYWORD, LONGEST_BODY = 80, 250, 120, 200_000
REBUILD_FROM = 50
"""From so many changed articles on, making the whole index anew is quicker than changing it one by one."""


@dataclass(frozen=True)
class Line:
    """One article of a file; `number` is its line."""

    number: int
    key: str
    title: str
    body: str
    keywords: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True)
class Broken:
    number: int
    reason: str


def read(lines: Iterable[str]) -> Iterator[Line | Broken]:
    """Read a file line by line; empty lines are nothing, fields that we don't know are left alone."""
    for number, record in json_lines.read(lines):
        if isinstance(record, dict):
            yield _line(number, record)
        else:
            broken = isinstance(record, json_lines.Broken)
            yield Broken(number, record.reason if broken else "not a JSON object")


def _line(number: int, record: dict[str, Any]) -> Line | Broken:
    key, title = _text(record.get("id")), " ".join(_text(record.get("title")).split())
    if not key:
        return Broken(number, "has no id")
    if len(key) > LONGEST_ID:
        return Broken(number, f"its id is longer than {LONGEST_ID} characters")
    if not title:
        return Broken(number, "has no title")
    url = _text(record.get("url"))
    return Line(
        number,
        key,
        title[:LONGEST_TITLE],
        _text(record.get("body"))[:LONGEST_BODY],
        _keywords(record.get("keywords")),
        url if _is_web(url) else "",
    )


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and len(url) <= 1000


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.encode("utf-8", "ignore").decode().replace("\x00", "").strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _keywords(value: object) -> tuple[str, ...]:
    """A list, or one string with commas, semicolons or line breaks between."""
    if isinstance(value, str):
        value = value.replace(";", ",").replace("\n", ",").split(",")
    if not isinstance(value, list | tuple):
        return ()
    words = (" ".join(_text(word).split())[:LONGEST_KEYWORD] for word in value)
    return tuple(dict.fromkeys(word for word in words if word))


def take(
    lines: Iterable[Line], *, source: str, language: str, progress: Callable[[int], object]
) -> dict[Outcome, int]:
    """Publish the articles; the same file again changes nothing. Returns how many of each outcome.

    All or nothing: one transaction, with the index.
    """
    counts = dict.fromkeys(Outcome, 0)
    changed: list[str] = []
    with transaction.atomic():
        for done, line in enumerate(lines, 1):
            external_id = f"{source}{retrieval.SOURCE_MARK}{line.key}"
            outcome = import_draft(
                external_id=external_id, draft=_draft(line, language), note=source, index=False
            )
            counts[outcome] += 1
            if outcome in (Outcome.ADDED, Outcome.CHANGED):
                changed.append(external_id)
            progress(done)
        _index(changed)
    return counts


def _index(external_ids: list[str]) -> None:
    if len(external_ids) >= REBUILD_FROM:
        retrieval.rebuild()
        return
    for article in Article.objects.filter(external_id__in=external_ids):
        retrieval.index_article(article)


def _draft(line: Line, language: str) -> Draft:
    kind = Article.Kind.FAQ if line.title.endswith("?") else Article.Kind.PAGE
    link = (LinkDraft(urlsplit(line.url).netloc, line.url),) if line.url else ()
    return Draft(kind=kind.value, links=link).with_text(
        TextDraft(language, title=line.title, synonyms=line.keywords, body=line.body)
    )
