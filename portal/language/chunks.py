"""Cut text into stretches short enough to quote, at the ends of sentences. Pure."""

import re
from collections.abc import Iterator, Sequence

from portal.language.documents import Passage

LONGEST = 420
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+(?=[^\W\d_a-zäöüß])|\n+")


def chunks(passages: Sequence[Passage]) -> Iterator[Passage]:
    """The passages, long ones in several pieces, each with the heading and the anchor of its passage."""
    for passage in passages:
        for text in _pieces(" ".join(line.strip() + "\n" for line in passage.text.splitlines())):
            yield Passage(text, passage.heading, passage.anchor)


def _pieces(text: str) -> Iterator[str]:
    piece = ""
    for sentence in _SENTENCE.split(text):
        for part in _hard_cut(" ".join(sentence.split())):
            if piece and len(piece) + len(part) + 1 > LONGEST:
                yield piece
                piece = part
            else:
                piece = f"{piece} {part}".strip()
    if piece:
        yield piece


def _hard_cut(sentence: str) -> Iterator[str]:
    while len(sentence) > LONGEST:
        cut = sentence.rfind(" ", LONGEST // 2, LONGEST)
        cut = cut if cut > 0 else LONGEST
        yield sentence[:cut]
        sentence = sentence[cut:].lstrip()
    if sentence:
        yield sentence
