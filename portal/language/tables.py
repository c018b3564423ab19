"""The statements that a search asks the index with; a handful per search, each bounded."""

import json
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain
from sys import intern
from typing import Any, NamedTuple

from django.core.cache import caches

from portal.language.memory import Kept, Memory, Postings
from portal.language.plans import Known
from portal.language.ranking import Name
from portal.language.sounds import sound
from portal.language.typos import allowance
from portal.postgresql.base import prepared

MOST_CANDIDATES = 60
DEPTH = 300
"""Postings read per term, strongest first; with filters more, because many fall out."""
DEPTH_FILTERED = 4000
MOST_HITS = 4000
"""Of what was read before, so many postings are looked through here; for more the database is quicker."""
MOST_SIMILAR = 20
SHORTEST_BEGINNING, LONGEST_BEGINNING = 3, 40

_LOOK = """
    SELECT shelf.count, met.word, met.term, met.id, met.df
    FROM (SELECT id, count FROM language_shelf WHERE collection = %s AND language = %s) shelf LEFT JOIN LATERAL (
        SELECT word.word, term.term, term.id, term.df FROM language_word word JOIN language_term term ON term.id = word.term_id
        WHERE word.shelf_id = shelf.id AND word.word = ANY(string_to_array(%s, E'\\n')) AND term.df > 0
        UNION ALL
        SELECT NULL, term, id, df FROM language_term WHERE shelf_id = shelf.id AND term = ANY(string_to_array(%s, E'\\n')) AND df > 0
    ) met ON true"""
_SIMILAR = """
    SELECT asked.word, near.word, term.term, term.id, term.df
    FROM (SELECT id FROM language_shelf WHERE collection = %s AND language = %s) shelf
    CROSS JOIN unnest(%s::text[], %s::text[], %s::int[]) AS asked(word, sound, slips) CROSS JOIN LATERAL (
        SELECT word, term_id FROM (
            SELECT word, term_id FROM language_word WHERE shelf_id = shelf.id AND left(word, 3) = left(asked.word, 3)
            AND length(word) BETWEEN length(asked.word) - asked.slips AND length(asked.word) + asked.slips
            UNION
            SELECT word, term_id FROM language_word WHERE shelf_id = shelf.id AND right(word, 3) = right(asked.word, 3)
            AND length(word) BETWEEN length(asked.word) - asked.slips AND length(asked.word) + asked.slips
            UNION
            SELECT word, term_id FROM language_word WHERE shelf_id = shelf.id AND sound = asked.sound
        ) alike CROSS JOIN LATERAL (SELECT levenshtein_less_equal(word, asked.word, asked.slips + 1) AS slips) far
        WHERE far.slips <= asked.slips + 1 ORDER BY far.slips, word LIMIT %s
    ) near JOIN language_term term ON term.id = near.term_id WHERE term.df > 0"""
_LONGER = """
    SELECT asked.word, near.word, near.term, near.id, near.df
    FROM (SELECT id FROM language_shelf WHERE collection = %s AND language = %s) shelf
    CROSS JOIN unnest(%s::text[], %s::int[]) AS asked(word, slips) CROSS JOIN LATERAL (
        SELECT met.word, term.term, term.id, term.df FROM (
            SELECT word, term_id FROM language_word WHERE shelf_id = shelf.id AND left(word, 3) = left(asked.word, 3)
            AND length(word) > length(asked.word)
            AND levenshtein_less_equal(left(word, length(asked.word)), asked.word, asked.slips) <= asked.slips
            UNION
            SELECT word, term_id FROM language_word WHERE shelf_id = shelf.id AND right(word, 3) = right(asked.word, 3)
            AND length(word) > length(asked.word) AND right(word, length(asked.word)) = asked.word
        ) met JOIN language_term term ON term.id = met.term_id WHERE term.df > 0
        ORDER BY term.df DESC, met.word LIMIT %s
    ) near"""
_PROMISING = """
    WITH hit AS MATERIALIZED (
        SELECT asked.term, asked.word, strongest.document_id, strongest.impact, strongest.impact * asked.weight AS worth
        FROM unnest(%s::bigint[], %s::int[], %s::float[]) AS asked(term, word, weight) CROSS JOIN LATERAL (
            SELECT document_id, impact FROM language_posting WHERE term_id = asked.term ORDER BY impact DESC LIMIT %s
        ) strongest
    ), promising AS (
        SELECT document_id FROM (SELECT document_id, word, max(worth) AS best FROM hit GROUP BY 1, 2) words """
