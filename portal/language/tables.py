"""The statements that a search asks the index with; a handful per search, each bounded."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

MOST_CANDIDATES = 60
DEPTH = 400
"""Postings read per term, strongest first; with filters more, because many fall out."""
DEPTH_FILTERED = 4000
MOST_SIMILAR = 20

_CANDIDATES = """
    SELECT d.id, d.key, d.title, d.tags, d.popularity, d.names, p.terms, p.impacts FROM (
        SELECT document_id, sum(best) AS worth FROM (
            SELECT hit.document_id, asked.word, max(hit.impact * asked.weight) AS best
            FROM unnest(%s::bigint[], %s::int[], %s::float[]) AS asked(term, word, weight) CROSS JOIN LATERAL (
                SELECT document_id, impact FROM language_posting
                WHERE term_id = asked.term ORDER BY impact DESC LIMIT %s
            ) hit GROUP BY 1, 2
        ) words """
_STRONGEST = """
        GROUP BY 1 ORDER BY worth DESC, document_id LIMIT %s
    ) promising
    JOIN language_document d ON d.id = promising.document_id
    CROSS JOIN LATERAL (
        SELECT array_agg(term_id) AS terms, array_agg(impact) AS impacts
        FROM language_posting WHERE document_id = d.id AND term_id = ANY(%s)
    ) p"""


class Shelves:
    """The vocabulary of one collection in one language, straight from the tables (`query.Vocabulary`)."""

    def __init__(self, collection: str, language: str) -> None:
        row = _first(
            "SELECT id, count FROM language_shelf WHERE collection = %s AND language = %s",
            [collection, language],
        )
        self.pk: int = row[0] if row else 0
        self.count: int = row[1] if row else 0
        self.ids: dict[str, int] = {}

    def frequencies(self, terms: Collection[str]) -> Mapping[str, int]:
        rows = _all(
            "SELECT term, id, df FROM language_term WHERE shelf_id = %s AND term = ANY(%s) AND df > 0",
            [self.pk, sorted(terms)],
        )
        self.ids.update((term, pk) for term, pk, _ in rows)
        return {term: df for term, _, df in rows}

    def met(self, words: Collection[str]) -> Collection[str]:
        rows = _all(
            "SELECT word FROM language_word WHERE shelf_id = %s AND word = ANY(%s)", [self.pk, sorted(words)]
        )
        return {row[0] for row in rows}

    def similar(self, words: Collection[str]) -> Mapping[str, Sequence[tuple[str, int]]]:
        rows = _all(
            "SELECT asked, near.word, term.df FROM unnest(%s::text[]) asked CROSS JOIN LATERAL ("
            " SELECT word, term_id FROM language_word WHERE shelf_id = %s AND word %% asked"
            " ORDER BY similarity(word, asked) DESC LIMIT %s) near"
            " JOIN language_term term ON term.id = near.term_id WHERE term.df > 0",
            [sorted(words), self.pk, MOST_SIMILAR],
        )
        found: dict[str, list[tuple[str, int]]] = {}
        for asked, word, df in rows:
            found.setdefault(asked, []).append((word, df))
        return found


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate as the tables hold it; `impacts` by term id."""

    pk: int
    key: str
    title: str
    tags: list[str]
    popularity: float
    names: list[list[list[str]]]
    impacts: dict[int, float]


def candidates(
    shelf: Shelves,
    asked: Iterable[tuple[int, int, float]],
    *,
    tags: Sequence[Sequence[str]],
    phrases: Sequence[str],
) -> list[Row]:
    """The most promising documents for `asked`: (term id, number of the query's word, weight × idf).

    `tags`: of each inner list a document must carry one. `phrases` must stand in its title or text.
    """
    asked = list(asked)
    if not asked:
        return []
    narrowed, narrowing = _narrowing(tags, phrases)
    columns = [list(column) for column in zip(*asked, strict=True)]
    terms = sorted(set(columns[0]))
    rows = _all(
        _CANDIDATES + narrowed + _STRONGEST,
        [*columns, DEPTH_FILTERED if narrowing else DEPTH, *narrowing, MOST_CANDIDATES, terms],
    )
    return [
        Row(
            pk,
            key,
            title,
            tags,
            popularity,
            json.loads(names),
            dict(zip(ids or (), impacts or (), strict=True)),
        )
        for pk, key, title, tags, popularity, names, ids, impacts in rows
    ]


def passages(documents: Sequence[int]) -> dict[int, list[tuple[str, str, str, list[str]]]]:
    """Heading, anchor, text and terms of all passages of some documents, in order."""
    found: dict[int, list[tuple[str, str, str, list[str]]]] = {}
    rows = _all(
        "SELECT document_id, heading, anchor, text, terms FROM language_passage WHERE document_id = ANY(%s)"
        " ORDER BY document_id, position",
        [list(documents)],
    )
    for document, *passage in rows:
        found.setdefault(document, []).append((passage[0], passage[1], passage[2], passage[3]))
    return found


def _narrowing(tags: Sequence[Sequence[str]], phrases: Sequence[str]) -> tuple[str, list[Any]]:
    conditions = ["wanted.tags && %s::varchar[]" for _ in tags]
    values: list[Any] = [list(any_of) for any_of in tags]
    for phrase in phrases:
        like = "%" + phrase.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        conditions.append(
            "(wanted.title ILIKE %s OR EXISTS (SELECT FROM language_passage quoted"
            " WHERE quoted.document_id = wanted.id AND quoted.text ILIKE %s))"
        )
        values += [like, like]
    if not conditions:
        return "", []
    return (
        "WHERE EXISTS (SELECT FROM language_document wanted WHERE wanted.id = words.document_id AND "
        + " AND ".join(conditions)
        + ")",
        values,
    )


def _all(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _first(sql: str, values: Sequence[Any]) -> Any:
    rows = _all(sql, values)
    return rows[0] if rows else None
