"""What a word may have meant that nobody knows as it stands: mistyped, half typed, another form, the end of a compound."""

from collections.abc import Mapping, Sequence

from portal.language import compounds, typos
from portal.language.analysis import Analyser
from portal.language.plans import Known, Plan, Vocabulary, met
from portal.language.ranking import Alternative, Group
from portal.language.thesaurus import Expansion, Thesaurus

MOST_UNKNOWN = 4
MOST_BEGINNINGS = 12
MOST_RESORTS = 12
SHORTEST_RESORT = 5
END_ONLY = 0.5
BEGINNING_ONLY = 0.35
FORM = 0.95
CUT_SHORT = 0.9


Longer = Mapping[str, Sequence[tuple[str, int]]]
"""Words that begin or end with a word, each with the number of its documents."""


def write_out(
    found: Plan, known: Known, analyser: Analyser, vocabulary: Vocabulary, sources: Sequence[Thesaurus]
) -> Longer:
    """A word that nobody knows as it stands may be cut short or half typed: then it is no compound and no other word's form.

    Returns the longer words it asked for.
    """
    half = [
        word
        for word in found.cut
        if word.isalpha() and word not in known.words and not any(word in source.spoken for source in sources)
    ]
    longer = vocabulary.longer(half) if half else {}
    for word, others in longer.items():
        term = analyser.terms(word)[0]
        own = [group for group in found.groups if word == group.word or term == group.whole]
        ways = _written_out(word, others, analyser)
        if not own or not ways:
            continue
        counts = dict(others)
        together = max(counts[way.shown] for way in ways)
        for way in ways:  # which of the words is meant is not told by how rare it is
            known.frequencies.setdefault(way.terms[0], max(counts[way.shown], together))
        typed = Alternative((term,), 1.0, shown=word)
        whole = Group(word, max(group.weight for group in own), [typed, *ways])
        place = found.groups.index(own[0])
        found.groups[place : place + len(own)] = [whole]
    return longer


def correct(
    found: Plan,
    known: Known,
    expansions: Sequence[tuple[Expansion, float, str]],
    longer: Longer,
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
    for word, group in unknown.items():
        counts = dict(similar.get(word, ())) | dict(longer.get(word, ()))
        ways = _forms_or_slips(word, counts, analyser, sources) if word in asked else []
        for way in ways:
            if way.shown in counts:
                known.frequencies.setdefault(way.terms[0], counts[way.shown])
        group.alternatives += ways
        if ways:
            if ways[0].why == "typo":
                found.corrections[word] = ways[0].shown
            continue
        found.unknown.append(word)
        ends = compounds.ends(word, met(known, sources)) if analyser.links and word in asked else ()
        for end in ends:
            weight = END_ONLY if word.endswith(end) else BEGINNING_ONLY
            group.alternatives.append(Alternative(analyser.terms(end)[:1], weight, "end", end))
    return bool(unknown)


def _written_out(word: str, longer: Sequence[tuple[str, int]], analyser: Analyser) -> list[Alternative]:
    """What a word cut short (`Niederlassungserl.`) or half typed may be: the words that begin with it."""
    whole = {analyser.terms(other)[0]: other for other, _ in longer if other.startswith(word)}
    return [Alternative((term,), CUT_SHORT, "beginning", other) for term, other in whole.items()][
        :MOST_BEGINNINGS
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


def last_resort(found: Plan, known: Known, analyser: Analyser, vocabulary: Vocabulary) -> None:
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