# What was read once for the choice is not looked up again; only a term with more documents than were read has others.
_IMPACTS = """
        GROUP BY 1 ORDER BY sum(best) DESC, document_id LIMIT %s
    )
    SELECT document_id, term, impact FROM promising JOIN hit USING (document_id)
    UNION ALL
    SELECT document_id, term_id, impact FROM promising JOIN language_posting USING (document_id) WHERE term_id = ANY(%s::bigint[])"""
_POSTINGS = """
    SELECT term_id, document_id, impact FROM language_posting WHERE term_id = ANY(%s::bigint[])
    ORDER BY term_id, impact DESC, document_id"""
_DOCUMENTS = (
    "SELECT id, key, title, tags, popularity, names FROM language_document WHERE id = ANY(%s::bigint[])"
)


class Wanted(NamedTuple):
    """A term to look for, for which word of the query, and what an impact of 1 is worth: weight × idf."""

    term: str
    kept: Kept
    word: int
    weight: float


class Shelves:
    """The vocabulary of one collection in one language (`query.Vocabulary`): from the tables, or remembered from this `edition`."""

    def __init__(self, collection: str, language: str, edition: int | None = None) -> None:
        self.place = [collection, language]
        self.memory = Memory.of(collection, language, edition)
        self.kept: dict[str, Kept] = {}
        """The terms it was asked for and has."""

    def look(
        self,
        words: Collection[str],
        terms: Collection[str],
        pieces: Callable[[str], Collection[str]] = lambda _word: (),
    ) -> Known:
        """At most one statement; a shelf that is not there knows nothing."""
        memory = self.memory
        new = {word: {word, *pieces(word)} for word in words if word not in memory.words}
        unknown = [term for term in terms if term not in memory.terms]
        if new or unknown:
            self._read(new, unknown)
        known = Known(count=memory.count)
        for word in words:
            known.words.update(memory.words[word])
        for term in chain(terms, known.words.values()):
            if kept := memory.terms[term]:
                self.kept[term] = kept
                known.frequencies[term] = kept.documents
        return known

    def _read(self, words: Mapping[str, Collection[str]], terms: Sequence[str]) -> None:
        """Into the memory: `words` with their pieces, and `terms`.

        All at the end, words last: the statement may fail, and other threads look into the same memory meanwhile.
        """
        memory = self.memory
        asked = sorted(set(chain.from_iterable(words.values())))
        kept: dict[str, Kept | None] = dict.fromkeys(terms)
        found: dict[str, str] = {}
        for count, word, term, pk, df in prepared(_LOOK, [*self.place, "\n".join(asked), "\n".join(terms)]):
            memory.count = count
            if term is not None:
                kept[term] = Kept(pk, df)
            if word is not None:
                found[word] = term
        memory.terms |= kept
        memory.words |= {
            word: [(piece, found[piece]) for piece in pieces if piece in found]
            for word, pieces in words.items()
        }

    def similar(self, words: Collection[str]) -> Mapping[str, Sequence[tuple[str, int]]]:
        slips = {word: allowance(word) for word in sorted(words) if allowance(word)}
        values = [
            *self.place,
            list(slips),
            [sound(word) for word in slips],
            list(slips.values()),
            MOST_SIMILAR,
        ]
        return self._near(_SIMILAR, values) if slips else {}

    def longer(self, words: Collection[str]) -> Mapping[str, Sequence[tuple[str, int]]]:
        kept = sorted(word for word in words if SHORTEST_BEGINNING <= len(word) <= LONGEST_BEGINNING)
        slips = [max(allowance(word) - 1, 0) for word in kept]
        return self._near(_LONGER, [*self.place, kept, slips, MOST_SIMILAR]) if kept else {}

    def _near(self, statement: str, values: Sequence[Any]) -> Mapping[str, Sequence[tuple[str, int]]]:
        found: dict[str, list[tuple[str, int]]] = {}
        for asked, word, term, pk, df in prepared(statement, values):
            self.kept[term] = Kept(pk, df)
            found.setdefault(asked, []).append((word, df))
        return found


class Row(NamedTuple):
    """A document as the tables hold it. It is written once: what changes gets another number."""

    pk: int
    key: str
    title: str
    tags: tuple[str, ...]
    popularity: float
    names: tuple[Name, ...]
    """Of title, synonyms and questions, the title first."""


Candidate = tuple[Row, Mapping[str, float]]
"""A document and the impacts of the terms it has of those that were asked."""


