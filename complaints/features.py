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

import snowballstemmer

LONGEST_TEXT = 3000  # characters: what comes later seldom says what it is about
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*|\d+")
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "á": "a", "ó": "o"})
_EMPTY_WORDS = frozenset(
    """der die das den dem des ein eine einen einem einer eines und oder aber auch ist sind war wird werden wurde hat
    haben habe ich wir sie er es man mich mir uns ihnen ihr bitte danke mfg lg hallo guten tag sehr geehrte damen
    herren freundlichen gruessen gruesse mit bei von vom zu zum zur im in am an auf aus fuer ueber unter vor hinter
    neben nach seit so wie da dort hier dass weil wenn als noch schon wieder nur mal immer diese dieser
    dieses""".split()  # noqa: SIM905 - a list of a hundred words is read by nobody
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
    return text.lower().translate(_FOLD)


@lru_cache(maxsize=50_000)
def number(kind: str, text: str) -> int:
    """The feature's number: signed 64 bits, as PostgreSQL's bigint holds it."""
    return int.from_bytes(blake2b(f"{kind}:{text}".encode(), digest_size=8).digest(), "big", signed=True)


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("german")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


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


@lru_cache(maxsize=20_000)
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
    words = [word for word in _WORD.findall(folded) if not word.isdigit()]
    telling = [word for word in words if word not in _EMPTY_WORDS and len(word) > 1]
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


@lru_cache(maxsize=20_000)
def letter_groups(word: str) -> frozenset[str]:
    edged = f"<{word}>"
    return frozenset(edged[at : at + size] for size in (3, 4, 5) for at in range(len(edged) - size + 1))


def _numbers(kind: str, texts: set[str]) -> tuple[int, ...]:
    return tuple(sorted(number(kind, text) for text in texts))
