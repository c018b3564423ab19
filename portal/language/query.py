"""Read a query: which words count, what else each may be called, which were mistyped. Pure but for the `Vocabulary` asked."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from portal.language import compounds, separable, typos
from portal.language.analysis import Analyser
from portal.language.folding import fold
from portal.language.ranking import Alternative, Group, idf
from portal.language.thesaurus import Expansion, Thesaurus

LONGEST_QUERY = 400
MOST_WORDS = 24
MOST_UNKNOWN = 4
MOST_EXPANSIONS = 8
WEAK = 0.3
VERB = 0.8
PART_KNOWN = 0.45
PART_UNKNOWN = 0.9
CITY_SYNONYM = 0.9
LONG_QUERY = 5
_QUOTED = re.compile(r"[\"“”„‟«»]([^\"“”„‟«»]{2,120})[\"“”„‟«»]")


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

    def look(self, words: Collection[str], terms: Collection[str]) -> Known:
        """Which of `words` occur as written, and how often their terms and `terms` do."""

    def similar(self, words: Collection[str]) -> Mapping[str, Sequence[tuple[str, int]]]:
        """For each word known words that look like it, with the number of their documents."""


@dataclass(slots=True)
class Plan:
    """A query understood. `groups` is what to look for; `corrections` are said openly."""

    groups: list[Group] = field(default_factory=list)
    idfs: dict[str, float] = field(default_factory=dict)
    phrases: list[str] = field(default_factory=list)
    corrections: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    @property
    def terms(self) -> dict[str, float]:
        """Every term to look up, with the greatest weight it has anywhere."""
        weights: dict[str, float] = {}
        for group in self.groups:
            for alternative in group.alternatives:
                for term in alternative.terms:
                    weights[term] = max(weights.get(term, 0.0), alternative.weight * group.weight)
        return weights


def plan(
    text: str,
    *,
    analyser: Analyser,
    vocabulary: Vocabulary,
    city: Thesaurus | None = None,
    general: Thesaurus | None = None,
) -> Plan:
    """Understand a query against what the collection knows."""
    text = text[:LONGEST_QUERY]
    found = Plan(phrases=[fold(phrase.strip()) for phrase in _QUOTED.findall(text)])
    words = _words(text, analyser)
    if not words:
        return found
    known = _look(words, analyser, vocabulary, [source for source in (city, general) if source])
    split = {word: analyser.parts(word, known.words.__contains__) for word in words}
    found.groups = _groups(words, split, known.frequencies, analyser)
    expansions = _expansions(found.groups, city, general)
    missing = {stem for expansion, _, _ in expansions for stem in expansion.stems} - known.asked
    if missing:  # said by a part that only the collection knows
        known.frequencies |= vocabulary.look((), missing).frequencies
    _correct(found, known, expansions, analyser, vocabulary)
    _expand(found, expansions, known.frequencies)
    wanted = found.terms
    found.idfs = {term: idf(known.count, df) for term, df in known.frequencies.items() if term in wanted}
    return found


def _look(
    words: Collection[str], analyser: Analyser, vocabulary: Vocabulary, sources: Sequence[Thesaurus]
) -> Known:
    """Ask once for all that can matter: the words, the pieces of compounds, what else they may be called."""
    pieces = {piece for word in words for piece in compounds.substrings(word)} if analyser.links else set()
    likely = [*words, *(part for word in words for part in analyser.listed_parts(word))]
    terms = {term for word in likely for term in analyser.terms(word)}
    stems = [analyser.terms(word)[0] for word in likely]
    terms |= {
        stem for source in sources for expansion in source.expansions(stems) for stem in expansion.stems
    }
    known = vocabulary.look(pieces | set(words), terms)
    known.asked = terms
    return known


def _words(text: str, analyser: Analyser) -> dict[str, float]:
    """The words that count, each once, with their weights; if all are weak they count fully."""
    tokens = analyser.tokens(text)
    verbs = separable.joined(tokens, text) if analyser.german else {}
    words: dict[str, float] = {}
    seen: set[str] = set()
    for place, token in enumerate(tokens):
        word = verbs.get(place, token.text)
        term = analyser.terms(word)[0]
        if analyser.is_stop(word) or term in seen or len(words) >= MOST_WORDS:
            continue
        seen.add(term)
        words[word] = WEAK if analyser.is_weak(word) else VERB if place in verbs else 1.0
    if words and max(words.values()) < 0.5:
        words = dict.fromkeys(words, 1.0)
    return words


def _groups(
    words: Mapping[str, float],
    split: Mapping[str, Sequence[str]],
    known: Mapping[str, int],
    analyser: Analyser,
) -> list[Group]:
    """A group per word; a compound the collection never met falls into a group per part."""
    groups: list[Group] = []
    taken: set[str] = set()
    for word, weight in words.items():
        whole = Group(word, weight, [Alternative((term,), 1.0, shown=word) for term in analyser.terms(word)])
        parts = split[word]
        stems = tuple(analyser.terms(part)[0] for part in parts)
        is_known = any(known.get(term) for term in analyser.terms(word))
        if not parts:
            groups.append(whole)
        elif is_known:
            whole.alternatives.append(Alternative(stems, PART_KNOWN, "part", " + ".join(parts)))
            groups.append(whole)
        else:
            for part, stem in zip(parts, stems, strict=True):
                if stem not in taken:
                    part_weight = weight * (WEAK if analyser.is_weak(part) else PART_UNKNOWN)
                    groups.append(Group(part, part_weight, [Alternative((stem,), 1.0, "part", part)]))
        taken |= {
            term for group in groups for alternative in group.alternatives[:1] for term in alternative.terms
        }
    return groups


def _expansions(
    groups: Sequence[Group], city: Thesaurus | None, general: Thesaurus | None
) -> list[tuple[Expansion, float, str]]:
    """What the thesauruses say, city first, each with the weight it deserves in a query of this length."""
    stems = [
        alternative.terms[0]
        for group in groups
        for alternative in group.alternatives
        if len(alternative.terms) == 1
    ]
    fade = 1.0 if len([group for group in groups if group.weight > 0.5]) < LONG_QUERY else 0.7
    found = [(item, CITY_SYNONYM, "synonym") for item in (city.expansions(stems) if city else ())]
    found += [
        (item, item.weight * fade, "thesaurus") for item in (general.expansions(stems) if general else ())
    ]
    return found


def _expand(
    found: Plan, expansions: Sequence[tuple[Expansion, float, str]], frequencies: Mapping[str, int]
) -> None:
    for expansion, weight, why in expansions:
        if not any(stem in frequencies for stem in expansion.stems):
            continue
        for group in found.groups:
            own = {alternative.terms for alternative in group.alternatives}
            triggers = any(terms[0] in expansion.trigger for terms in own if len(terms) == 1)
            if triggers and expansion.stems not in own and len(own) < MOST_EXPANSIONS + 2:
                shared = weight / len(expansion.stems) ** 0.5
                group.alternatives.append(Alternative(expansion.stems, shared, why, expansion.shown))


def _correct(
    found: Plan,
    known: Known,
    expansions: Sequence[tuple[Expansion, float, str]],
    analyser: Analyser,
    vocabulary: Vocabulary,
) -> None:
    """Look for what unknown words may have meant. Words of the thesaurus are no typos."""
    explained = {stem for expansion, _, _ in expansions for stem in expansion.trigger}
    unknown = {
        group.word: group
        for group in found.groups
        if not any(
            term in known.frequencies for alternative in group.alternatives for term in alternative.terms
        )
        and not explained.intersection(group.alternatives[0].terms)
    }
    asked = [word for word in unknown if word.isalpha()][:MOST_UNKNOWN]
    similar = vocabulary.similar(asked) if asked else {}
    for word, group in unknown.items():
        counts = dict(similar.get(word, ()))
        meant = typos.meant(word, counts.items())
        for other, weight in meant:
            for term in analyser.terms(other):
                known.frequencies.setdefault(term, counts[other])
                group.alternatives.append(Alternative((term,), weight, "typo", other))
        if meant:
            found.corrections[word] = meant[0][0]
        else:
            found.unknown.append(word)
