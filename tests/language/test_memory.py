"""What a process remembers of the index saves statements and never changes what is found."""

from random import Random

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from portal.language import index, memory, tables
from portal.language.documents import Document, Passage
from portal.language.search import search

pytestmark = pytest.mark.django_db
WORDS = ("hund", "steuer", "pass", "wohnung", "parken", "müll", "baum", "kind", "schule", "lärm")


def put(key, text, collection="city"):
    index.put(Document(collection, key, "de", text.title(), passages=[Passage(text)]))


def found(query, edition):
    return [hit.key for hit in search(query, collection="city", edition=edition).hits]


def statements(query, edition):
    with CaptureQueriesContext(connection) as counted:
        found(query, edition)
    return len(counted)


def test_words_that_were_asked_before_are_not_looked_up_again():
    put("1", "hund und steuer")
    put("2", "baum im park")
    first = statements("hund", 7)
    statements("steuer baum", 7)
    assert statements("hund", 7) == 0
    assert statements("baum hund", 7) == 1, "only whether two words are one here: baumhund"
    assert first == 4, "the control: words, postings, documents, passages"


def test_a_new_edition_is_read_anew():
    put("1", "hund und steuer")
    assert found("hund", 7) == ["1"]
    put("2", "hund und wiese")
    index.remove(collection="city", key="1")
    assert found("hund", 8) == ["2"]


def test_who_asks_while_another_reads_or_after_its_statement_failed_finds_the_same(monkeypatch):
    put("1", "personalausweis")
    read, beside = tables.prepared, []

    def broken_off(*statement):
        monkeypatch.setattr(tables, "prepared", read)
        beside.append(found("kennkarte", 7))  # another thread, in the middle of the statement
        raise OperationalError

    monkeypatch.setattr(tables, "prepared", broken_off)
    with pytest.raises(OperationalError):
        found("kennkarte", 7)
    assert [*beside, found("kennkarte", 7)] == [["1"]] * 2


def test_without_an_edition_nothing_is_remembered():
    put("1", "hund und steuer")
    assert found("hund", None) == ["1"]
    put("2", "hund")
    assert found("hund", None) == ["2", "1"]


def test_what_fills_the_memory_is_forgotten(monkeypatch):
    monkeypatch.setattr(memory, "MOST_WORDS", 1)
    put("1", "hund und steuer")
    assert [found(word, 7) for word in ("hund", "steuer", "hund")] == [["1"]] * 3


def test_the_same_documents_are_chosen_here_as_by_the_database(monkeypatch):
    monkeypatch.setattr(tables, "MOST_CANDIDATES", 12)
    monkeypatch.setattr(tables, "DEPTH", 20)
    draw = Random(3)
    for number in range(60):
        put(str(number), " ".join(draw.choices(WORDS, k=draw.randint(1, 8))))
    queries = [" ".join(draw.sample(WORDS, draw.randint(1, 4))) for _ in range(25)]
    for query in queries:
        here, there = search(query, collection="city", edition=7), search(query, collection="city")
        assert here.total == there.total
        assert [(hit.key, hit.score) for hit in here.hits] == [(hit.key, hit.score) for hit in there.hits]
    monkeypatch.setattr(tables, "MOST_HITS", -1)
    assert statements(queries[0], 7) == 1, "the control: the database chooses"
