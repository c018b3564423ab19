"""Words of a text, for comparing short reports and for keyword rules. Pure."""

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]{3,}|\d+", re.UNICODE)
_EMPTY = frozenset(
    word
    for line in (
        "der die das den dem des ein eine einer eines einem einen und oder aber auch noch nur nicht ist sind war hat",
        "haben wird werden kann mit ohne bei beim von vom vor nach auf aus für über unter seit bis zum zur sich ich wir",
        "sie ihr man uns hier dort schon sehr mehr immer wieder bitte danke the and for with that this are was has",
    )
    for word in line.split()
)
_STEM = 6  # a crude stem: German compounds and endings differ late in the word


def fold(text: str) -> str:
    """Lower case, umlauts and accents folded: Straße = strasse, Müll = mull."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def stems(text: str) -> frozenset[str]:
    """The set of word beginnings that carry meaning."""
    return frozenset(word[:_STEM] for word in _WORD.findall(fold(text)) if word not in _EMPTY)


def similarity(a: frozenset[str], b: frozenset[str]) -> float:
    """Dice's coefficient: 1 = same words, 0 = none in common."""
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def has_keyword(text: str, keywords: str) -> bool:
    """Whether one of the comma-separated `keywords` occurs in `text` as a word or the beginning of one."""
    folded = fold(text)
    return any(
        re.search(rf"(?<!\w){re.escape(fold(keyword.strip()))}", folded)
        for keyword in keywords.split(",")
        if keyword.strip()
    )


def plain(text: str, limit: int) -> str:
    """`text` without control characters (line breaks stay), trimmed, cut to `limit` characters."""
    kept = "".join(
        c for c in text.replace("\r\n", "\n") if c == "\n" or c == "\t" or unicodedata.category(c)[0] != "C"
    )
    return kept.strip()[:limit]
