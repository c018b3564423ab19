"""Which words of a text a query has met: pieces for templates, which escape them. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from portal.language.analysis import Analyser

FARTHEST = 1 << 15
"""Begin and end of a word as one number, its place: begin × FARTHEST + end. Nothing that is marked is that long."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `hit` = to be marked."""

    text: str
    hit: bool = False


def mark(text: str, terms: Collection[str], words: Analyser) -> tuple[Piece, ...]:
    """Cut `text` at the words whose stem, or whose part's stem, is among `terms`. The pieces add up to the text."""
    return cut(text, sorted({place for term, place in places(text, words) if term in terms}))


def places(text: str, words: Analyser) -> Iterator[tuple[str, int]]:
    """Every (term, place) of the words that carry meaning in the first `FARTHEST` letters, in order; the index keeps them."""
    for token in words.tokens(text):
        if token.end >= FARTHEST:
            return
        if not words.is_stop(token.text):
            place = token.start * FARTHEST + token.end
            for term in words.terms(token.text):
                yield term, place
            for part in words.listed_parts(token.text):
                yield words.terms(part)[0], place


def cut(text: str, marked: Sequence[int]) -> tuple[Piece, ...]:
    """The pieces of `text` with the words at `marked` places, in order, as hits."""
    pieces: list[Piece] = []
    end = 0
    for place in marked:
        start, after = divmod(place, FARTHEST)
        if start > end:
            pieces.append(Piece(text[end:start]))
        pieces.append(Piece(text[start:after], hit=True))
        end = after
    if end < len(text):
        pieces.append(Piece(text[end:]))
    return tuple(pieces)
