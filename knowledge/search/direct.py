"""What a search says before its results: numbers for somebody in danger, whose business it is if not the city's, where an office is.

The assistant knows all three; a search asks the same tables. Most queries have no word of theirs, and pay .06 ms to hear so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.articles.retrieval import MOTHER_TONGUE
from knowledge.assistant import authorities, office_lines, quotable, reading, signs, urgent
from knowledge.assistant.decision import is_ours
from knowledge.assistant.models import Authority
from knowledge.assistant.phrases import words_of
from knowledge.assistant.replies import Reply
from knowledge.assistant.sentences import is_among
from knowledge.models import Article
from knowledge.shown import doors
from portal import opening
from portal.kept_values import values
from portal.language.analysis import analyser
from portal.language.confidence import SURE
from portal.language.search import Found
from portal.language.thesaurus import OFFICIAL, in_german, shipped
from portal.models import Office

AUTHORITIES_SECONDS = 60
NAMES_SECONDS = 3600
LOOKED_AT = 3
"""So many titles are read for whether the city has a page about just that."""
NAMED_SO = 0.95
"""From here on the first page bears the name that was searched."""
MOST_OFFICES = 3
BEGINNING = 7
"""Letters of a word that all its forms share."""


@dataclass(frozen=True)
class Place:
    office: Office
    state: opening.OfficeState


@dataclass(frozen=True)
class Direct:
    danger: Reply | None = None
    authority: Authority | None = None
    places: Sequence[Place] = ()

    def __bool__(self) -> bool:
        return any((self.danger, self.authority, self.places))


NOTHING = Direct()

# every search asks for danger: its words are read with the pages, before a web worker gives back what loading left over
signs.routes(("",), (MOTHER_TONGUE,))


def told(query: str, language: str, found: Found) -> Direct:
    """What stands before the results of `found`."""
    words = words_of(query)
    routes = signs.routes(words, list(dict.fromkeys((language, MOTHER_TONGUE))))
    danger = next((route for route in routes if route in reading.URGENT), "")
    if danger:
        return Direct(danger=urgent.reply(danger))
    if authority := _authority(query, words, language, found):
        return Direct(authority=authority)
    places = _places(query, words, language)
    return Direct(places=places) if places else NOTHING


def _authority(query: str, words: Sequence[str], language: str, found: Found) -> Authority | None:
    """Who is responsible by the words of the query, unless a page of the city is about just these."""
    table = values().get_or_set("knowledge.authorities", _table, AUTHORITIES_SECONDS) or _table()
    authority, said = table.responsible(words)
    if authority is None and language != MOTHER_TONGUE and found.language != language:
        authority, said = table.responsible_in_german(query, language)
    if authority is None and language == MOTHER_TONGUE and found.confidence < SURE:
        authority, said = _called_otherwise(query, table)
    if authority is None:
        return None
    first = [int(hit.key) for hit in found.hits[:LOOKED_AT]]
    titles = Article.objects.filter(pk__in=first).values_list("title", flat=True)
    names = said, _apart(said)
    if any(quotable.is_headed(title, name, MOTHER_TONGUE) for title in titles for name in names):
        return None
    if found.hits[:1] and found.confidence >= SURE and found.hits[0].why.name >= NAMED_SO:
        return None
    return None if is_ours(found, reading.read(query, language), len(said)) else authority


def _apart(said: Sequence[str]) -> list[str]:
    """A page "Asyl beantragen" is about an `Asylantrag`, too."""
    words = analyser(MOTHER_TONGUE)
    parts = [part for word in said for part in words.listed_parts(word) or (word,)]
    return [part for part in parts if not words.is_weak(part)] or list(said)


def _called_otherwise(query: str, table: authorities.Table) -> authorities.Responsible:
    """Who is responsible for what offices call so: a Swiss `Führerausweis` is a Führerschein."""
    words = analyser(MOTHER_TONGUE)
    stems = dict.fromkeys(words.terms(word)[0] for word in words.words(query))
    for expansion in shipped(MOTHER_TONGUE).expansions(stems):
        if expansion.weight >= OFFICIAL and stems.keys() <= set(expansion.trigger):
            authority, said = table.responsible(words_of(expansion.shown))
            if authority is not None:
                return authority, said
    return None, ()


def _table() -> authorities.Table:
    return authorities.Table(authorities.known())


def _places(query: str, words: Sequence[str], language: str) -> list[Place]:
    """The offices that the query names, if it asks where they are or says no more than their name."""
    now = doors.now()
    names = values().get_or_set(f"knowledge.names.{now.mark}", lambda: _names(now), NAMES_SECONDS) or _names(
        now
    )
    said = words if language == MOTHER_TONGUE else [*words, *words_of(in_german(query, language))]
    if names.beginnings.isdisjoint([word[:BEGINNING] for word in said]):
        return []
    asked = reading.read(query, language)
    topic = asked.topic if language == MOTHER_TONGUE else words_of(in_german(query, language)) or asked.topic
    if not topic or asked.cases or (asked.aspects and asked.aspect not in office_lines.PLACES):
        return []
    stems = {analyser(MOTHER_TONGUE).stem(word) for word in topic}
    met = [
        pk
        for pk, name in names.of.items()
        if all(is_among(stem, name.stems) for stem in stems) and (asked.aspects or name.called <= stems)
    ]
    offices = Office.objects.in_bulk(met) if met else {}
    shown = [pk for pk in met if pk in offices and pk in now.of][:MOST_OFFICES]
    return [Place(offices[pk], now.of[pk][1]) for pk in shown]


@dataclass(frozen=True)
class _Name:
    stems: frozenset[str]
    called: frozenset[str]
    """Without what follows a comma and tells where it is."""


@dataclass(frozen=True)
class _Names:
    of: Mapping[int, _Name]
    """Short names first."""
    beginnings: frozenset[str]
    """Of all their words: what begins with none of them names no office."""


def _names(now: doors.Doors) -> _Names:
    short_first = sorted(now.of, key=lambda pk: (len(now.of[pk][0].split()), pk))
    of = {pk: now.of[pk][0] for pk in short_first}
    return _Names(
        {
            pk: _Name(_stems(_telling(name)), _stems(_telling(name.partition(",")[0])))
            for pk, name in of.items()
        },
        frozenset(word[:BEGINNING] for name in of.values() for word in _telling(name)),
    )


def _telling(name: str) -> list[str]:
    words = analyser(MOTHER_TONGUE)
    return [word for word in words_of(name) if not (words.is_stop(word) or words.is_weak(word))]


def _stems(words: Sequence[str]) -> frozenset[str]:
    return frozenset(map(analyser(MOTHER_TONGUE).stem, words))
