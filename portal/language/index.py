"""Change the index. `put` and `remove` belong into the transaction that publishes; `rebuild` makes a shelf anew.

    index.put(Document("knowledge", "17", "de", "Personalausweis", passages=[Passage("…", "Gebühren", "fees")]))
    index.remove(collection="knowledge", key="17")
    index.rebuild(collection="knowledge", documents=lambda: iter(...), progress=print_progress)

What was put is found by the next search of the same transaction, and by others' once it commits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from portal.language import compounds, data
from portal.language.analysis import Analyser, analyser, analyser_at_once
from portal.language.chunks import chunks
from portal.language.documents import BODY, NAMES, TITLE, WEIGHTS, Bag, Document, bag
from portal.language.marking import places
from portal.language.models import Shelf
from portal.language.ranking import impact
from portal.language.sounds import sound

Progress = Callable[[int], object]
"""Told how many documents are done."""

_PASSAGE = "passage (document_id, position, heading, anchor, text, terms, marks, places)"
_CLEARING = (
    "DELETE FROM language_posting WHERE document_id IN (SELECT id FROM language_document WHERE shelf_id = ANY(%s))",
    "DELETE FROM language_passage WHERE document_id IN (SELECT id FROM language_document WHERE shelf_id = ANY(%s))",
    "DELETE FROM language_document WHERE shelf_id = ANY(%s)",
    "DELETE FROM language_word WHERE shelf_id = ANY(%s)",
    "DELETE FROM language_term WHERE shelf_id = ANY(%s)",
)


@transaction.atomic
def put(document: Document) -> None:
    """Write one document, in place of the one with the same key and language."""
    shelf = _locked_shelf(document.collection, document.language)
    _take_out(shelf, document.key)
    words = analyser(document.language)
    found = bag(document, words, _parts_from_tables(shelf, document, words))
    with connection.cursor() as cursor:
        ids = _count_terms(cursor, shelf, found)
        cursor.execute(
            "INSERT INTO language_document (shelf_id, key, title, tags, popularity, length, names)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id",
            [shelf.pk, *_document_row(document, found)],
        )
        row = cursor.fetchone()[0]
        average = (shelf.length + found.length) / (shelf.count + 1)
        cursor.execute(
            "INSERT INTO language_posting (document_id, term_id, impact) SELECT %s, * FROM unnest(%s::bigint[], %s::float[])",
            [
                row,
                [ids[term] for term in found.weights],
                [impact(weight, found.length, average) for weight in found.weights.values()],
            ],
        )
        cursor.executemany(
            f"INSERT INTO language_{_PASSAGE} VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",  # noqa: S608  no value in it
            [(row, *passage) for passage in _passage_rows(document, words)],
        )
    Shelf.objects.filter(pk=shelf.pk).update(count=shelf.count + 1, length=shelf.length + found.length)


@transaction.atomic
def remove(*, collection: str, key: str, language: str | None = None) -> None:
    """Take a document out, in one language or in all. Harmless if it is not there."""
    shelves = Shelf.objects.select_for_update().filter(collection=collection).order_by("language")
    for shelf in shelves.filter(language=language) if language else shelves:
        _take_out(shelf, key)


@transaction.atomic
def rebuild(
    *, collection: str, documents: Callable[[], Iterable[Document]], progress: Progress = lambda done: None
) -> int:
    """Replace all of a collection by `documents()`, which is read twice; returns how many there are.

    Searches see the old index until the transaction ends. Of two documents with one key the first counts.
    """
    with connection.cursor() as cursor:  # ids are handed out here, so nobody else may meanwhile
        cursor.execute("LOCK TABLE language_document, language_term IN SHARE ROW EXCLUSIVE MODE")
    _clear(collection)
    met: dict[str, set[str]] = {}
    lengths: dict[str, list[float]] = {}
    for document in documents():
        words = analyser(document.language)
        seen = met.setdefault(document.language, set())
        total = 0.0
        for text, weight in _all_text(document):
            kept = words.words(text)
            seen.update(kept)
            total += weight * len(kept)
        lengths.setdefault(document.language, []).append(total)
    done = 0
    for language in sorted(met):
        average = sum(lengths[language]) / len(lengths[language])
        own = (document for document in documents() if document.language == language)
        for _ in _load(_locked_shelf(collection, language), own, met[language], average):
            done += 1
            if done % 100 == 0:
                progress(done)
    progress(done)
    with connection.cursor() as cursor:
        for table in ("document", "passage", "term", "word", "posting"):
            cursor.execute(f"ANALYZE language_{table}")
    return done


def is_outdated(collection: str) -> bool:
    """Whether a shelf was made by other word lists or weights than those of today, as after an update."""
    return Shelf.objects.filter(collection=collection, count__gt=0).exclude(rules=data.fingerprint()).exists()


def settle() -> None:
    """After a rebuild: what autovacuum does within minutes, at once. Does nothing inside a transaction."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        for table in ("posting", "document", "passage", "term", "word"):
            cursor.execute(f"VACUUM ANALYZE language_{table}")


