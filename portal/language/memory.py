"""What a process remembers of a shelf of the index while nobody changes it: words that were asked, their terms, where these stand.

People ask with the same few thousand words. Who knows what edition of the collection is meant (a number that every change
raises) says it; then a word is looked up in the tables once an edition, and not in each query that has it.
"""

from array import array
from collections.abc import Collection
from typing import NamedTuple

from django.core.cache import caches

MOST_WORDS = 6_000
MOST_NUMBERS = 60_000  # postings: 16 bytes each


class Kept(NamedTuple):
    """A term as the tables hold it."""

    pk: int
    documents: int


class Postings(NamedTuple):
    """The documents of a term and its impacts in them, the strongest first."""

    documents: "array[int]"
    impacts: "array[float]"


class Memory:
    """One edition of one shelf; with edition None nothing is remembered beyond one query.

    All threads of the process share it without a lock: whatever is put in is true and whole, and twice is the same as once.
    """

    def __init__(self, edition: int | None) -> None:
        self.edition = edition
        self.count = 0
        self.words: dict[str, Collection[tuple[str, str]]] = {}
        """A word that was asked -> it and its pieces, as far as they occur, each with its term."""
        self.terms: dict[str, Kept | None] = {}
        self.postings: dict[int, Postings] = {}
        self._numbers = 0

    @classmethod
    def of(cls, collection: str, language: str, edition: int | None) -> "Memory":
        """That of this process; a new one when the edition is another, or when it has become too large."""
        if edition is None:
            return cls(None)
        name, shelf = f"language.memory.{collection}.{language}", caches["values"]
        known: Memory | None = shelf.get(name)
        if known is None or known.edition != edition or known._is_full():
            known = cls(edition)
            shelf.set(name, known, None)
        return known

    def keep(self, term: int, postings: Postings) -> None:
        self.postings[term] = postings
        self._numbers += len(postings.documents)

    def _is_full(self) -> bool:
        return len(self.words) + len(self.terms) > MOST_WORDS or self._numbers > MOST_NUMBERS
