"""Names of streets in one spelling, and addresses as people write them in a sentence. Pure."""

import re
from dataclasses import dataclass

from portal.language import folding

LONGEST_NAME = 6  # words
_WORDS_READ = 30
_PART = re.compile(r"\d+|[^\W\d_]+")
_HOUSE = re.compile(r"\s*(\d{1,5})\s*(.*?)\s*$")
# What people shorten, by the whole word; the kinds of street that stand before a name may as well be left out.
_SHORT = {
    "str": "strasse",
    "pl": "platz",
    "nam": "namesti",
    "tr": "trida",
    "krt": "korut",
    "bld": "boulevard",
}
_LEFT_OUT = frozenset(
    {"ul", "ulica", "ulice", "ул", "улица", "al", "aleja", "бул", "булевард", "u", "utca", "ut"}
)


@dataclass(frozen=True)
class Mention:
    """A run of words that may be a street, and the house number beside it."""

    key: str
    start: int
    end: int
    number: int | None
    suffix: str


def key(name: str) -> str:
    """One spelling of a street: Haupt-Str. = Hauptstraße = hauptstrasse; ul. Długa = Dluga."""
    return "".join(map(_word, _parts(name)))


def house(text: str) -> tuple[int, str] | None:
    """A house number as number and the rest: "12 a" is (12, "a"), "5-7" is (5, "-7"); None if it has no number."""
    found = _HOUSE.match(text)
    return (int(found[1]), re.sub(r"\s+", "", found[2]).lower()[:12]) if found else None


def mentions(text: str) -> list[Mention]:
    """All that could be a street in a text, long names first: "Ecke Am Markt 5a" holds "am markt" with 5 a, and "markt"."""
    parts = _parts(text)[:_WORDS_READ]
    found = []
    for start in range(len(parts)):
        for end in range(start + 1, min(len(parts), start + LONGEST_NAME) + 1):
            name = "".join(map(_word, parts[start:end]))
            if len(name) > 2 and not name.isdigit():
                number, suffix = _number_beside(parts, start, end)
                found.append(Mention(name, start, end, number, suffix))
    return sorted(found, key=lambda one: (one.start - one.end, one.start))


def _parts(text: str) -> list[str]:
    return [folding.bare(folding.fold(part, german=True)) for part in _PART.findall(text)]


def _word(part: str) -> str:
    if part in _LEFT_OUT:
        return ""
    if part in _SHORT:
        return _SHORT[part]
    return f"{part}asse" if part.endswith("str") else part


def _number_beside(parts: list[str], start: int, end: int) -> tuple[int | None, str]:
    """The number behind the name with its letter, or the one before it (12, rue …)."""
    if end < len(parts) and parts[end].isdigit() and len(parts[end]) <= 5:
        letter = parts[end + 1] if end + 1 < len(parts) and len(parts[end + 1]) == 1 else ""
        return int(parts[end]), letter
    if start > 0 and parts[start - 1].isdigit() and len(parts[start - 1]) <= 5:
        return int(parts[start - 1]), ""
    return None, ""
