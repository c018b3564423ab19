"""What people say, as lists of phrases per language; matching is on whole words. Pure.

A phrase is words in order, side by side: "was kost*" (an asterisk ends a word's known beginning), "wie ~ dauert"
(a tilde stands for up to four words of any kind). Texts and phrases are folded the same way, accents dropped.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portal.language.folding import bare, fold, tokens

DATA = Path(__file__).parent / "data"
LANGUAGES = ("de", "en", "pl", "cs", "hu", "bg")
GAP = "~"
LONGEST_GAP = 4


def words_of(text: str) -> list[str]:
    """The words of a text, folded, without accents (ä = ae as well as a, see `_same`)."""
    return [bare(fold(token.text)) for token in tokens(text)]


@dataclass(frozen=True, slots=True)
class Match:
    """Words `first` to `end` of a text (end not included) that a phrase covers."""

    first: int
    end: int


def find(phrase: Sequence[str], words: Sequence[str]) -> Match | None:
    """The first place where the words of `phrase` stand in `words`."""
    for start in range(len(words)):
        end = _from(phrase, words, start)
        if end is not None:
            return Match(start, end)
    return None


def _from(phrase: Sequence[str], words: Sequence[str], at: int) -> int | None:
    if not phrase:
        return at
    if phrase[0] == GAP:
        for skipped in range(LONGEST_GAP + 1):
            if (end := _from(phrase[1:], words, at + skipped)) is not None:
                return end
        return None
    if at < len(words) and _same(phrase[0], words[at]):
        return _from(phrase[1:], words, at + 1)
    return None


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
    plain = bare(fold(phrase))
    return tuple(part.replace("ae", "a").replace("oe", "o").replace("ue", "u") for part in plain.split())


def named(topic: str, words: Sequence[str], languages: Iterable[str]) -> dict[str, Match]:
    """Which names of a list the words match, with the place, in the order of the file; first language first."""
    found: dict[str, Match] = {}
    for language in languages:
        for name, listed in phrases(topic, language).items():
            for phrase in listed:
                match = find(phrase, words)
                if match is not None:
                    known = found.get(name)
                    if known is None or match.end - match.first > known.end - known.first:
                        found[name] = match
    return found
