"""Words of a text, for comparing short reports and for keyword rules. Pure."""

import re
import unicodedata

from portal.untrusted import visible

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
_STROKES = str.maketrans("łđøı", "ldoi")  # letters that no decomposition takes apart
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_VOWELS = "aeiouyаеиоуъюя"
_STEM = 6  # a crude stem: German compounds and endings differ late in the word


def fold(text: str) -> str:
    """Lower case, umlauts and accents folded: Straße = strasse, Müll = mull, ławka = lawka."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_STROKES))
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


def is_named(surname: str, text: str) -> bool:
    """Whether `text` names somebody of this surname, in any case of any of our languages (Maiers, Nováka, Kowalskiego,
    Szabótól) and with or without its signs (Mueller, Walesa). Of a double name one part is enough, small words are none."""
    parts = [part for part in re.split(r"[\s-]+", surname) if len(part) > 3] or [surname.strip()]
    written = {fold(text), fold(text.casefold().translate(_UMLAUTS))}
    meant = {form for part in parts for form in (fold(part), fold(part.casefold().translate(_UMLAUTS)))}
    return any(re.search(_in_any_case(name), words) for name in meant if name for words in written)


def _in_any_case(name: str) -> str:
    if len(name) < 5:  # a short name is the beginning of many words
        return rf"(?<!\w){re.escape(name)}s?(?!\w)"
    stem = name.rstrip(_VOWELS) if len(name) > 5 else name
    return rf"(?<!\w){re.escape(stem)}\w{{0,4}}(?!\w)"


def plain(text: str, limit: int) -> str:
    """`text` without control characters (line breaks stay), trimmed, cut to `limit` characters."""
    return visible(text.replace("\r\n", "\n")).strip()[:limit]