def candidates(
    asked: Sequence[Wanted],
    memory: Memory,
    *,
    tags: Sequence[Sequence[str]],
    phrases: Sequence[str],
) -> list[Candidate]:
    """The most promising documents for `asked`.

    `tags`: of each inner list a document must carry one. `phrases` must stand in its title or text.
    """
    narrowed, narrowing = _narrowing(tags, phrases)
    few = sum(wish.kept.documents for wish in asked) <= MOST_HITS
    if not asked:
        impacts: dict[int, dict[str, float]] = {}
    elif few and not narrowing and memory.edition is not None:
        impacts = _remembered(asked, memory)
    else:
        impacts = _from_tables(asked, narrowed, narrowing)
    known = _documents(impacts)
    return [(known[pk], impacts[pk]) for pk in impacts if pk in known]


def _from_tables(
    asked: Sequence[Wanted], narrowed: str, narrowing: Sequence[Any]
) -> dict[int, dict[str, float]]:
    """The impacts of the terms in the best documents, chosen by the database."""
    depth = DEPTH_FILTERED if narrowing else DEPTH
    named = {wish.kept.pk: wish.term for wish in asked}
    deep = sorted({wish.kept.pk for wish in asked if wish.kept.documents > depth})
    values = [
        _array(wish.kept.pk for wish in asked),
        _array(wish.word for wish in asked),
        _array(wish.weight for wish in asked),
        depth,
        *narrowing,
        MOST_CANDIDATES,
        _array(deep),
    ]
    impacts: dict[int, dict[str, float]] = {}
    for document, term, impact in prepared(_PROMISING + narrowed + _IMPACTS, values):
        impacts.setdefault(document, {})[named[term]] = impact
    return impacts


def _remembered(asked: Sequence[Wanted], memory: Memory) -> dict[int, dict[str, float]]:
    """The same, chosen here from postings that this process has read before."""
    if missing := [wish.kept.pk for wish in asked if wish.kept.pk not in memory.postings]:
        _read_postings(dict.fromkeys(missing), memory)
    best: dict[int, dict[int, float]] = {}  # word -> what its best term is worth in each document
    for wish in asked:
        postings, weight = memory.postings[wish.kept.pk], wish.weight
        worth = best.setdefault(wish.word, {})
        for document, impact in zip(postings.documents[:DEPTH], postings.impacts, strict=False):
            if impact * weight > worth.get(document, 0.0):
                worth[document] = impact * weight
    totals: dict[int, float] = {}
    for worth in best.values():
        for document, value in worth.items():
            totals[document] = totals.get(document, 0.0) + value
    order = sorted([(-value, document) for document, value in totals.items()])[:MOST_CANDIDATES]
    impacts: dict[int, dict[str, float]] = {document: {} for _, document in order}
    for wish in asked:
        for document, impact in zip(*memory.postings[wish.kept.pk], strict=True):
            if document in impacts:
                impacts[document][wish.term] = impact
    return impacts


def _read_postings(terms: Collection[int], memory: Memory) -> None:
    found = {term: Postings(array("q"), array("d")) for term in terms}
    for term, document, impact in prepared(_POSTINGS, [_array(terms)]):
        found[term].documents.append(document)
        found[term].impacts.append(impact)
    for term, postings in found.items():
        memory.keep(term, postings)


def _array(numbers: Iterable[float]) -> str:
    """As PostgreSQL reads it: the driver would ask of each number which type it has, a fifth of the time of the statement."""
    return f"{{{','.join(map(repr, numbers))}}}"


def _documents(ids: Collection[int]) -> Mapping[int, Row]:
    """From the memory of this process; those that it has not met yet in one statement."""
    shelf = caches["documents"]
    found: dict[int, Row] = shelf.get_many(ids)
    if missing := [pk for pk in ids if pk not in found]:
        fresh = {
            pk: Row(pk, key, title, tuple(map(intern, tags)), popularity, _read_names(names))
            for pk, key, title, tags, popularity, names in prepared(_DOCUMENTS, [missing])
        }
        shelf.set_many(fresh, None)
        found |= fresh
    return found


def _read_names(names: str) -> tuple[Name, ...]:
    """One object for a word, in however many names it stands."""
    read = (tuple(tuple(map(intern, word)) for word in name) for name in json.loads(names))
    return tuple(Name(words, tuple(dict.fromkeys(chain.from_iterable(words)))) for words in read)


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