def _load(shelf: Shelf, documents: Iterable[Document], met: set[str], average: float) -> Iterator[None]:
    """Write the documents of one language through COPY; terms and words come last, when all are counted."""
    words = analyser_at_once(shelf.language)
    parts = _remembering(words, met.__contains__)
    with connection.cursor() as cursor:
        document_id, term_id = _last_id(cursor, "document"), _last_id(cursor, "term")
        ids: dict[str, int] = {}
        counts: dict[int, int] = {}
        vocabulary: dict[str, str] = {}
        keys: set[str] = set()
        batch: list[tuple[int, Document, Bag]] = []
        length = 0.0
        for document in documents:
            if document.key in keys:
                continue
            keys.add(document.key)
            document_id += 1
            found = bag(document, words, parts)
            for term in found.weights:
                if term not in ids:
                    term_id += 1
                    ids[term] = term_id
                counts[ids[term]] = counts.get(ids[term], 0) + 1
            vocabulary.update(found.vocabulary)
            length += found.length
            batch.append((document_id, document, found))
            if len(batch) == 200:
                _write_batch(cursor, shelf, batch, ids, average, words)
                batch.clear()
            yield
        _write_batch(cursor, shelf, batch, ids, average, words)
        _copy(
            cursor,
            "term (id, shelf_id, term, df)",
            ((pk, shelf.pk, term, counts[pk]) for term, pk in ids.items()),
        )
        _copy(
            cursor,
            "word (shelf_id, word, term_id, sound)",
            ((shelf.pk, word, ids[term], sound(word)) for word, term in vocabulary.items() if word.isalpha()),
        )
        for table, last in (("document", document_id), ("term", term_id)):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('language_{table}', 'id'), %s)", [last])
    Shelf.objects.filter(pk=shelf.pk).update(count=len(keys), length=length, rules=data.fingerprint())


def _write_batch(
    cursor: Any,
    shelf: Shelf,
    batch: Sequence[tuple[int, Document, Bag]],
    ids: Mapping[str, int],
    average: float,
    words: Analyser,
) -> None:
    _copy(
        cursor,
        "document (id, shelf_id, key, title, tags, popularity, length, names)",
        ((pk, shelf.pk, *_document_row(document, found)) for pk, document, found in batch),
    )
    _copy(
        cursor,
        "posting (document_id, term_id, impact)",
        (
            (pk, ids[term], impact(weight, found.length, average))
            for pk, _, found in batch
            for term, weight in found.weights.items()
        ),
    )
    _copy(
        cursor,
        _PASSAGE,
        ((pk, *row) for pk, document, _ in batch for row in _passage_rows(document, words)),
    )


