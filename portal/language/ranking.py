"""Put candidates in order: BM25 over fields, times how much of the query is covered, times how well a name fits. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log

K1 = 1.2
B = 0.75
COVERAGE = 0.3
NAME = 0.6
TITLE_BONUS = 0.3


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to meet a word of the query. Several terms belong together (the parts of a compound).

    `why` is "" for the word itself, else "part", "end", "typo", "synonym" or "thesaurus"; `shown` is how people read it.
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
class Candidate:
    """A document with the impacts of those query terms that it has."""

    impacts: Mapping[str, float]
    names: Sequence[Sequence[Sequence[str]]] = ()
    popularity: float = 1.0


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


def score(groups: Sequence[Group], idfs: Mapping[str, float], candidate: Candidate) -> Score:
    """Score one candidate. Only the best alternative of a word counts, so that synonyms never add up."""
    total = covered = possible = 0.0
    used: list[Alternative] = []
    strength: dict[str, float] = {}
    for group in groups:
        importance = group.weight * _importance(group, idfs)
        possible += importance
        best, gain, met = None, 0.0, 0.0
        for alternative in group.alternatives:
            value = (
                alternative.weight
                * alternative.portion
                * sum(candidate.impacts.get(term, 0.0) * idfs.get(term, 0.0) for term in alternative.terms)
            )
            if value <= 0:
                continue
            whole = _share(alternative, idfs, candidate.impacts)
            value, share = value * whole, alternative.weight * whole
            for term in alternative.terms:
                if term in candidate.impacts:
                    strength[term] = max(strength.get(term, 0.0), alternative.weight * group.weight)
            if value > gain:
                best, gain = alternative, value
            met = max(met, share)
        if best is not None:
            used.append(best)
            total += group.weight * gain
            covered += importance * min(met, 1.0)
    if not used or not possible:
        return Score(0.0)
    coverage = covered / possible
    name, title = _name_fit(groups, idfs, candidate.names, strength, possible)
    value = total * (1 - COVERAGE + COVERAGE * coverage) * (1 + NAME * name + TITLE_BONUS * title)
    return Score(value * candidate.popularity, coverage, name, title, frozenset(strength), tuple(used))


def _importance(group: Group, idfs: Mapping[str, float]) -> float:
    known = [idfs.get(term, 0.0) for alternative in group.alternatives[:1] for term in alternative.terms]
    return max([*known, 2.0])


def _share(alternative: Alternative, idfs: Mapping[str, float], impacts: Mapping[str, float]) -> float:
    whole = sum(idfs.get(term, 1.0) for term in alternative.terms)
    return sum(idfs.get(term, 1.0) for term in alternative.terms if term in impacts) / whole if whole else 0.0


def _name_fit(
    groups: Sequence[Group],
    idfs: Mapping[str, float],
    names: Sequence[Sequence[Sequence[str]]],
    strength: Mapping[str, float],
    possible: float,
) -> tuple[float, float]:
    """How well the best name fits the query (1 = same words), and how well the title, which is the first name."""
    fits = [_fit(groups, idfs, name, strength, possible) for name in names]
    return (max(fits, default=0.0), fits[0] if fits else 0.0)


def _fit(
    groups: Sequence[Group],
    idfs: Mapping[str, float],
    name: Sequence[Sequence[str]],
    strength: Mapping[str, float],
    possible: float,
) -> float:
    met = 0.0
    for word in name:
        whole = strength.get(word[0], 0.0)
        pieces = word[1:]
        by_parts = sum(strength.get(part, 0.0) for part in pieces) / len(pieces) if pieces else 0.0
        met += min(max(whole, by_parts), 1.0)
    if not met:
        return 0.0
    precision = met / len(name)
    terms = {term for word in name for term in word}
    asked = 0.0
    for group in groups:
        reach = max(
            (
                alternative.weight * sum(term in terms for term in alternative.terms) / len(alternative.terms)
                for alternative in group.alternatives
            ),
            default=0.0,
        )
        asked += group.weight * _importance(group, idfs) * min(reach, 1.0)
    recall = asked / possible
    return 2 * precision * recall / (precision + recall) if recall else 0.0
