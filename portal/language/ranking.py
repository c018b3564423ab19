"""Put candidates in order: BM25 over fields, times how much of the query is covered, times how well a name fits. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from operator import mul
from typing import NamedTuple

K1 = 1.2
B = 0.75
COVERAGE = 0.3
NAME = 0.6
TITLE_BONUS = 0.3
ROUNDED_UP = 1 + 1e-9


class Alternative(NamedTuple):
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


class Score(NamedTuple):
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
    """An alternative with what is the same for all candidates: its terms that these were asked for, each with its share in the
    idf of all, what an impact × idf of it gains, how many terms were not asked for, and which word of the query it stands for."""

    said: Alternative
    parts: Sequence[tuple[str, float]]
    gain: float
    unasked: int
    word: int


Play = tuple[int, Sequence[tuple[str, float]]]
"""A way by its number, and what an impact of 1 of each of its terms gains that are there."""


class _Partly(NamedTuple):
    """A way with those of its terms that a candidate has: which word it meets and how well, and how well a name may meet it."""

    word: int
    play: Play
    weight: float
    reach: float


class _Meeting(NamedTuple):
    """What the same terms say of the query in whatever candidate they stand."""

    plays: Sequence[Sequence[Play]]
    """For each word that is met the ways that may be its best, in their order."""
    coverage: float
    at_most: float
    """Of everything that is multiplied with the gains, if the names fitted as well as these terms let them."""
    strength: Mapping[str, float]
    """How well each term meets its word."""
    terms: frozenset[str]


class Ranking:
    """A query ready to score candidates: what is the same for all of them is worked out once.

    `idfs` holds the terms that the candidates were asked for; of the others only their names can tell. A word may be said in a
    dozen ways and a candidate has one or two of them, so ways are found by the terms that are there. Most candidates have the
    same few terms as others: what does not depend on their impacts is worked out once for all of them.

    Two steps, because names are most of the work and only the best need it: ask all for the `most` they could reach, then `score`
    them in that order until the next could no longer be among the best.
    """

    def __init__(self, groups: Sequence[Group], idfs: Mapping[str, float]) -> None:
        self._idfs = idfs
        self._weights = [group.weight for group in groups]
        self._importance = [group.weight * _importance(group, idfs) for group in groups]
        self._possible = sum(self._importance) or 1.0
        self._ways: list[_Way] = []
        self._alone: dict[str, list[_Partly]] = {}
        """The best way to meet each word by this term alone."""
        self._together: dict[str, list[tuple[int, int]]] = {}
        """The ways that need several terms by each of them: number, and a bit for the term."""
        self._partly: dict[tuple[int, int], _Partly] = {}
        self._strength: dict[str, float] = {}
        """How well each term meets its word."""
        self._at_any_rate = [0.0] * len(groups)
        """How well each word may be met by the names of a candidate that has none of the terms asked for."""
        self._meetings: dict[frozenset[str], _Meeting] = {}
        for word, group in enumerate(groups):
            for said in group.alternatives:
                self._add(word, said)

    def _add(self, word: int, said: Alternative) -> None:
        number, terms, strength = len(self._ways), said.terms, said.weight * self._weights[word]
        whole = _whole(said, self._idfs)
        parts = [(term, self._idfs[term] / whole) for term in terms if term in self._idfs]
        unasked = len(terms) - len(parts)
        self._ways.append(_Way(said, parts, strength * said.portion, unasked, word))
        reach = said.weight * unasked / len(terms)
        self._at_any_rate[word] = max(self._at_any_rate[word], min(reach, 1.0))
        for place, term in enumerate(dict.fromkeys(terms)):
            self._strength[term] = max(self._strength.get(term, 0.0), strength)
            if len(terms) > 1:
                self._together.setdefault(term, []).append((number, 1 << place))
                continue
            own = self._alone.setdefault(term, [])
            worth = strength * said.portion * self._idfs.get(term, 0.0)
            weight = min(said.weight, 1.0)
            new = _Partly(word, (number, ((term, worth),)), weight, weight)
            if own and own[-1].word == word:
                old = own.pop()
                better = old if old.play[1][0][1] >= worth else new
                best = max(old.weight, weight)
                new = better._replace(weight=best, reach=best)
            own.append(new)

    def most(self, impacts: Mapping[str, float], popularity: float) -> float:
        """What the score of a candidate with these terms is at most: if its names fitted as well as its terms let them."""
        met = self._meeting(impacts)
        total = 0.0
        for plays in met.plays:
            best = 0.0
            for _number, terms in plays:
                gain = 0.0
                for term, worth in terms:
                    gain += impacts[term] * worth
                if gain > best:
                    best = gain
            total += best
        return total * met.at_most * popularity * ROUNDED_UP

    def score(self, impacts: Mapping[str, float], popularity: float, names: Sequence[Name]) -> Score:
        """How well a candidate meets the query: its terms, and the best of its names; the title is the first.

        Only the best alternative of a word counts, so that synonyms never add up.
        """
        met = self._meeting(impacts)
        total, used = 0.0, []
        for plays in met.plays:
            gains = [sum([impacts[term] * worth for term, worth in terms]) for _number, terms in plays]
            best = max(gains)
            if best > 0:
                total += best
                used.append(self._ways[plays[gains.index(best)][0]].said)
        fits = [0.0 if met.terms.isdisjoint(name.terms) else self._fit(met.strength, name) for name in names]
        fit, title = max(fits, default=0.0), fits[0] if fits else 0.0
        value = total * (1 - COVERAGE + COVERAGE * met.coverage) * (1 + NAME * fit + TITLE_BONUS * title)
        return Score(value * popularity, met.coverage, fit, title, met.terms, tuple(used))

    def _meeting(self, impacts: Mapping[str, float]) -> _Meeting:
        terms = frozenset(impacts)
        found = self._meetings.get(terms)
        if found is None:
            found = self._meetings[terms] = self._meet(terms)
        return found

    def _meet(self, present: frozenset[str]) -> _Meeting:
        words = len(self._weights)
        plays: list[list[Play]] = [[] for _ in range(words)]
        met, reach = [0.0] * words, list(self._at_any_rate)
        together: dict[int, int] = {}
        for term in present:
            for number, bit in self._together.get(term, ()):
                together[number] = together.get(number, 0) | bit
            for word, play, weight, _reach in self._alone.get(term, ()):
                plays[word].append(play)
                if weight > met[word]:
                    met[word] = weight
        for there in together.items():
            word, play, weight, known = self._partly.get(there) or self._part(there, present)
            plays[word].append(play)
            if weight > met[word]:
                met[word] = weight
            if known > reach[word]:
                reach[word] = known
        coverage = self._of_all(met)
        recall = self._of_all(map(max, met, reach))
        fit = 2 * recall / (1 + recall)
        at_most = (1 - COVERAGE + COVERAGE * coverage) * (1 + NAME * fit + TITLE_BONUS * fit)
        strength = {term: self._strength[term] for term in present if term in self._strength}
        return _Meeting(
            [sorted(ways) for ways in plays if ways], coverage, at_most, strength, frozenset(strength)
        )

    def _part(self, which: tuple[int, int], present: Collection[str]) -> _Partly:
        """A way by its number with these of its terms; the same for all candidates that have them."""
        said, parts, gain, unasked, word = self._ways[which[0]]
        there = [part for part in parts if part[0] in present]
        share = sum([portion for _term, portion in there])
        gain *= share
        play = (which[0], [(term, gain * self._idfs[term]) for term, _portion in there])
        known = said.weight * (len(there) + unasked) / len(said.terms)
        found = self._partly[which] = _Partly(word, play, min(said.weight * share, 1.0), min(known, 1.0))
        return found

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
            if term not in self._strength:
                continue
            for word, _play, weight, _reach in self._alone.get(term, ()):
                if weight > reach[word]:
                    reach[word] = weight
            for number, _bit in self._together.get(term, ()):
                hits[number] = hits.get(number, 0) + 1
        for number, hit in hits.items():
            said, word = self._ways[number].said, self._ways[number].word
            reach[word] = max(reach[word], min(said.weight * hit / len(said.terms), 1.0))
        return reach

    def _of_all(self, met: Iterable[float]) -> float:
        """The share of the query that is met, where each of its words is met so well, from 0 to 1."""
        return float(sum(map(mul, self._importance, met))) / self._possible


def _importance(group: Group, idfs: Mapping[str, float]) -> float:
    known = [idfs.get(term, 0.0) for alternative in group.alternatives[:1] for term in alternative.terms]
    return max([*known, 2.0])


def _whole(alternative: Alternative, idfs: Mapping[str, float]) -> float:
    return sum(idfs.get(term, 1.0) for term in alternative.terms)
