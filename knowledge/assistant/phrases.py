"""What people say, as lists of phrases per language; matching is on whole words. Pure.

A phrase is words in order, side by side: "was kost*" (an asterisk ends a word's known beginning or stands before its known end), "wie ~ dauert"
(a tilde stands for up to four words of any kind); a dollar sign: the text ends here. Texts and phrases are folded the same way, accents dropped.
"""

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path

from portal.language.folding import bare, fold, tokens

DATA = Path(__file__).parent / "data"
LANGUAGES = ("de", "en", "pl", "cs", "hu", "bg")
GAP = "~"
END = "$"
LONGEST_GAP = 4
REMEMBERED = 512
"""Words whose spellings and beginnings, and first words whose phrases stay unpacked."""
SHORTEST_END = 4  # letters: shorter ends tell nothing


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
    if phrase[0] == END:
        return frozenset() if at == len(words) else None
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
    if pattern.endswith("*"):
        return any(spelling.startswith(pattern[:-1]) for spelling in _spellings(word))
    if pattern.startswith("*"):
        return any(spelling.endswith(pattern[1:]) for spelling in _spellings(word))
    return pattern in _spellings(word)


@lru_cache(maxsize=REMEMBERED)
def _spellings(word: str) -> tuple[str, ...]:
    """ "oeffn*" and "offn*" both mean öffnen: people without umlauts write either."""
    return tuple({word, word.replace("ae", "a").replace("oe", "o").replace("ue", "u")})


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
        met: dict[int, tuple[str, Places]] = {}
        for start, word in enumerate(words):
            for beginning in _begun_by(topic, language, word):
                for order, name, phrase in _entries(topic, language, beginning):
                    if order not in met and (places := _from(phrase, words, start)):
                        met[order] = (name, places)
        for _order, (name, places) in sorted(met.items()):
            found[name] = found.get(name, frozenset()) | places
    return found


@lru_cache(maxsize=4 * REMEMBERED)
def _begun_by(topic: str, language: str, word: str) -> tuple[str, ...]:
    """The first words of phrases that `word` may meet: for most words there are none."""
    listed = _by_beginning(topic, language)
    return tuple(beginning for beginning in beginnings(word) if beginning in listed)


@cache
def _by_beginning(topic: str, language: str) -> dict[str, str]:
    """The first word of a phrase -> a line for each: its place in the file, its name and the phrase. Few of thousands need a look,
    so they lie packed: as tuples those of six languages would take 5 MB of each worker."""
    found: dict[str, list[str]] = {}
    listed = ((name, phrase) for name, rows in phrases(topic, language).items() for phrase in rows)
    for order, (name, phrase) in enumerate(listed):
        found.setdefault(phrase[0], []).append(" ".join((str(order), name, *phrase)))
    return {beginning: "\n".join(lines) for beginning, lines in found.items()}


@lru_cache(maxsize=REMEMBERED)
def _entries(topic: str, language: str, beginning: str) -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    lines = (line.split(" ") for line in _by_beginning(topic, language)[beginning].split("\n"))
    return tuple((int(order), name, tuple(phrase)) for order, name, *phrase in lines)


@lru_cache(maxsize=REMEMBERED)
def beginnings(word: str) -> tuple[str, ...]:
    """All first words of phrases that `word` may meet: itself, and each of its beginnings and ends with an asterisk."""
    spellings = _spellings(word)
    open_ended = {f"{spelling[:end]}*" for spelling in spellings for end in range(1, len(spelling) + 1)}
    open_ended |= {
        f"*{spelling[start:]}" for spelling in spellings for start in range(len(spelling) - SHORTEST_END + 1)
    }
    return (*spellings, *sorted(open_ended))
