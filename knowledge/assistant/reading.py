"""Understand one question without answering it: route, aspects, case, and what is left as the topic. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.assistant import signs
from knowledge.assistant.phrases import LANGUAGES, Places, find, named, words_of
from knowledge.assistant.proof import number
from knowledge.assistant.replies import TALK
from portal import numbers
from portal.language import separable
from portal.language.analysis import analyser
from portal.language.folding import tokens

GERMAN = "de"
ASKED_WHEN = ("deadline", "when", "duration")
TIMES = (*ASKED_WHEN, "validity")
URGENT = ("crisis", "violence", "emergency")
SMALL_TALK = TALK
LIVE = ("private", "task", "own", "live", "weather", "clock", "traffic", "leisure", "advice")
FIRM = ("private", "task", "own", "live", "weather", "clock", "advice")
"""Of these the ones that no page of ours can answer, however well its words fit."""
DEEDS = ("status", "waitlist", "report", "book")
DEFECT = "defect"
"""Something in the street is broken or dirty: whatever is answered, the way to report it stands beside it."""
MOST_BESIDE = 3  # words of topic in a question about this conversation
OPEN_OR_ON = "auf"
LITTLE = 2  # words between those of one phrase
PERSONS = ("child", "young", "adult", "old")
"""Cases that say who somebody is; the others ("lost", "express") say what it is about and are searched for."""
AGES = {"child": (0, 15), "young": (16, 23), "adult": (24, 64), "old": (65, 120)}
_AGE = re.compile(
    r"\b(?:bin|ist|wird|i'?m|i am|he is|she is|mam|je mi|mi je|vagyok|съм на|на)\s+(?:schon\s+|erst\s+|jetzt\s+|gerade\s+|über\s+|already\s+|just\s+|only\s+|już\s+|dopiero\s+|už\s+|teprve\s+|már\s+|вече\s+)?(\d{1,3})\b(?!\s*(?:uhr|euro|€|tag|woch|monat|personen|stück|liter|km|meter|cm|zentimeter|m²|quadrat|kubik|prozent|%|metre|litre|day|week|month))"
    r"|\b(\d{1,3})\s+bin\b|\b(\d{1,3})[\s-]*(?:jähr|jahre alt|years? old|year-old|lat\b|let\b|éves|годи)",
    re.IGNORECASE,
)

OFFICE_WORDS = (
    "rathaus*", "burgerburo*", "burgerservice*", "stadtverwaltung", "verwaltung", "amt", "buro", "behorde", "stadt",
    "gemeinde", "town hall", "city", "office", "urzad*", "urad*", "radnice", "hivatal*", "общин*",
)  # fmt: skip
"""Said of every matter: who asks what to do "at the town hall" does not ask about it."""

_WRITTEN = re.compile(r"\b\w-\w{4}-\w{4}\b")  # as we print a case number; one in thirty has no digit in it


Age = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, understood. `topic` = words that neither an aspect nor a case nor a filler explains."""

    words: tuple[str, ...]
    verbs: tuple[str, ...]  # in two places: "melde … an" = anmelden
    routes: tuple[str, ...]
    aspects: tuple[str, ...]
    cases: tuple[str, ...]
    topic: tuple[str, ...]
    own: tuple[
        str, ...
    ] = ()  # those of the topic that name a matter: "register" alone does not, nor does "my husband"
    ways: tuple[str, ...] = ()  # the others, by their names in the list: "anmelden", "person"
    number: str = ""  # a case number of ours
    mistyped_number: str = ""  # looks like one, but a character is wrong
    age: Age | None = (
        None  # of the person it is about, from and to: as said, or what a child, a pensioner … may be
    )
    subject: str = ""  # what to search for, as it was typed: the topic and what happened ("verloren")
    refers_back: bool = False  # "und …", "das", "dort": goes on with what was said
    whole: bool = False  # a clause that asks by itself: of what was said before it takes over the topic only
    yes_no: bool = False  # begins with its verb: "does … do?"
    states: bool = False  # tells and asks nothing: goes on with what was said
    corrects: bool = False  # "no, I mean …": what was wanted is wanted of this
    waits: bool = False  # asks when something is ready, which is no word of the matter
    beyond_deed: bool = True  # there is more in it than "I want to book an appointment"

    @property
    def aspect(self) -> str:
        return self.aspects[0] if self.aspects else ""

    @property
    def counts(self) -> bool:
        """Whether a number is said: "for two years"."""
        return any(map(number, self.words))

    @property
    def says_little(self) -> bool:
        """Somebody or something is named whom any matter may be about: "my wife", "at once"."""
        return not (self.own or self.routes or self.aspects) and set(self.ways) <= {"person", "day", "time"}

    @property
    def own_matter(self) -> bool:
        """Whether a service of the city is what the question tells most of."""
        return len(self.own) > MOST_BESIDE

    @property
    def is_bare(self) -> bool:
        """A follow-up by its form: nothing but an aspect, a case and little words."""
        return not self.topic


