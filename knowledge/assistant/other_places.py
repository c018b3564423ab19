"""Is another city meant? Its own services are asked for, not a move from there or a birth there. Pure but for the city's name."""

import tomllib
from functools import cache

from knowledge.assistant.phrases import DATA, find, words_of
from knowledge.assistant.reading import Asked
from portal.models import City

NOT_THERE = {
    "aus", "von", "nach", "from", "to", "z", "ze", "do", "od", "bol", "rol", "ba", "be", "ra", "re", "от", "до", "към",
}  # fmt: skip
"""Before the name: somebody comes from there or goes there."""
ONLY_THERE = (
    "gebor*", "geburt*", "heirat*", "geheiratet", "verheiratet", "zieh*", "gezogen", "umzieh*", "umzug*", "umgezogen", "wohn*", "gewohnt",
    "leb*", "arbeit*", "studier*", "flieg*", "reis*", "urlaub", "fahr*", "zug", "flug", "gestorben", "verstorben", "kauf*", "born", "live*",
    "married", "moved", "move", "moving", "work*", "study*", "fly*", "travel*", "trip", "urodz*", "mieszk*", "przeprowadz*", "lece", "jad*",
    "naroz*", "bydl*", "stehuj*", "prestehov*", "let*", "szulet*", "lak*", "koltoz*", "repul*", "utaz*", "роден*", "живе*", "мест*", "летя",
    "пътув*",
)  # fmt: skip
"""With such a word the place tells what happened, and the matter may be ours."""


def is_asked_about(asked: Asked) -> bool:
    """ "Dog tax in Hamburg", but not "I moved here from Hamburg"."""
    words = list(asked.words)
    ours = set(words_of(City.current().name))
    place = next((n for n, word in enumerate(words) if word not in ours and _is_city(word)), None)
    if place is None or ours & {word for word in words if len(word) > 3}:
        return False
    before = words[place - 1] if place else ""
    return before not in NOT_THERE and not any(find([told], words) for told in ONLY_THERE)


def _is_city(word: str) -> bool:
    return any(find([city], [word]) for city in _cities())


@cache
def _cities() -> tuple[str, ...]:
    rows = tomllib.loads((DATA / "cities.toml").read_text(encoding="utf-8"))
    return tuple(city for cities in rows.values() for city in cities)
