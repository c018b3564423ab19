"""What a learner sees of a report: stems, pairs of them, letter groups and concepts, as numbered features.

Pure. A feature is a 64-bit number, stable across hosts and releases (BLAKE2), so that a model learnt on one machine
is read on every other.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

from portal.language import folding
from portal.language.analysis import Analyser, analyser

LONGEST_TEXT = 3000  # characters: what comes later seldom says what it is about
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_GREETINGS = frozenset(
    """bitte danke dank mfg lg hallo guten tag morgen sehr geehrte geehrter damen herren freundlichen gruessen gruesse
    gruss viele liebe schon wieder mal immer seit hier dort da servus moin""".split()  # noqa: SIM905 - read as a text
)


@dataclass(frozen=True)
class Features:
    """One report as groups of features; each group is weighed as a whole, so long reports do not shout."""

    groups: tuple[tuple[int, ...], ...]

    def __iter__(self) -> Iterator[int]:
        for group in self.groups:
            yield from group

    def __bool__(self) -> bool:
        return any(self.groups)


def fold(text: str) -> str:
    """Lower case without accents; ä = ae, ö = oe, ü = ue, ß = ss."""
    return folding.bare(folding.fold(text, german=True))


@lru_cache(maxsize=8192)
def number(kind: str, text: str) -> int:
    """The feature's number: signed 64 bits, as PostgreSQL's bigint holds it."""
    return int.from_bytes(blake2b(f"{kind}:{text}".encode(), digest_size=8).digest(), "big", signed=True)


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    return _german().stem(word)


@cache
def _german() -> Analyser:
    return analyser("de")


@lru_cache(maxsize=4096)
def _is_telling(word: str) -> bool:
    return len(word) > 1 and word not in _GREETINGS and not _german().is_stop(word)


@cache
def _concepts() -> tuple[dict[str, str], dict[str, str], tuple[tuple[str, str], ...]]:
    """Concepts by whole word, by stem inside a word, and by phrase."""
    whole, inside, phrases = {}, {}, []
    bank = tomllib.loads(Path(__file__).with_name("concepts.toml").read_text(encoding="utf-8"))
    for concept, entries in bank.items():
        for entry in entries:
            text = fold(entry)
            if text.startswith("="):
                whole[text[1:].strip()] = concept
            elif " " in text or "/" in text:
                phrases.append((text, concept))
            else:
                inside[text.strip("-")] = concept
    return whole, inside, tuple(phrases)


@lru_cache(maxsize=4096)
def concepts_of(word: str) -> frozenset[str]:
    """The concepts whose stems a folded word holds; a stem inside needs five letters, at the start three."""
    whole, inside, _phrases = _concepts()
    found = {whole[word]} if word in whole else set()
    for start in range(max(1, len(word) - 2)):
        for end in range(start + (3 if start == 0 else 5), len(word) + 1):
            if concept := inside.get(word[start:end]):
                found.add(concept)
    return frozenset(found)


def extract(text: str) -> Features:
    """The groups: stems, pairs of neighbouring stems, letter groups of 3 to 5, concepts."""
    folded = fold(text[:LONGEST_TEXT])
    words = _WORD.findall(folded)
    telling = [word for word in words if _is_telling(word)]
    stems = [stem(word) for word in telling]
    everything = [stem(word) for word in words]
    pairs = {f"{a} {b}" for a, b in pairwise(everything)}
    concepts = {concept for word in words for concept in concepts_of(word)}
    concepts |= {concept for phrase, concept in _concepts()[2] if phrase in folded}
    return Features(
        (
            _numbers("w", set(stems)),
            _numbers("p", pairs),
            _numbers("c", {gram for word in telling for gram in letter_groups(word)}),
            _numbers("k", concepts),
        )
    )


@lru_cache(maxsize=1024)  # some 4 KB a word
def letter_groups(word: str) -> frozenset[str]:
    edged = f"<{word}>"
    return frozenset(edged[at : at + size] for size in (3, 4, 5) for at in range(len(edged) - size + 1))


def _numbers(kind: str, texts: set[str]) -> tuple[int, ...]:
    return tuple(sorted(number(kind, text) for text in texts))
