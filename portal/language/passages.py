"""Which passage of a document says most of what was asked, and where its words stand.

A process remembers the passages of the documents it has shown: they are read whole, which costs the database less than choosing,
and what is remembered costs it nothing.
"""

from array import array
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from django.core.cache import caches

from portal.postgresql.base import prepared

LONGEST_KEPT = 10_000
"""Letters of a document with its terms; what is longer is read anew, so that a process stays as small as it is."""

_PASSAGES = """
    SELECT document_id, heading, anchor, text, array_to_string(terms, E'\\n'), array_to_string(marks, E'\\n'), places
    FROM language_passage WHERE document_id = ANY(%s::bigint[]) ORDER BY document_id, position"""


class Quoted(NamedTuple):
    """The passage of a document that says most of what was asked, and the places of the words to mark in it."""

    heading: str
    anchor: str
    text: str
    marked: list[int]


class _Passage(NamedTuple):
    """As the tables hold it, but `terms` and `marks` are one text each, every term between two ends of lines: that is a tenth of
    the size of a set and is searched as fast."""

    heading: str
    anchor: str
    text: str
    terms: str
    marks: str
    places: "array[int]"


def quotes(worth: Mapping[str, float], marked: Mapping[int, Collection[str]]) -> dict[int, Quoted]:
    """The best passage of each document of `marked` that has any, the first of equals.

    `worth` of each term, and the terms to mark in each document.
    """
    telling = [(f"\n{term}\n", value) for term, value in worth.items()]
    found = {}
    known = _passages(marked)
    for document in marked:
        if passages := known[document]:
            values = [
                round(sum([value for term, value in telling if term in passage.terms]), 9)
                for passage in passages
            ]
            best = passages[values.index(max(values))]
            places = sorted(_places(best, marked[document]))
            found[document] = Quoted(best.heading, best.anchor, best.text, places)
    return found


def _places(passage: _Passage, terms: Collection[str]) -> set[int]:
    """Where these terms stand in the text."""
    found, marks = set(), passage.marks
    for term in terms:
        line = f"\n{term}\n"
        at = marks.find(line)
        while at >= 0:
            found.add(passage.places[marks.count("\n", 0, at)])
            at = marks.find(line, at + 1)
    return found


def _passages(documents: Collection[int]) -> Mapping[int, Sequence[_Passage]]:
    """From the memory of this process; those that it has not met yet in one statement. A document is written once."""
    shelf = caches["passages"]
    found: dict[int, list[_Passage]] = shelf.get_many(documents)
    if missing := [document for document in documents if document not in found]:
        fresh: dict[int, list[_Passage]] = {document: [] for document in missing}
        for document, heading, anchor, text, terms, marks, places in prepared(_PASSAGES, [missing]):
            passage = _Passage(heading, anchor, text, f"\n{terms}\n", f"\n{marks}\n", array("i", places))
            fresh[document].append(passage)
        kept = {document: read for document, read in fresh.items() if _length(read) <= LONGEST_KEPT}
        shelf.set_many(kept, None)
        found |= fresh
    return found


def _length(passages: Sequence[_Passage]) -> int:
    return sum(len(passage.text) + len(passage.terms) + len(passage.marks) for passage in passages)
