"""Which words of a text a query has met: pieces for templates, which escape them. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.language.analysis import Analyser


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `hit` = to be marked."""

    text: str
    hit: bool = False


def mark(text: str, terms: Collection[str], words: Analyser) -> tuple[Piece, ...]:
    """Cut `text` at the words whose stem, or whose part's stem, is among `terms`. The pieces add up to the text."""
    pieces: list[Piece] = []
    end = 0
    for token in words.tokens(text):
        if words.is_stop(token.text) or not _met(token.text, terms, words):
            continue
        if token.start > end:
            pieces.append(Piece(text[end : token.start]))
        pieces.append(Piece(text[token.start : token.end], hit=True))
        end = token.end
    if end < len(text):
        pieces.append(Piece(text[end:]))
    return tuple(pieces)


def _met(word: str, terms: Collection[str], words: Analyser) -> bool:
    if any(term in terms for term in words.terms(word)):
        return True
    return any(words.terms(part)[0] in terms for part in words.listed_parts(word))
