"""How far two words are apart, and which known word somebody may have meant. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import takewhile

from portal.language.sounds import sound

MOST_MEANT = 3
BY_EAR = 0.85
SHORTEST_ROOT = 4
LONGEST_ENDING = 3
LONG = 9
_ENDINGS = frozenset(
    [
        "",
        "e",
        "en",
        "n",
        "er",
        "ern",
        "em",
        "es",
        "s",
        "t",
        "st",
        "te",
        "ten",
        "tet",
        "et",
        "est",
        "ete",
        "eten",
        "end",
        "ende",
        "enden",
        "ung",
        "ungen",
    ]
)


def distance(one: str, other: str, limit: int) -> int:
    """Letters to change, drop, add or swap with the neighbour; `limit + 1` if more than `limit`."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        current = [i]
        for j, against in enumerate(other, 1):
            cost = min(row[j] + 1, current[j - 1] + 1, row[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, row = row, current
    return row[-1]


def allowance(word: str) -> int:
    """How many slips are believed in a word of that length."""
    if len(word) < 4:
        return 0
    if len(word) < 7:
        return 1
    return 2 if len(word) < 13 else 3


def same_word(one: str, other: str) -> bool:
    """Whether two German words differ in their ending only: `wohnt` is no slip for `wohne`."""
    alike = (letter == against for letter, against in zip(one, other, strict=False))
    root = sum(takewhile(bool, alike))
    return root >= SHORTEST_ROOT and one[root:] in _ENDINGS and other[root:] in _ENDINGS


def is_close(word: str, other: str) -> bool:
    """Whether a word of a few thousand may be meant, of which nobody knows the other hundred thousand: "mooring" is not "moving"."""
    root = sum(takewhile(bool, (letter == against for letter, against in zip(word, other, strict=False))))
    is_form = root >= max(SHORTEST_ROOT, len(word) - LONGEST_ENDING)
    return is_form or distance(word, other, 2) <= (1 if len(word) < LONG else 2)


def meant(word: str, candidates: Iterable[tuple[str, int]]) -> list[tuple[str, float]]:
    """The likeliest of `candidates` (word, how often), each with its weight from 0.4 to 0.85, best first.

    A wrong first letter makes another word (`Maut` is not `baut`); a missing, doubled or swapped one is a slip.
    """
    limit = allowance(word)
    by_ear = sound(word)
    found = []
    for other, count in candidates:
        if other == word:
            continue
        steps = distance(word, other, limit)
        alike = len(word) >= 4 and sound(other) == by_ear
        begins_alike = other[0] == word[0] or (steps == 1 and other[1:] != word[1:])
        if 0 < steps <= limit and (begins_alike or alike):
            weight = 0.85 if steps == 1 else 0.7 if steps == 2 else 0.6
            found.append((1 if alike else steps, -count, other, max(weight, BY_EAR if alike else 0.0)))
        elif alike:
            found.append((1, -count, other, BY_EAR))
        elif len(word) >= 5 and other.startswith(word):
            found.append((4, -count, other, 0.6))
    found.sort()
    closest = found[0][0] if found else 0
    return [(other, weight) for steps, _, other, weight in found[:MOST_MEANT] if steps <= closest + 1]


class Lookalikes:
    """A list of words in memory, to be asked which of them look or sound like a word: two texts of a word a line."""

    def __init__(self, words: Collection[str]) -> None:
        ordered = sorted(words)
        self._words = "\n".join(["", *ordered, ""])
        self._sounds = "\n".join(["", *map(sound, ordered), ""])

    def like(self, word: str) -> Sequence[str]:
        """Words that share its beginning, its end or its sound, and are about as long."""
        slips = allowance(word)
        if not slips:
            return ()
        near = {_line_at(self._words, at + 1) for at in _places(self._words, f"\n{word[:3]}")}
        near |= {_line_at(self._words, at) for at in _places(self._words, f"{word[-3:]}\n")}
        if same := [self._sounds.count("\n", 0, at) for at in _places(self._sounds, f"\n{sound(word)}\n")]:
            every = self._words.split("\n")
            near |= {every[number + 1] for number in same}
        return sorted(other for other in near if abs(len(other) - len(word)) <= slips + 1)


def _places(text: str, part: str) -> Iterator[int]:
    """Where `part` begins in `text`."""
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _line_at(text: str, at: int) -> str:
    return text[text.rfind("\n", 0, at) + 1 : text.find("\n", at)]
