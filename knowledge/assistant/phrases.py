"""What people say, as lists of phrases per language; matching is on whole words. Pure.

A phrase is words in order, side by side: "was kost*" (an asterisk ends a word's known beginning), "wie ~ dauert"
(a tilde stands for up to four words of any kind). Texts and phrases are folded the same way, accents dropped.
"""

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from portal.language.folding import bare, fold, tokens

DATA = Path(__file__).parent / "data"
LANGUAGES = ("de", "en", "pl", "cs", "hu", "bg")
GAP = "~"
LONGEST_GAP = 4


def words_of(text: str) -> list[str]:
    """The words of a text, folded, without accents (ä = ae as well as a, see `_same`) and apostrophes."""
    return [_plain(token.text) for token in tokens(text)]


def _plain(word: str) -> str:
    return bare(fold(word)).replace("'", "").replace("’", "")


Places = frozenset[int]
"""Which words of a text a phrase explains; what a tilde skips is explained by nobody."""


def find(phrase: Sequence[str], words: Sequence[str]) -> Places:
    """The first place where the words of `phrase` stand in `words`; empty when nowhere."""
    for start in range(len(words)):
        places = _from(phrase, words, start)
        if places:
            return places
    return frozenset()


def _from(phrase: Sequence[str], words: Sequence[str], at: int) -> Places | None:
    if not phrase:
        return frozenset()
    if phrase[0] == GAP:
        for skipped in range(LONGEST_GAP + 1):
            if (places := _from(phrase[1:], words, at + skipped)) is not None:
                return places
        return None
    if (
        at < len(words)
        and _same(phrase[0], words[at])
        and (rest := _from(phrase[1:], words, at + 1)) is not None
    ):
        return rest | {at}
    return None


def holds_all(parts: Sequence[str], words: Sequence[str]) -> Places:
    """The places of all `parts`, in any order; empty when one is missing."""
    places = set()
    for part in parts:
        place = next((n for n, word in enumerate(words) if _same(part, word)), None)
        if place is None:
            return frozenset()
        places.add(place)
    return frozenset(places)


def _same(pattern: str, word: str) -> bool:
    """ "oeffn*" and "offn*" both mean öffnen: people without umlauts write either."""
    spellings = {word, word.replace("ae", "a").replace("oe", "o").replace("ue", "u")}
    if pattern.endswith("*"):
        return any(spelling.startswith(pattern[:-1]) for spelling in spellings)
    return pattern in spellings


@cache
def phrases(topic: str, language: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Name -> phrases of `data/<topic>_<language>.toml`, e.g. phrases("aspects", "de")["cost"]."""
    path = DATA / f"{topic}_{language}.toml"
    if not path.exists():
        return {}
    rows = tomllib.loads(path.read_text())
    return {name: tuple(_read(phrase) for phrase in listed) for name, listed in rows.items()}


def _read(phrase: str) -> tuple[str, ...]:
    plain = _plain(phrase)
    return tuple(part.replace("ae", "a").replace("oe", "o").replace("ue", "u") for part in plain.split())


def named(topic: str, words: Sequence[str], languages: Iterable[str]) -> dict[str, Places]:
    """Which names of a list the words match, and all places that explain them, in the order of the file."""
    found: dict[str, Places] = {}
    for language in languages:
        for name, listed in phrases(topic, language).items():
            for phrase in listed:
                places = find(phrase, words)
                if places:
                    found[name] = found.get(name, frozenset()) | places
    return found
