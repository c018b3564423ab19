"""Read a query: which words count, what else each may be called, which were mistyped. Pure but for the `Vocabulary` asked."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise

from portal.language import compounds, separable
from portal.language.analysis import Analyser
from portal.language.folding import Token, fold
from portal.language.guesses import correct, last_resort, write_out
from portal.language.plans import Known, Plan, Vocabulary, met
from portal.language.ranking import Alternative, Group, idf
from portal.language.thesaurus import NOT, Expansion, Thesaurus

LONGEST_QUERY = 400
MOST_WORDS = 24
MOST_EXPANSIONS = 12
WEAK = 0.3
COMMON = 0.5
VERB = 0.8
DEED = 0.7
"""What is done with a subject that the query names: `Bienen anmelden` is about bees."""
PART_KNOWN = 0.45
PART_UNKNOWN = 0.9
PIECE = 0.65
"""What a piece of an unknown compound means elsewhere is only a guess: a `Bankeinzug` is not moved into."""
CITY_SYNONYM = 0.9
SHORTEST_HALF = 4
PHRASE = 0.35
"""What several words say together counts once at 1, once for each word at 0."""
TRIGGERING = frozenset(["", "part", "joined", "form", "beginning", "typo", "end"])
_QUOTED = re.compile(r"[\"“”„‟«»]([^\"“”„‟«»]{2,120})[\"“”„‟«»]")


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
    split = {word: analyser.parts(word, met(known, sources)) for word in words}
    found.groups = _groups(words, split, known.frequencies, analyser)
    _join(found.groups, apart, met(known, sources), analyser)
    found.cut = {token.text for token in tokens if text[token.end : token.end + 1] == "."}
    if tokens[-1].end == len(text) and len(tokens[-1].text) >= SHORTEST_HALF:
        found.cut.add(tokens[-1].text)
    longer = write_out(found, known, analyser, vocabulary, sources)
    expansions = _expansions(found.groups, said, city, general)
    if correct(found, known, expansions, longer, analyser, vocabulary, sources):
        expansions = _expansions(found.groups, said, city, general)
    missing = {stem for expansion, _, _ in expansions for stem in expansion.stems} - known.asked
    if missing:  # said by a part that only the collection knows
        known.frequencies |= vocabulary.look((), missing).frequencies
    _expand(found, expansions, known.frequencies)
    if not any(term in known.frequencies for term in found.terms):
        last_resort(found, known, analyser, vocabulary)
    wanted = found.terms
    found.idfs = {term: idf(known.count, df) for term, df in known.frequencies.items() if term in wanted}
    return found


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
                shared = (
                    weight
                    * (PIECE if len(triggered) == 1 and _is_piece(group, expansion) else 1.0)
                    / len(expansion.stems) ** 0.5
                )
                group.alternatives.append(Alternative(expansion.stems, shared, why, expansion.shown, portion))


def _is_piece(group: Group, expansion: Expansion) -> bool:
    """Whether what the group may also be called is called so by a piece of its word, or by what half a word may be."""
    is_half = any(way.why == "beginning" for way in group.alternatives)
    return is_half or bool(group.whole and group.whole not in expansion.trigger)


def _triggering(group: Group) -> set[str]:
    """The stems by which a word of the query may be said in other ways."""
    stems = {way.terms[0] for way in group.alternatives if len(way.terms) == 1 and way.why in TRIGGERING}
    return {*stems, group.whole} if group.whole else stems
