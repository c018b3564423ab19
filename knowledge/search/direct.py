"""What a search says before its results: numbers for somebody in danger, whose business it is if not the city's, where an office is.

The assistant knows all three; a search asks the same tables. Most queries have no word of theirs, and pay 30 µs to hear so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.articles.retrieval import MOTHER_TONGUE
from knowledge.assistant import answers, authorities, reading, urgent
from knowledge.assistant.decision import is_ours
from knowledge.assistant.models import Authority
from knowledge.assistant.phrases import named, words_of
from knowledge.assistant.replies import Reply
from knowledge.assistant.sentences import holds
from knowledge.models import Article
from knowledge.shown import doors
from portal import opening
from portal.kept_values import values
from portal.language.analysis import analyser
from portal.language.search import Found
from portal.language.thesaurus import in_german
from portal.models import Office

AUTHORITIES_SECONDS = 60
NAMES_SECONDS = 3600
LOOKED_AT = 3
"""So many titles are read for whether the city has a page about just that."""
MOST_OFFICES = 3


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


def told(query: str, language: str, found: Found) -> Direct:
    """What stands before the results of `found`."""
    words = words_of(query)
    routes = named("routes", words, dict.fromkeys((language, MOTHER_TONGUE)))
    danger = next((route for route in reading.URGENT if route in routes), "")
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
    if authority is None:
        return None
    first = [int(hit.key) for hit in found.hits[:LOOKED_AT]]
    titles = Article.objects.filter(pk__in=first).values_list("title", flat=True)
    if any(answers.is_headed(title, said, MOTHER_TONGUE) for title in titles):
        return None
    return None if is_ours(found, reading.read(query, language), len(said)) else authority


def _table() -> authorities.Table:
    return authorities.Table(authorities.known())


def _places(query: str, words: Sequence[str], language: str) -> list[Place]:
    """The offices that the query names, if it asks where they are or says no more than their name."""
    now = doors.now()
    known = values().get_or_set(f"knowledge.names.{now.mark}", lambda: _words_of_names(now), NAMES_SECONDS)
    said = words if language == MOTHER_TONGUE else [*words, *words_of(in_german(query, language))]
    if not known or known.isdisjoint(map(analyser(MOTHER_TONGUE).stem, said)):
        return []
    asked = reading.read(query, language)
    topic = asked.topic if language == MOTHER_TONGUE else words_of(in_german(query, language)) or asked.topic
    if not topic or asked.cases or (asked.aspects and asked.aspect not in answers.PLACES):
        return []
    names = {pk: name for pk, (name, _state) in now.of.items() if holds(name, topic, MOTHER_TONGUE)}
    if not asked.aspects:
        names = {pk: name for pk, name in names.items() if _is_called(name, topic)}
    met = sorted(names, key=lambda pk: (len(names[pk].split()), pk))[:MOST_OFFICES]
    offices = Office.objects.in_bulk(met) if met else {}
    return [Place(offices[pk], now.of[pk][1]) for pk in met if pk in offices]


def _words_of_names(now: doors.Doors) -> frozenset[str]:
    words = analyser(MOTHER_TONGUE)
    said = {word for name, _state in now.of.values() for word in words_of(name)}
    return frozenset(words.stem(word) for word in said if not (words.is_stop(word) or words.is_weak(word)))


def _is_called(name: str, topic: Sequence[str]) -> bool:
    """Whether an office is called just that: what follows a comma tells where it is."""
    called, _comma, _where = name.partition(",")
    return holds(" ".join(topic), words_of(called), MOTHER_TONGUE)
