"""Put candidates in order: BM25 over fields, times how much of the query is covered, times how well a name fits. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log

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


@dataclass(frozen=True, slots=True)
class Met:
    """What a candidate's terms are worth before its names are read.

    `most` is the value if its names fitted as well as its terms let them; `strength` is how well each term met the query.
    """

    total: float
    popularity: float
    coverage: float
    most: float
    used: tuple[Alternative, ...]
    strength: Mapping[str, float]
    reachable: Sequence[tuple[float, Sequence[Alternative]]]


class Ranking:
    """A query ready to score candidates: what is the same for all of them is worked out once.

    `idfs` holds the terms that the candidates were asked for; of the others only their names can tell.

    Two steps, because reading the names of a candidate is most of the work and only the best need it:
    `meet` all, then `name` them in the order of `Met.most` until the next could no longer be among the best.
    """

    def __init__(self, groups: Sequence[Group], idfs: Mapping[str, float]) -> None:
        self._idfs = idfs
        self._groups = [
            (
                group,
                group.weight * _importance(group, idfs),
                [
                    (
                        way,
                        way.weight * way.portion,
                        _whole(way, idfs),
                        sum(term not in idfs for term in way.terms),
                    )
                    for way in group.alternatives
                ],
            )
            for group in groups
        ]
        self._possible = sum(importance for _, importance, _ in self._groups)

    def meet(self, impacts: Mapping[str, float], popularity: float) -> Met | None:
        """Score the terms of one candidate. Only the best alternative of a word counts, so that synonyms never add up."""
        idfs = self._idfs
        total = covered = within_reach = 0.0
        used: list[Alternative] = []
        strength: dict[str, float] = {}
        reachable: list[tuple[float, Sequence[Alternative]]] = []
        for group, importance, ways in self._groups:
            best, gain, met, reach = None, 0.0, 0.0, 0.0
            present: list[Alternative] = []
            for way, weight, whole, unasked in ways:
                terms = [term for term in way.terms if term in impacts]
                if not terms and not unasked:
                    continue
                present.append(way)
                reach = max(reach, way.weight * (len(terms) + unasked) / len(way.terms))
                value = weight * sum(impacts[term] * idfs.get(term, 0.0) for term in terms)
                if value <= 0:
                    continue
                share = sum(idfs.get(term, 1.0) for term in terms) / whole if whole else 0.0
                for term in terms:
                    strength[term] = max(strength.get(term, 0.0), way.weight * group.weight)
                if value * share > gain:
                    best, gain = way, value * share
                met = max(met, way.weight * share)
            if present:
                reachable.append((importance, present))
                within_reach += importance * min(reach, 1.0)
            if best is not None:
                used.append(best)
                total += group.weight * gain
                covered += importance * min(met, 1.0)
        if not used or not self._possible:
            return None
        coverage, recall = covered / self._possible, within_reach / self._possible
        value = total * (1 - COVERAGE + COVERAGE * coverage)
        fit = 2 * recall / (1 + recall) * ROUNDED_UP
        most = value * (1 + NAME * fit + TITLE_BONUS * fit) * popularity
        return Met(value, popularity, coverage, most, tuple(used), strength, reachable)

    def name(self, met: Met, names: Sequence[Sequence[Sequence[str]]]) -> Score:
        """The score of a candidate: how well the best name fits, and the title, which is the first name."""
        fits = [self._fit(met, name) for name in names]
        best, title = max(fits, default=0.0), fits[0] if fits else 0.0
        value = met.total * (1 + NAME * best + TITLE_BONUS * title)
        return Score(value * met.popularity, met.coverage, best, title, frozenset(met.strength), met.used)

    def _fit(self, candidate: Met, name: Sequence[Sequence[str]]) -> float:
        """How well a name fits the query: 1 = the same words."""
        strength = candidate.strength
        met = 0.0
        for word in name:
            whole = strength.get(word[0], 0.0)
            if len(word) > 1:
                whole = max(whole, sum([strength.get(part, 0.0) for part in word[1:]]) / (len(word) - 1))
            met += min(whole, 1.0)
        if not met:
            return 0.0
        precision = met / len(name)
        terms = {term for word in name for term in word}
        asked = 0.0
        for importance, ways in candidate.reachable:
            reach = 0.0
            for way in ways:
                hit = len(terms.intersection(way.terms))
                if hit:
                    reach = max(reach, way.weight * hit / len(way.terms))
            asked += importance * min(reach, 1.0)
        recall = asked / self._possible
        return 2 * precision * recall / (precision + recall) if recall else 0.0


def _importance(group: Group, idfs: Mapping[str, float]) -> float:
    known = [idfs.get(term, 0.0) for alternative in group.alternatives[:1] for term in alternative.terms]
    return max([*known, 2.0])


def _whole(alternative: Alternative, idfs: Mapping[str, float]) -> float:
    return sum(idfs.get(term, 1.0) for term in alternative.terms)
