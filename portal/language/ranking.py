"""Put candidates in order: BM25 over fields, times how much of the query is covered, times how well a name fits. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import NamedTuple

K1 = 1.2
B = 0.75
COVERAGE = 0.3
NAME = 0.6
TITLE_BONUS = 0.3
ROUNDED_UP = 1 + 1e-9


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to meet a word of the query. Several terms belong together (the parts of a compound).

    `why` is "" for the word itself, else "part", "joined", "form", "beginning", "end", "typo", "synonym" or "thesaurus";
    `shown` is how people read it.
    `portion` is below 1 where several words of the query together may be met this way: each gives its portion of the gain,
    so that `Firma gründen` = `Gewerbeanmeldung` does not count twice in full.
    """

    terms: tuple[str, ...]
    weight: float
    why: str = ""
    shown: str = ""
    portion: float = 1.0


@dataclass(slots=True)
class Group:
    """One word of the query with its alternatives; `weight` is below 1 for words that carry little.

    `whole` is the term of the compound that the word was a part of, if it was.
    """

    word: str
    weight: float
    alternatives: list[Alternative] = field(default_factory=list)
    whole: str = ""


class Name(NamedTuple):
    """A name of a document: each word as its term and those of its parts, and all these terms once."""

    words: Sequence[Sequence[str]]
    terms: Collection[str]


@dataclass(frozen=True, slots=True)
class Score:
    """`value` orders; the rest says why and how sure. `coverage` and `name` lie between 0 and 1."""

    value: float
    coverage: float = 0.0
    name: float = 0.0
    title: float = 0.0
    terms: frozenset[str] = frozenset()
    used: tuple[Alternative, ...] = ()


def idf(count: int, df: int) -> float:
    """How telling a term is that `df` of `count` documents have."""
    return log(1 + (count - df + 0.5) / (df + 0.5))


def impact(weight: float, length: float, average: float) -> float:
    """The share of a term in a document's score, before idf: saturating, fair to long texts."""
    return weight * (K1 + 1) / (weight + K1 * (1 - B + B * length / max(average, 1.0)))


class _Way(NamedTuple):
    """An alternative with what is the same for all candidates: what an impact × idf of it gains, the idf of all its terms, how
    many of them the candidates were not asked for, and which word of the query it stands for."""

    said: Alternative
    gain: float
    whole: float
    unasked: int
    word: int


