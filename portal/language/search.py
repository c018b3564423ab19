"""Ask the index.

    found = search("Perso verloren", collection="knowledge", language="de", limit=10)
    found.hits[0].key, found.hits[0].passage.pieces, found.corrections, found.documents

Never raises for any text a citizen can type; an empty or meaningless query finds nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import NamedTuple

from portal.language import passages, tables
from portal.language.analysis import Analyser, analyser
from portal.language.confidence import COMPARED, EVERYDAY_ONLY, REFUSAL, probability, verdict
from portal.language.marking import Piece, cut
from portal.language.plans import Plan
from portal.language.query import COMMON, plan
from portal.language.ranking import Ranking, Score
from portal.language.thesaurus import Thesaurus, shipped

NEAR = 0.25
"""Of the score of the best hit: what cannot reach so much shares a word with the query and is not about it. Two of 283 useful
pages of the judged queries lie below, and of 41 to 55 candidates a query all but six to ten."""
LEAST = 5
"""So many are near at any rate: where the first hit is wrong, the right one may score far below it."""

Best = list[tuple[tables.Row, Score]]


@dataclass(frozen=True, slots=True)
class Quote:
    """The passage that answers best: `pieces` alternate between plain and marked text, to be escaped by the template."""

    heading: str
    anchor: str
    text: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found. `score` only compares within one search; the figures in `why` are between 0 and 1."""

    key: str
    title: str
    tags: tuple[str, ...]
    score: float
    why: Score
    passage: Quote | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gives back.

    `corrections`: mistyped word -> what was searched ("meinten Sie"). `expansions`: (word of the query, other word that
    led to a hit). `unknown`: words nobody could make sense of. `documents`: all that are meant, each with its tags, also those
    that `tags` leave out where they were looked at: what filters can be counted by.
    `total` is exact up to `tables.MOST_CANDIDATES`. `beyond`: how many more, none of them near, a search for the near ones left
    out.
    """

    query: str
    language: str
    hits: tuple[Hit, ...] = ()
    total: int = 0
    beyond: int = 0
    corrections: Mapping[str, str] = field(default_factory=dict)
    expansions: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    documents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    corrected_query: str = ""
    confidence: float = 0.0
    """How likely the first of all hits answers the question, from 0 to 1 (see `confidence`)."""
    first: str = ""
    """The key of the first of all hits, wherever `hits` begin, and how much of the query it says."""
    coverage: float = 0.0

    @property
    def kind(self) -> str:
        """What an honest assistant would say."""
        return verdict(self.confidence) if self.hits else REFUSAL


def search(
    query: str,
    *,
    collection: str,
    language: str = "de",
    limit: int = 10,
    offset: int = 0,
    tags: Sequence[Sequence[str]] = (),
    pinned: Sequence[str] = (),
    synonyms: Thesaurus | None = None,
    quote: bool = True,
    least: int | None = None,
    edition: int | None = None,
) -> Found:
    """Find documents, best first; of each inner list of `tags` a document must carry one; `pinned` keys come first.

    With `least` those that only share a word with the query are left out, but for so many, and `tags` narrow what is near, so
    that what `documents` count is what one gets, and how sure it is does not depend on `tags`. `edition`: a number that changes with every change of the collection; with it this process
    remembers what it has read.
    """
    words = analyser(language)
    shelf = tables.Shelves(collection, language, edition)
    general = shipped(language)
    asked = plan(query, analyser=words, vocabulary=shelf, city=synonyms, general=general)
    first, best, kept, around, beyond = _look(
        asked, shelf, tags, pinned, max(offset + limit, COMPARED), least
    )
    shown = best[offset : min(offset + limit, len(kept))]
    marked = {row.pk: _telling(asked, why) for row, why in shown}
    quotes = _quotes(asked, marked) if quote else {}
    return Found(
        query,
        language,
        hits=tuple(
            Hit(row.key, row.title, row.tags, why.value, why, quotes.get(row.pk)) for row, why in shown
        ),
        total=len(kept),
        beyond=beyond,
        corrections=asked.corrections,
        expansions=_expansions(asked, [why for _, why in shown]),
        unknown=tuple(asked.unknown),
        words=tuple(group.word for group in asked.groups),
        documents={row.key: row.tags for row, _ in around},
        corrected_query=_corrected(query, asked, words, general, [row.title for row, _ in shown], quotes),
        confidence=probability(asked, [why for _, why in first]),
        first=first[0][0].key if first else "",
        coverage=first[0][1].coverage if first else 0.0,
    )


class _Looked(NamedTuple):
    """What was found: the best of all, the best with the tags, all with the tags, all that were looked at, and how many were left
    out because they are not near."""

    first: Best
    best: Best
    kept: Sequence[tables.Candidate]
    around: Sequence[tables.Candidate]
    beyond: int = 0


def _look(
    asked: Plan,
    shelf: tables.Shelves,
    tags: Sequence[Sequence[str]],
    pinned: Sequence[str],
    number: int,
    least: int | None,
) -> _Looked:
    """The best `number` of what is meant."""
    wanted = _wanted(asked, shelf)
    met = tables.candidates(wanted, shelf.memory, tags=tags if least is None else (), phrases=asked.phrases)
    best, near = _best_first(asked, met, pinned, number, least)
    if least is None:
        return _Looked(best, best, met, met)
    if not tags:
        return _Looked(best, best, near, near, len(met) - len(near))
    narrowed, around = _narrowed(near, tags), near
    if len(near) == tables.MOST_CANDIDATES:  # there may be more than anybody looked at
        narrowed = around = tables.candidates(wanted, shelf.memory, tags=tags, phrases=asked.phrases)
    return _Looked(best, _best_first(asked, narrowed, pinned, number)[0], narrowed, around)


def _narrowed(
    candidates: Sequence[tables.Candidate], tags: Sequence[Sequence[str]]
) -> list[tables.Candidate]:
    return [
        (row, impacts)
        for row, impacts in candidates
        if all(not set(any_of).isdisjoint(row.tags) for any_of in tags)
    ]


def _expansions(asked: Plan, reasons: Sequence[Score]) -> tuple[tuple[str, str], ...]:
    """(word asked, what was found instead) wherever a synonym brought something that is shown, best hits first.

    A guess from one everyday word to another is not told, and neither is what the query says itself.
    """
    said = {term for group in asked.groups for way in group.alternatives if not way.why for term in way.terms}
    found: dict[str, str] = {}
    for why in reasons:
        for group in asked.groups:
            for way in group.alternatives:
                other = way.why in ("synonym", "thesaurus") and not said.issuperset(way.terms)
                if other and way.weight >= EVERYDAY_ONLY and way in why.used:
                    found.setdefault(way.shown, group.word)
    return tuple((word, shown) for shown, word in found.items())


def _telling(asked: Plan, why: Score) -> frozenset[str]:
    """The terms to mark in a hit: what led to it, without the words that say little about its subject."""
    groups = [group for group in asked.groups if group.weight > COMMON] or asked.groups
    ways = (way for group in groups for way in group.alternatives if not way.why or way in why.used)
    return frozenset(term for way in ways for term in way.terms)


def _wanted(asked: Plan, shelf: tables.Shelves) -> list[tables.Wanted]:
    if asked.misses_subject:
        return []
    strongest: dict[tuple[str, int], float] = {}
    for number, group in enumerate(asked.groups):
        for alternative in group.alternatives:
            for term in alternative.terms:
                if term in shelf.kept and term in asked.idfs:
                    weight = group.weight * alternative.weight * asked.idfs[term]
                    if weight > strongest.get((term, number), 0.0):
                        strongest[term, number] = weight
    return [
        tables.Wanted(term, shelf.kept[term], number, weight) for (term, number), weight in strongest.items()
    ]


def _best_first(
    asked: Plan,
    met: Sequence[tables.Candidate],
    pinned: Sequence[str],
    number: int,
    least: int | None = None,
) -> tuple[Best, list[tables.Candidate]]:
    """The best `number` of the candidates with their scores, the pinned ones first; and all that are near.

    With `least`, so many are called near at any rate, and the best may lack what is not.
    """
    ranking = Ranking(asked.groups, asked.idfs)
    place = {key: position for position, key in enumerate(pinned)}
    promising = [
        (row.key not in place, -ranking.most(impacts, row.popularity), candidate)
        for candidate, (row, impacts) in enumerate(met)
    ]
    best: Best = []
    values: list[float] = []  # of the best `number`, the least first
    enough = 0.0
    promising.sort()
    for is_not_pinned, most, candidate in promising:
        if is_not_pinned and (
            (len(values) >= number and -most < values[0])
            or (least is not None and len(best) >= max(least, COMPARED) and -most < enough)
        ):
            break
        row, impacts = met[candidate]
        why = ranking.score(impacts, row.popularity, row.names)
        best.append((row, why))
        enough = max(enough, NEAR * why.value)
        (heappush if len(values) < number else heappushpop)(values, why.value)
    best.sort(key=lambda pair: (place.get(pair[0].key, len(place)), -pair[1].value, pair[0].key))
    number_near = max(sum(not rest or -most >= enough for rest, most, _ in promising), least or 0)
    return best[:number], [met[candidate] for _, _, candidate in promising[:number_near]]


def _quotes(asked: Plan, marked: Mapping[int, frozenset[str]]) -> dict[int, Quote]:
    """The passage of each document with the most telling words of the query. `marked`: the terms to mark in each document."""
    if not marked:
        return {}
    worth = {term: weight * asked.idfs[term] for term, weight in asked.terms.items() if term in asked.idfs}
    return {
        document: Quote(found.heading, found.anchor, found.text, cut(found.text, found.marked))
        for document, found in passages.quotes(worth, marked).items()
    }


def _corrected(
    query: str,
    asked: Plan,
    words: Analyser,
    general: Thesaurus,
    titles: Sequence[str],
    quotes: dict[int, Quote],
) -> str:
    """The query as it was understood, the mistyped words as the best of what is shown writes them; "" if nothing was corrected."""
    if not asked.corrections:
        return ""
    meant = set(asked.corrections.values())
    names = general.names(term for word in asked.corrections.values() for term in words.terms(word))
    written = {
        token.text: found[token.start : token.end]
        for found in (*names, *reversed(titles), *(quote.text for quote in reversed(quotes.values())))
        for token in words.tokens(found)
        if token.text in meant
    }
    text, end = "", 0
    for token in words.tokens(query):
        if token.text in asked.corrections:
            right = asked.corrections[token.text]
            text += query[end : token.start] + written.get(right, right)
            end = token.end
    return text + query[end:] if text else ""
