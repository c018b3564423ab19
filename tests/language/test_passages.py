"""The passage under a result is the one that says most of what was asked, whoever remembers it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.language import index, passages
from portal.language.documents import Document, Passage
from portal.language.search import search

pytestmark = pytest.mark.django_db


def put(*texts, key="1"):
    index.put(
        Document("city", key, "de", "Hund", passages=[Passage(text, f"{n}") for n, text in enumerate(texts)])
    )


def quote(query, key="1"):
    """The quoted text with its marked words in brackets."""
    hits = {hit.key: hit.passage for hit in search(query, collection="city", edition=7).hits}
    pieces = hits[key].pieces if hits[key] else ()
    return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in pieces)


def statements(query):
    with CaptureQueriesContext(connection) as counted:
        quote(query)
    return len(counted)


def test_the_passage_with_most_of_the_words_is_quoted_and_the_first_of_equals():
    put("Der Hund bellt.", "Steuer und Hund.", "Hund und Steuer.")
    assert quote("Hund Steuer") == "[Steuer] und [Hund]."


def test_every_place_of_a_word_is_marked_and_no_word_that_only_begins_like_it():
    put("Hund, Hunde, Hundert und noch ein Hund")
    assert quote("Hund") == "[Hund], [Hunde], Hundert und noch ein [Hund]"


def test_a_word_inside_another_does_not_make_a_passage_the_best():
    put("Der Hund bellt.", "Das Amtsblatt.", "Ein Amt.")
    assert quote("Hund Amt") in ("Der [Hund] bellt.", "Ein [Amt].")
    put("Ein Blatt.", "Das Steuerrad.", "Die Steuer.", key="2")
    assert quote("Steuer", key="2") == "Die [Steuer]."


def test_a_quote_that_was_shown_before_costs_no_statement_and_a_changed_text_is_quoted_anew():
    put("Der Hund bellt.")
    assert [statements("Hund") > 0, statements("Hund")] == [True, 0]
    index.remove(collection="city", key="1")
    put("Der Hund schläft.")
    hits = search("Hund", collection="city", edition=8).hits
    assert hits[0].passage.text == "Der Hund schläft."


def test_a_page_without_a_text_has_no_quote_and_is_not_asked_about_again():
    put()
    assert quote("Hund") == ""
    assert statements("Hund") == 0


def test_a_very_long_page_is_quoted_but_not_remembered(monkeypatch):
    monkeypatch.setattr(passages, "LONGEST_KEPT", 40)
    put("Der Hund bellt sehr laut und immer wieder.")
    assert [quote("Hund"), quote("Hund")] == ["Der [Hund] bellt sehr laut und immer wieder."] * 2
    assert statements("Hund") == 1