def _copy(cursor: Any, target: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY language_{target} FROM STDIN") as out:
        for row in rows:
            out.write_row(row)


def _document_row(document: Document, found: Bag) -> tuple[Any, ...]:
    title = document.title[:400]
    return document.key, title, list(document.tags), document.popularity, found.length, Jsonb(found.names)


def _passage_rows(document: Document, words: Analyser) -> Iterator[tuple[Any, ...]]:
    for position, passage in enumerate(chunks(document.passages)):
        text = f"{passage.heading} {passage.text}"
        terms = dict.fromkeys(term for word in words.words(text) for term in words.terms(word))
        marks = dict.fromkeys(places(passage.text, words))
        yield (
            position,
            passage.heading[:300],
            passage.anchor[:120],
            passage.text,
            list(terms),
            [term for term, _ in marks],
            [place for _, place in marks],
        )


def _all_text(document: Document) -> Iterator[tuple[str, float]]:
    yield document.title, WEIGHTS[TITLE]
    for name in (*document.synonyms, *document.questions):
        yield name, WEIGHTS[NAMES]
    for passage in document.passages:
        yield f"{passage.heading} {passage.text}", WEIGHTS[BODY]


def _remembering(words: Analyser, met: Callable[[str], bool]) -> Callable[[str], tuple[str, ...]]:
    remembered: dict[str, tuple[str, ...]] = {}

    def parts(word: str) -> tuple[str, ...]:
        if word not in remembered:
            remembered[word] = words.parts(word, met)
        return remembered[word]

    return parts


def _parts_from_tables(shelf: Shelf, document: Document, words: Analyser) -> Callable[[str], tuple[str, ...]]:
    """Splits with what the collection knows and what this document brings, asked for in one query."""
    own = {word for text, _ in _all_text(document) for word in words.words(text)}
    pieces = (
        {piece for word in own for piece in compounds.substrings(word) if len(piece) >= 4}
        if words.links
        else set()
    )
    pieces -= own | words.listed
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM language_word WHERE shelf_id = %s AND word = ANY(%s)",
            [shelf.pk, sorted(pieces)],
        )
        own.update(row[0] for row in cursor.fetchall())
    return _remembering(words, own.__contains__)


def _count_terms(cursor: Any, shelf: Shelf, found: Bag) -> dict[str, int]:
    """Count the document's terms in, and learn its words; returns the ids of its terms."""
    cursor.execute(
        "INSERT INTO language_term (shelf_id, term, df) SELECT %s, term, 1 FROM unnest(%s::text[]) term"
        " ON CONFLICT (shelf_id, term) DO UPDATE SET df = language_term.df + 1 RETURNING term, id",
        [shelf.pk, sorted(found.weights)],
    )
    ids: dict[str, int] = dict(cursor.fetchall())
    pairs = [(word, ids[term]) for word, term in found.vocabulary.items() if word.isalpha()]
    cursor.execute(
        "INSERT INTO language_word (shelf_id, word, term_id, sound)"
        " SELECT %s, * FROM unnest(%s::text[], %s::bigint[], %s::text[]) ON CONFLICT (shelf_id, word) DO NOTHING",
        [shelf.pk, [word for word, _ in pairs], [pk for _, pk in pairs], [sound(word) for word, _ in pairs]],
    )
    return ids


def _take_out(shelf: Shelf, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, length FROM language_document WHERE shelf_id = %s AND key = %s", [shelf.pk, key]
        )
        row = cursor.fetchone()
        if row is None:
            return
        cursor.execute(
            "WITH gone AS (DELETE FROM language_posting WHERE document_id = %s RETURNING term_id)"
            " UPDATE language_term SET df = df - 1 FROM gone WHERE id = gone.term_id",
            [row[0]],
        )
        cursor.execute("DELETE FROM language_passage WHERE document_id = %s", [row[0]])
        cursor.execute("DELETE FROM language_document WHERE id = %s", [row[0]])
    shelf.count, shelf.length = max(shelf.count - 1, 0), max(shelf.length - row[1], 0.0)
    shelf.save(update_fields=["count", "length"])


def _clear(collection: str) -> None:
    shelves = [shelf.pk for shelf in Shelf.objects.select_for_update().filter(collection=collection)]
    with connection.cursor() as cursor:
        for statement in _CLEARING:
            cursor.execute(statement, [shelves])
    Shelf.objects.filter(pk__in=shelves).update(count=0, length=0)


def _locked_shelf(collection: str, language: str) -> Shelf:
    fresh = Shelf(collection=collection, language=language, rules=data.fingerprint())
    Shelf.objects.bulk_create([fresh], ignore_conflicts=True)
    return Shelf.objects.select_for_update().get(collection=collection, language=language)


def _last_id(cursor: Any, table: str) -> int:
    """The greatest number ever given: none is given again, because who searches remembers documents by it."""
    cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [f"language_{table}"])
    return int(cursor.fetchone()[0])
