"""A readable difference of two texts: which words went, which came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

PIECES = re.compile(r"\w+|\s+|[^\w\s]")
TOO_LONG = 4000  # pieces; beyond, a paragraph is shown as exchanged instead of compared word by word


@dataclass(frozen=True)
class Piece:
    """`kind` is "same", "gone" or "come"."""

    kind: str
    text: str


def compare(old: str, new: str) -> list[Piece]:
    """Compare paragraph by paragraph, then word by word inside what changed."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(before[a:b])))
        else:
            pieces += _words("".join(before[a:b]), "".join(after[c:d]))
    return list(_joined(pieces))


def _words(old: str, new: str) -> Iterator[Piece]:
    before, after = PIECES.findall(old), PIECES.findall(new)
    if len(before) + len(after) > TOO_LONG:
        yield Piece("gone", old)
        yield Piece("come", new)
        return
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(before[a:b]))
            continue
        yield Piece("gone", "".join(before[a:b]))
        yield Piece("come", "".join(after[c:d]))


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    last: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if last and last.kind == piece.kind:
            last = Piece(last.kind, last.text + piece.text)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last