@lru_cache(maxsize=256)
def read(text: str, language: str) -> Asked:
    """What a question wants, in the language it is asked in and in the city's (German) as people mix them."""
    pieces = tokens(text)
    typed = [token.text for token in pieces]
    words = words_of(text)
    languages = list(dict.fromkeys([language, GERMAN]))
    routes = _heard(words, languages)
    aspects = _asked_first(_longest(named("aspects", words, languages), words))
    cases = named("cases", words, languages)
    talk = [_with_what_is_between(places) for route, places in routes.items() if route in SMALL_TALK]
    explained = _covered([*aspects.values(), *cases.values(), *talk])
    deeds = _covered(places for route, places in routes.items() if route in DEEDS)
    about = _covered(places for case, places in cases.items() if case not in PERSONS)
    left = [place for place in range(len(words)) if place not in explained]
    age = _age(text, cases)
    fillers = named_words("fillers", [words[place] for place in left], languages)
    little = analyser(language)
    topic = [
        place
        for place in left
        if words[place] not in fillers
        and len(words[place]) > 1
        and not little.is_stop(pieces[place].text)
        and not (age and words[place].isdigit())
    ]
    routes = _meant(routes, topic, aspects)
    ways = named("ways", words, languages)
    verbs = separable.joined(pieces, text) if GERMAN in languages else {}
    in_two_places = {place for place, verb in verbs.items() if named("ways", words_of(verb), [GERMAN])}
    carried = _covered(ways.values()) | in_two_places
    waits = ways.get("time", frozenset()) & set(topic) if set(TIMES) & set(aspects) else frozenset()
    return Asked(
        words=tuple(words),
        verbs=tuple(words_of(" ".join(verbs.values()))),
        routes=tuple(routes),
        aspects=tuple(aspects),
        cases=tuple(cases),
        topic=tuple(words[place] for place in topic),
        own=tuple(words[place] for place in topic if place not in carried),
        ways=tuple(ways),
        number=_number(text),
        mistyped_number=next(iter(_WRITTEN.findall(text)), ""),
        age=age,
        subject=_subject(typed, words, sorted({*topic, *about}), deeds | waits),
        refers_back=bool(named_words("back", words, languages)),
        waits=bool(waits),
        beyond_deed=any(place not in deeds for place in topic) or not deeds,
    )


def _heard(words: Sequence[str], languages: Sequence[str]) -> dict[str, Places]:
    """The routes of a text; danger in any language, as that of a short sentence may not be known."""
    routes = signs.routes(words, languages)
    in_others = signs.routes(words, [code for code in LANGUAGES if code not in languages])
    return routes | {name: in_others[name] for name in URGENT if name in in_others and name not in routes}


def _meant(routes: dict[str, Places], topic: Sequence[int], aspects: Iterable[str]) -> dict[str, Places]:
    """The routes as the whole question means them: "at what time is the bin collected?" has a matter of its own."""
    of_matter = "hours" in aspects or any(place not in routes.get("clock", ()) for place in topic)
    return {name: places for name, places in routes.items() if not (name == "clock" and of_matter)}


def only_office_words(words: Iterable[str]) -> bool:
    """Whether it is about the town hall itself, or about nothing."""
    return all(any(find(phrase.split(), [word]) for phrase in OFFICE_WORDS) for word in words)


def _subject(typed: Sequence[str], words: Sequence[str], places: Sequence[int], beside: set[int]) -> str:
    """What is searched for: without numbers, and without `beside` (deeds, "ready") and the town hall where more is said."""
    said = [place for place in places if not words[place].isdigit()]
    own = [place for place in said if place not in beside and not only_office_words([words[place]])]
    return " ".join(typed[place] for place in own or said)


def small_talk(asked: Asked, *, alone: bool = True) -> str:
    """The small-talk route, if the text is nothing else; who asks for a person or about the bot means it anyway.

    With `alone` False it may be more, of which no page knows anything: "that was helpful, thanks".
    """
    for route in SMALL_TALK:
        wordless = not (asked.topic or asked.aspects)
        if route in asked.routes and (route in ("bot", "human") or wordless or not alone):
            return route
    return ""


def named_words(topic: str, words: Sequence[str], languages: Sequence[str]) -> set[str]:
    """Those of `words` that are on the list by themselves."""
    return {word for word in words if named(topic, [word], languages)}


def _longest(found: dict[str, Places], words: Sequence[str]) -> dict[str, Places]:
    """Without those whose words are only the beginning of a longer phrase: "how can I pay" asks how to pay, not how.

    "wie lange … auf" may end in a mere preposition: such opening hours outdo nothing.
    """
    longer = [
        places
        for name, places in found.items()
        if name != "hours" or words[max(places)] != OPEN_OR_ON or max(places) == len(words) - 1
    ]
    return {name: places for name, places in found.items() if not any(places < other for other in longer)}


def _asked_first(found: dict[str, Places]) -> dict[str, Places]:
    """ "When do I have to pay?" asks when: what is asked for in front of the price goes first."""
    first = next(iter(found), "")
    ahead = [name for name in (*TIMES, "where") if name in found and min(found[name]) < min(found[first])]
    return {name: found[name] for name in (*ahead, *found)} if first == "cost" and ahead else found


def _with_what_is_between(places: Places) -> Places:
    """ "You are not particularly bright" is one thing said, with the little words in it."""
    between = {
        place + step
        for place in places
        for gap in range(2, LITTLE + 2)
        if place + gap in places
        for step in range(1, gap)
    }
    return places | between


def _covered(found: Iterable[Places]) -> set[int]:
    return {place for places in found for place in places}


def _age(text: str, cases: Iterable[str]) -> Age | None:
    """How old somebody is: as it was said, else what a child, a pensioner … may be."""
    if said := _AGE.search(text):
        years = int(said[1] or said[2] or said[3])
        return (years, years) if years < 120 else None
    return next((AGES[case] for case in PERSONS if case in cases), None)


def _number(text: str) -> str:
    """The first case number in the text, as it is stored; words that happen to spell one are none."""
    words = text.replace(",", " ").replace(".", " ").split()
    for size in (1, 2, 3):
        for start in range(len(words) - size + 1):
            typed = "".join(words[start : start + size])
            if not (any(letter.isdigit() for letter in typed) or typed.isupper() or _WRITTEN.search(typed)):
                continue
            try:
                return numbers.normalise(typed)
            except numbers.NotANumber:
                continue
    return ""
