"""What is known of a query's words, and the query understood: values that reading, guessing and scoring share. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from portal.language.ranking import Group
from portal.language.thesaurus import Thesaurus

SUBJECT = 0.8
"""From this weight on a word of the query is about its subject."""


@dataclass(slots=True)
class Known:
    """What a collection knows of the words and terms it was asked for."""

    count: int = 0
    words: dict[str, str] = field(default_factory=dict)
    """Folded word as it occurs -> its term."""
    frequencies: dict[str, int] = field(default_factory=dict)
    """Term -> in how many documents; never 0."""
    asked: set[str] = field(default_factory=set)


class Vocabulary(Protocol):
    """The words of a collection in one language, asked in bulk because each question is a statement."""

    def look(
        self,
        words: Collection[str],
        terms: Collection[str],
        pieces: Callable[[str], Collection[str]] = ...,
    ) -> Known:
        """Which of `words` and their `pieces` occur as written, and how often their terms and `terms` do."""

    def similar(self, words: Collection[str]) -> Mapping[str, Sequence[tuple[str, int]]]:
        """For each word known words that look like it, with the number of their documents."""

    def longer(self, words: Collection[str]) -> Mapping[str, Sequence[tuple[str, int]]]:
        """For each word known words that begin or end with it, slips allowed, with the number of their documents."""


@dataclass(slots=True)
class Plan:
    """A query understood. `groups` is what to look for; `corrections` are said openly."""

    groups: list[Group] = field(default_factory=list)
    idfs: dict[str, float] = field(default_factory=dict)
    phrases: list[str] = field(default_factory=list)
    corrections: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    cut: set[str] = field(default_factory=set)
    """Words with a full stop after them, and the last one: cut short or half typed, perhaps."""

    @property
    def misses_subject(self) -> bool:
        """Whether only words were met that go with any subject: `Zahnspange Kosten` where nobody writes of braces.

        What several of them say together (`sehe schlecht`) is a subject.
        """
        ways = [(group, way) for group in self.groups for way in group.alternatives]
        return any(group.weight >= SUBJECT for group in self.groups) and not any(
            (group.weight >= SUBJECT or way.portion < 1) and any(term in self.idfs for term in way.terms)
            for group, way in ways
        )

    @property
    def terms(self) -> dict[str, float]:
        """Every term to look up, with the greatest weight it has anywhere."""
        weights: dict[str, float] = {}
        for group in self.groups:
            for alternative in group.alternatives:
                for term in alternative.terms:
                    weights[term] = max(weights.get(term, 0.0), alternative.weight * group.weight)
        return weights


def met(known: Known, sources: Sequence[Thesaurus]) -> Callable[[str], bool]:
    """Whether a compound may be made of a word: the collection has it, or a thesaurus knows what it means."""
    return lambda word: word in known.words or any(word in source.spoken for source in sources)
