"""Read a query: which words count, what else each may be called, which were mistyped. Pure but for the `Vocabulary` asked."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from portal.language import compounds, separable, typos
from portal.language.analysis import Analyser
from portal.language.folding import Token, fold
from portal.language.ranking import Alternative, Group, idf
from portal.language.thesaurus import NOT, Expansion, Thesaurus

LONGEST_QUERY = 400
MOST_WORDS = 24
MOST_UNKNOWN = 4
MOST_EXPANSIONS = 12
MOST_RESORTS = 12
SHORTEST_RESORT = 5
WEAK = 0.3
COMMON = 0.5
VERB = 0.8
DEED = 0.7
"""What is done with a subject that the query names: `Bienen anmelden` is about bees."""
PART_KNOWN = 0.45
PART_UNKNOWN = 0.9
PIECE = 0.65
"""What a piece of an unknown compound means elsewhere is only a guess: a `Bankeinzug` is not moved into."""
END_ONLY = 0.5
BEGINNING_ONLY = 0.35
CITY_SYNONYM = 0.9
FORM = 0.95
CUT_SHORT = 0.9
SHORTEST_HALF = 4
PHRASE = 0.35
"""What several words say together counts once at 1, once for each word at 0."""
TRIGGERING = frozenset(["", "part", "joined", "form", "beginning", "typo", "end"])
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
    tokens = analyser.tokens(text)
    words = _words(text, tokens, analyser)
    if not words:
        return found
    apart = _written_apart(text, tokens, analyser)
    sources = [source for source in (city, general) if source]
    said = (NOT,) if any(token.text in analyser.negations for token in tokens) else ()
    known = _look(words, [*apart], said, analyser, vocabulary, sources)
    split = {word: analyser.parts(word, _met(known, sources)) for word in words}
    found.groups = _groups(words, split, known.frequencies, analyser)
    _join(found.groups, apart, _met(known, sources), analyser)
    found.cut = {token.text for token in tokens if text[token.end : token.end + 1] == "."}
    if tokens[-1].end == len(text) and len(tokens[-1].text) >= SHORTEST_HALF:
        found.cut.add(tokens[-1].text)
    expansions = _expansions(found.groups, said, city, general)
    if _correct(found, known, expansions, analyser, vocabulary, sources):
        expansions = _expansions(found.groups, said, city, general)
    missing = {stem for expansion, _, _ in expansions for stem in expansion.stems} - known.asked
    if missing:  # said by a part that only the collection knows
        known.frequencies |= vocabulary.look((), missing).frequencies
    _expand(found, expansions, known.frequencies)
    if not any(term in known.frequencies for term in found.terms):
        _last_resort(found, known, analyser, vocabulary)
    wanted = found.terms
    found.idfs = {term: idf(known.count, df) for term, df in known.frequencies.items() if term in wanted}
    return found


def _met(known: Known, sources: Sequence[Thesaurus]) -> Callable[[str], bool]:
    """Whether a compound may be made of a word: the collection has it, or a thesaurus knows what it means."""
    return lambda word: word in known.words or any(word in source.spoken for source in sources)


def _written_apart(text: str, tokens: Sequence[Token], analyser: Analyser) -> dict[str, tuple[str, ...]]:
    """What neighbours would be in one word (`Bewohner Parkausweis`), each with the neighbours."""
    found: dict[str, tuple[str, ...]] = {}
    for place in range(len(tokens)) if analyser.links else ():
        for number in (2, 3):
            row = tokens[place : place + number]
            if len(row) < number or any(
                analyser.is_stop(token.text) or not token.text.isalpha() for token in row
            ):
                break
            if all(text[one.end : other.start].isspace() for one, other in pairwise(row)):
                found["".join(token.text for token in row)] = tuple(token.text for token in row)
    return found


def _join(
    groups: Sequence[Group],
    apart: Mapping[str, tuple[str, ...]],
    known: Callable[[str], bool],
    analyser: Analyser,
) -> None:
    """Words that stand apart in the query but together in the collection may also be met by the whole."""
    for whole, words in apart.items():
        meant = [group for group in groups if group.word in words]
        if not known(whole) or not meant:
            continue
        total = sum(group.weight for group in meant)
        portion = (max(group.weight for group in meant) / total) ** PHRASE
        for group in meant:
            group.alternatives.append(Alternative(analyser.terms(whole)[:1], 1.0, "joined", whole, portion))


def _look(
    words: Collection[str],
    apart: Collection[str],
    said: Sequence[str],
    analyser: Analyser,
    vocabulary: Vocabulary,
    sources: Sequence[Thesaurus],
) -> Known:
    """Ask once for all that can matter: the words, the pieces of compounds, what else they may be called."""
    likely = [*words, *apart, *(part for word in words for part in analyser.listed_parts(word))]
    terms = {term for word in likely for term in analyser.terms(word)}
    stems = [*(analyser.terms(word)[0] for word in likely), *said]
    terms |= {
        stem for source in sources for expansion in source.expansions(stems) for stem in expansion.stems
    }
    splittable = frozenset(words if analyser.links else ())
    known = vocabulary.look(
        {*words, *apart}, terms, lambda word: compounds.substrings(word) if word in splittable else ()
    )
    known.asked = terms
    return known


def _words(text: str, tokens: Sequence[Token], analyser: Analyser) -> dict[str, float]:
    """The words that count, each once, with their weights; if all are weak they count fully."""
    verbs = separable.joined(tokens, text) if analyser.german else {}
    words: dict[str, float] = {}
    seen: set[str] = set()
    for place, token in enumerate(tokens):
        word = verbs.get(place, token.text)
        term = analyser.terms(word)[0]
        if analyser.is_stop(word) or term in seen or len(words) >= MOST_WORDS:
            continue
        seen.add(term)
        if analyser.is_weak(word) or word.isdigit():
            words[word] = WEAK
        elif analyser.is_common(word):
            words[word] = COMMON
        else:
            words[word] = VERB if place in verbs else 1.0
    if words and max(words.values()) <= COMMON:
        words = dict.fromkeys(words, 1.0)
    deeds = {word: min(weight, DEED) for word, weight in words.items() if analyser.is_deed(word)}
    if any(weight == 1.0 for word, weight in words.items() if word not in deeds):
        words |= deeds
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
                    own = [Alternative((stem,), 1.0, "part", part)]
                    groups.append(Group(part, part_weight, own, analyser.terms(word)[0]))
        taken |= {
            term for group in groups for alternative in group.alternatives[:1] for term in alternative.terms
        }
    return groups


def _expansions(
    groups: Sequence[Group], said: Sequence[str], city: Thesaurus | None, general: Thesaurus | None
) -> list[tuple[Expansion, float, str]]:
    """What the thesauruses say, city first, each with its weight; `said` is in the query without being looked for."""
    stems = [
        alternative.terms[0]
        for group in groups
        for alternative in group.alternatives
        if len(alternative.terms) == 1
    ]
    stems = list(dict.fromkeys([*stems, *(group.whole for group in groups if group.whole), *said]))
    found = [(item, CITY_SYNONYM, "synonym") for item in (city.expansions(stems) if city else ())]
    found += [(item, item.weight, "thesaurus") for item in (general.expansions(stems) if general else ())]
    return found


def _expand(
    found: Plan, expansions: Sequence[tuple[Expansion, float, str]], frequencies: Mapping[str, int]
) -> None:
    known = [(group, _triggering(group), {way.terms for way in group.alternatives}) for group in found.groups]
    for expansion, weight, why in expansions:
        if not any(stem in frequencies for stem in expansion.stems):
            continue
        triggered = [(group, own) for group, stems, own in known if not stems.isdisjoint(expansion.trigger)]
        total = sum(group.weight for group, _ in triggered)
        portion = (max(group.weight for group, _ in triggered) / total) ** PHRASE if total else 1.0
        for group, own in triggered:
            if expansion.stems not in own and len(own) < MOST_EXPANSIONS + 2:
                own.add(expansion.stems)
                is_piece = group.whole and group.whole not in expansion.trigger and len(triggered) == 1
                shared = weight * (PIECE if is_piece else 1.0) / len(expansion.stems) ** 0.5
                group.alternatives.append(Alternative(expansion.stems, shared, why, expansion.shown, portion))


def _triggering(group: Group) -> set[str]:
    """The stems by which a word of the query may be said in other ways."""
    stems = {way.terms[0] for way in group.alternatives if len(way.terms) == 1 and way.why in TRIGGERING}
    return {*stems, group.whole} if group.whole else stems


def _correct(
    found: Plan,
    known: Known,
    expansions: Sequence[tuple[Expansion, float, str]],
    analyser: Analyser,
    vocabulary: Vocabulary,
    sources: Sequence[Thesaurus],
) -> bool:
    """Look for what unknown words may have meant; whether anything was found. Words of a thesaurus are no slips."""
    explained = {stem for expansion, _, _ in expansions for stem in expansion.trigger}
    unknown = {
        group.word: group
        for group in found.groups
        if not any(
            term in known.frequencies for alternative in group.alternatives for term in alternative.terms
        )
        and not explained.intersection(group.alternatives[0].terms)
        and not (group.whole and group.whole in explained)
    }
    asked = [word for word, group in unknown.items() if word.isalpha() and not group.whole][:MOST_UNKNOWN]
    similar = vocabulary.similar(asked) if asked else {}
    cut = found.cut.intersection(asked)
    longer = vocabulary.longer(cut) if cut else {}
    for word, group in unknown.items():
        counts = dict(similar.get(word, ())) | dict(longer.get(word, ()))
        ways = _written_out(word, longer.get(word, ()), analyser)
        if not ways and word in asked:
            ways = _forms_or_slips(word, counts, analyser, sources)
        together = max((counts.get(way.shown, 0) for way in ways if way.why == "beginning"), default=0)
        for way in ways:
            if way.shown in counts:  # which of the words is meant is not told by how rare it is
                known.frequencies.setdefault(way.terms[0], max(counts[way.shown], together))
        group.alternatives += ways
        if ways:
            if ways[0].why == "typo":
                found.corrections[word] = ways[0].shown
            continue
        found.unknown.append(word)
        ends = compounds.ends(word, _met(known, sources)) if analyser.links and word in asked else ()
        for end in ends:
            weight = END_ONLY if word.endswith(end) else BEGINNING_ONLY
            group.alternatives.append(Alternative(analyser.terms(end)[:1], weight, "end", end))
    return bool(unknown)


def _written_out(word: str, longer: Sequence[tuple[str, int]], analyser: Analyser) -> list[Alternative]:
    """What a word cut short (`Niederlassungserl.`) or half typed may be: the words that begin with it."""
    whole = {analyser.terms(other)[0]: other for other, _ in longer if other.startswith(word)}
    return [Alternative((term,), CUT_SHORT, "beginning", other) for term, other in whole.items()][
        :MOST_EXPANSIONS
    ]


def _forms_or_slips(
    word: str, known: Mapping[str, int], analyser: Analyser, sources: Sequence[Thesaurus]
) -> list[Alternative]:
    """The same word with another ending, or else what was meant if it is no word that people know."""
    near = dict(known)
    forms = _same(word, near, analyser)
    if not forms and not analyser.is_ordinary(word) and not any(word in source.spoken for source in sources):
        near = {other: 0 for source in sources for other in source.like(word)} | near
        forms = _same(word, near, analyser)
        if not forms:
            return [
                Alternative((term,), weight, "typo", other)
                for other, weight in typos.meant(word, near.items())
                for term in analyser.terms(other)
            ]
    return [Alternative(analyser.terms(form)[:1], FORM, "form", form) for form in forms]


def _same(word: str, near: Mapping[str, int], analyser: Analyser) -> list[str]:
    """Of words that look alike those that differ in their ending only, the most frequent first."""
    forms = [other for other in near if analyser.german and typos.same_word(word, other)]
    return sorted(forms, key=lambda other: (-near[other], other))[: typos.MOST_MEANT]


def _last_resort(found: Plan, known: Known, analyser: Analyser, vocabulary: Vocabulary) -> None:
    """Nothing of the query occurs: longer words with one of its words in them, or with what that may be called."""
    meant: dict[str, tuple[Group, float]] = {}
    for group in found.groups:
        meant.setdefault(group.word, (group, 1.0))
        for way in group.alternatives:
            if way.why in ("synonym", "thesaurus", "typo"):
                for token in analyser.tokens(way.shown):
                    if not analyser.is_stop(token.text):
                        meant.setdefault(token.text, (group, way.weight))
    asked = [
        word
        for word in meant
        if len(word) >= SHORTEST_RESORT and word.isalpha() and not analyser.is_common(word)
    ][:MOST_RESORTS]
    for word, others in (vocabulary.longer(asked) if asked else {}).items():
        group, weight = meant[word]
        for other, count in others:
            term = analyser.terms(other)[0]
            known.frequencies[term] = count
            group.alternatives.append(Alternative((term,), weight * END_ONLY, "end", other))
