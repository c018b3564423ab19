"""Understand one question without answering it: route, aspects, case, and what is left as the topic. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.assistant.phrases import Places, named, words_of
from portal import numbers
from portal.language.folding import tokens

URGENT = ("crisis", "violence", "emergency")
SMALL_TALK = ("insult", "bot", "human", "greeting", "thanks", "bye")
LIVE = ("weather", "clock", "traffic", "leisure")
DEEDS = ("status", "waitlist", "report", "book")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, understood. `topic` = words that neither an aspect nor a case nor a filler explains."""

    words: tuple[str, ...]
    routes: tuple[str, ...]
    aspects: tuple[str, ...]
    cases: tuple[str, ...]
    topic: tuple[str, ...]
    number: str = ""  # a case number of ours
    topic_text: str = ""  # the topic as it was typed
    refers_back: bool = False  # "und …", "das", "dort": goes on with what was said
    beyond_deed: bool = True  # there is more in it than "I want to book an appointment"

    @property
    def aspect(self) -> str:
        return self.aspects[0] if self.aspects else ""

    @property
    def is_bare(self) -> bool:
        """A follow-up by its form: nothing but an aspect, a case and little words."""
        return not self.topic


def read(text: str, language: str) -> Asked:
    """What a question wants, in the language it is asked in and in the city's (German) as people mix them."""
    typed = [token.text for token in tokens(text)]
    words = words_of(text)
    languages = list(dict.fromkeys([language, "de"]))
    routes = named("routes", words, languages)
    aspects = named("aspects", words, languages)
    cases = named("cases", words, languages)
    talk = [places for route, places in routes.items() if route in SMALL_TALK]
    explained = _covered([*aspects.values(), *cases.values(), *talk])
    deeds = _covered(places for route, places in routes.items() if route in DEEDS)
    left = [place for place in range(len(words)) if place not in explained]
    fillers = named_words("fillers", [words[place] for place in left], languages)
    topic = [place for place in left if words[place] not in fillers and len(words[place]) > 1]
    return Asked(
        words=tuple(words),
        routes=tuple(routes),
        aspects=tuple(aspects),
        cases=tuple(cases),
        topic=tuple(words[place] for place in topic),
        number=_number(text),
        topic_text=" ".join(typed[place] for place in topic if not words[place].isdigit()),
        refers_back=bool(named_words("back", words, languages)),
        beyond_deed=any(place not in deeds for place in topic) or not deeds,
    )


def small_talk(asked: Asked) -> str:
    """The small-talk route, if the text is nothing else; who asks for a person or about the bot means it anyway."""
    for route in SMALL_TALK:
        if route in asked.routes and (route in ("bot", "human") or not (asked.topic or asked.aspects)):
            return route
    return ""


def named_words(topic: str, words: Sequence[str], languages: Sequence[str]) -> set[str]:
    """Those of `words` that are on the list by themselves."""
    return {word for word in words if named(topic, [word], languages)}


def _covered(found: Iterable[Places]) -> set[int]:
    return {place for places in found for place in places}


def _number(text: str) -> str:
    """The first case number in the text, as it is stored."""
    words = text.replace(",", " ").replace(".", " ").split()
    for size in (1, 2, 3):
        for start in range(len(words) - size + 1):
            try:
                return numbers.normalise("".join(words[start : start + size]))
            except numbers.NotANumber:
                continue
    return ""