class Ranking:
    """A query ready to score candidates: what is the same for all of them is worked out once.

    `idfs` holds the terms that the candidates were asked for; of the others only their names can tell. A word may be said in a
    dozen ways and a candidate has one or two of them, so ways are found by the terms that are there.

    Two steps, because the score of a candidate is most of the work and only the best need it: ask all for the `most` they could
    reach, then `score` them in that order until the next could no longer be among the best.
    """

    def __init__(self, groups: Sequence[Group], idfs: Mapping[str, float]) -> None:
        self._idfs = idfs
        self._weights = [group.weight for group in groups]
        self._importance = [group.weight * _importance(group, idfs) for group in groups]
        self._possible = sum(self._importance) or 1.0
        self._ways: list[_Way] = []
        self._by_term: dict[str, list[int]] = {}
        """Numbers of the ways that a term takes part in, those of the first word first."""
        self._alone: dict[str, list[tuple[int, float, float]]] = {}
        """Ways of one term by it: (word of the query, what an impact of 1 gains, weight)."""
        self._together: dict[str, list[tuple[int, float, float, float]]] = {}
        """Ways that need several terms by each of them: (number, what an impact of 1 gains, share in the way, share of its weight)."""
        self._at_any_rate = [0.0] * len(groups)
        """How well each word may be met by the names of a candidate that has none of the terms asked for."""
        for word, group in enumerate(groups):
            for said in group.alternatives:
                self._add(word, said)

    def _add(self, word: int, said: Alternative) -> None:
        terms, gain = said.terms, said.weight * said.portion
        unasked = sum(term not in self._idfs for term in terms)
        number = len(self._ways)
        whole = _whole(said, self._idfs)
        self._ways.append(_Way(said, gain, whole, unasked, word))
        reach = said.weight * unasked / len(terms)
        self._at_any_rate[word] = max(self._at_any_rate[word], reach)
        for term in dict.fromkeys(terms):
            self._by_term.setdefault(term, []).append(number)
            telling = self._idfs.get(term, 0.0)
            worth = gain * telling * self._weights[word]
            if len(terms) == 1:
                self._alone.setdefault(term, []).append((word, worth, said.weight))
                continue
            times = terms.count(term)
            part = number, worth * times, telling * times / whole, said.weight * times / len(terms)
            self._together.setdefault(term, []).append(part)

    def most(self, impacts: Mapping[str, float], popularity: float) -> float:
        """What the score of a candidate with these terms is at most: if its names fitted as well as its terms let them."""
        words = len(self._weights)
        gains, met, reach = [0.0] * words, [0.0] * words, list(self._at_any_rate)
        several: dict[int, tuple[float, float, float]] = {}
        for term, impact in impacts.items():
            for word, gain, weight in self._alone.get(term, ()):
                if impact * gain > gains[word]:
                    gains[word] = impact * gain
                if weight > met[word]:
                    met[word] = weight
            for number, gain, share, known in self._together.get(term, ()):
                so_far = several.get(number, (0.0, 0.0, 0.0))
                several[number] = so_far[0] + impact * gain, so_far[1] + share, so_far[2] + known
        for number, (gain, share, known) in several.items():
            way = self._ways[number]
            word, weight = way.word, way.said.weight
            gains[word] = max(gains[word], gain * share)
            met[word] = max(met[word], weight * share)
            reach[word] = max(reach[word], known + weight * way.unasked / len(way.said.terms))
        coverage = self._of_all(met)
        recall = self._of_all(map(max, met, reach))
        fit = 2 * recall / (1 + recall)
        value = sum(gains) * (1 - COVERAGE + COVERAGE * coverage)
        return value * (1 + NAME * fit + TITLE_BONUS * fit) * popularity * ROUNDED_UP

    def score(self, impacts: Mapping[str, float], popularity: float, names: Sequence[Name]) -> Score:
        """How well a candidate meets the query: its terms, and the best of its names; the title is the first.

        Only the best alternative of a word counts, so that synonyms never add up.
        """
        words = len(self._weights)
        best: list[_Way | None] = [None] * words
        gains, met = [0.0] * words, [0.0] * words
        strength: dict[str, float] = {}
        numbers = {number for term in impacts for number in self._by_term.get(term, ())}
        for way in map(self._ways.__getitem__, sorted(numbers)):
            word, weight = way.word, way.said.weight
            terms = [term for term in way.said.terms if term in impacts]
            value, share = self._value(way, terms, impacts)
            for term in terms:
                strength[term] = max(strength.get(term, 0.0), weight * self._weights[word])
            if value * share > gains[word]:
                best[word], gains[word] = way, value * share
            met[word] = max(met[word], weight * share)
        coverage = self._of_all(met)
        total = sum(weight * gain for weight, gain in zip(self._weights, gains, strict=True))
        met_by = strength.keys()
        fits = [0.0 if met_by.isdisjoint(name.terms) else self._fit(strength, name) for name in names]
        fit, title = max(fits, default=0.0), fits[0] if fits else 0.0
        value = total * (1 - COVERAGE + COVERAGE * coverage) * (1 + NAME * fit + TITLE_BONUS * title)
        used = tuple(way.said for way in best if way is not None)
        return Score(value * popularity, coverage, fit, title, frozenset(strength), used)

    def _value(self, way: _Way, terms: Sequence[str], impacts: Mapping[str, float]) -> tuple[float, float]:
        """What these of its terms are worth, and their share in it."""
        idfs = self._idfs
        worth = way.gain * sum([impacts[term] * idfs[term] for term in terms])
        return worth, sum([idfs[term] for term in terms]) / way.whole

    def _fit(self, strength: Mapping[str, float], name: Name) -> float:
        """How well a name fits the query: 1 = the same words. `strength`: how well each term of the document met it."""
        met = 0.0
        for word in name.words:
            whole = strength.get(word[0], 0.0)
            if len(word) > 1:
                whole = max(whole, sum([strength.get(part, 0.0) for part in word[1:]]) / (len(word) - 1))
            met += min(whole, 1.0)
        if not met:
            return 0.0
        precision = met / len(name.words)
        recall = self._of_all(self._reached(name.terms))
        return 2 * precision * recall / (precision + recall) if recall else 0.0

    def _reached(self, terms: Collection[str]) -> Sequence[float]:
        """How well these terms say each word of the query."""
        reach = [0.0] * len(self._weights)
        hits: dict[int, int] = {}
        for term in terms:
            for word, _, weight in self._alone.get(term, ()):
                if weight > reach[word]:
                    reach[word] = weight
            for number, *_ in self._together.get(term, ()):
                hits[number] = hits.get(number, 0) + 1
        for number, hit in hits.items():
            said, word = self._ways[number].said, self._ways[number].word
            reach[word] = max(reach[word], said.weight * hit / len(said.terms))
        return reach

    def _of_all(self, met: Iterable[float]) -> float:
        """The share of the query that is met, where each of its words is met so well."""
        pairs = zip(self._importance, met, strict=True)
        return sum([importance * min(share, 1.0) for importance, share in pairs]) / self._possible


def _importance(group: Group, idfs: Mapping[str, float]) -> float:
    known = [idfs.get(term, 0.0) for alternative in group.alternatives[:1] for term in alternative.terms]
    return max([*known, 2.0])


def _whole(alternative: Alternative, idfs: Mapping[str, float]) -> float:
    return sum(idfs.get(term, 1.0) for term in alternative.terms)
