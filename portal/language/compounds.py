"""Split compounds, but only where every part is a known word; the whole word is always kept beside the parts."""

from collections.abc import Callable, Sequence
from functools import lru_cache

LONGEST_COMPOUND = 40
GERMAN_LINKS = ("", "s", "n", "en", "es", "e", "er", "-")


def split(
    word: str,
    *,
    listed: Callable[[str], bool],
    met: Callable[[str], bool],
    links: Sequence[str] = GERMAN_LINKS,
) -> tuple[str, ...]:
    """The parts of `word`, few and long ones first, or () if it cannot be taken apart entirely.

    `listed` knows the words of the shipped list (parts from 3 letters), `met` the words of the collection (from 4).
    Linking letters (Wohnung-s-geld) belong to no part.
    """
    if not 6 <= len(word) <= LONGEST_COMPOUND:
        return ()
    best = _best(word, listed, met, links, {}, whole=True)
    return best or ()


def substrings(word: str) -> set[str]:
    """All pieces of `word` that `split` could ask for: looked up in one go by callers with a vocabulary in tables."""
    if not 6 <= len(word) <= LONGEST_COMPOUND:
        return set()
    last = len(word)
    pieces = {word[:end] for end in range(3, last - 2)} | {word[start:] for start in range(3, last - 2)}
    if last >= 12:
        pieces |= {word[start:end] for start in range(3, last - 6) for end in range(start + 4, last - 2)}
    return pieces


def ends(word: str, known: Callable[[str], bool]) -> tuple[str, ...]:
    """The longest known end and beginning of a word that cannot be taken apart entirely; the end carries the meaning."""
    if len(word) < 7:
        return ()
    tail = next((word[cut:] for cut in range(3, len(word) - 4) if known(word[cut:])), "")
    head = next((word[:cut] for cut in range(len(word) - 3, 4, -1) if known(word[:cut])), "")
    return tuple(piece for piece in (tail, head) if piece)


def _best(
    word: str,
    listed: Callable[[str], bool],
    met: Callable[[str], bool],
    links: Sequence[str],
    seen: dict[str, tuple[str, ...] | None],
    *,
    whole: bool = False,
) -> tuple[str, ...] | None:
    if word in seen:
        return seen[word]
    candidates: list[tuple[str, ...]] = []
    if not whole and _known(word, listed, met):
        candidates.append((word,))
    else:
        for cut in range(3, len(word) - 2):
            head = _head(word[:cut], listed, met, links)
            if head is None:
                continue
            tail = _best(word[cut:], listed, met, links, seen)
            if tail is not None:
                candidates.append((head, *tail))
    best = min(candidates, key=lambda parts: _unlikely(parts, listed), default=None)
    seen[word] = best
    return best


def _unlikely(parts: tuple[str, ...], listed: Callable[[str], bool]) -> tuple[int, int, int, int]:
    """Fewer parts are likelier; then no very short part; then a listed and a long last part, which carries the meaning.

    A `Reisepass` is a Pass and no E-Pass, though people write of both.
    """
    last = parts[-1]
    return len(parts), sum(len(part) < 4 for part in parts), not listed(last), -len(last)


def _head(
    piece: str, listed: Callable[[str], bool], met: Callable[[str], bool], links: Sequence[str]
) -> str | None:
    for link in _ending_with(piece[-1], tuple(links)):
        stem = piece[: len(piece) - len(link)] if link else piece
        if piece.endswith(link) and _known(stem, listed, met):
            return stem
    return None


@lru_cache(maxsize=256)
def _ending_with(letter: str, links: tuple[str, ...]) -> tuple[str, ...]:
    """The links that a piece with that last letter can end with."""
    return tuple(link for link in links if not link or link[-1] == letter)


def _known(piece: str, listed: Callable[[str], bool], met: Callable[[str], bool]) -> bool:
    return (len(piece) >= 3 and listed(piece)) or (len(piece) >= 4 and met(piece))
