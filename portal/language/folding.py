"""Bring text to one spelling: the same letters for the same word, whoever typed it."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST_WORD = 60
"""Letters that count of a word; the rest of longer ones is cut, so that nothing grows without bound."""

_INVISIBLE = dict.fromkeys(
    [
        0x00AD,
        0xFEFF,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xE0000, 0xE0080),
    ]
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LETTERS = "(?:[^\\W_]|[\u00ad\u200b-\u200d\u2060])+"
_WORD = re.compile(rf"§{{1,3}}\s?\d+\w?|{_LETTERS}(?:['’ʼ]{_LETTERS}|[*:_](?=in(?:nen)?\b){_LETTERS})*")
_HYPHENS = frozenset("-\u2010\u2011")
_GENDER_SIGN = re.compile(r"[*:_]")


@dataclass(frozen=True, slots=True)
class Token:
    """One word: `text` folded, `start` and `end` its place in the original text, `glued` = a hyphen follows at once."""

    text: str
    start: int
    end: int
    glued: bool = False


def fold(word: str, *, german: bool = False) -> str:
    """Lower case, compatibility forms and invisible characters gone; with `german`, ä = ae, ö = oe, ü = ue, ß = ss."""
    plain = unicodedata.normalize("NFKC", word).translate(_INVISIBLE).lower()
    plain = unicodedata.normalize("NFC", plain)
    return plain.translate(_GERMAN) if german else plain


def bare(word: str) -> str:
    """Without accents: what people type who lack the keyboard. Ł and Đ have no decomposition, so they are named."""
    decomposed = unicodedata.normalize("NFD", word.replace("ł", "l").replace("đ", "d").replace("ß", "ss"))
    if any("\u0400" <= letter <= "\u04ff" for letter in word):
        return word
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def tokens(text: str, *, german: bool = False) -> list[Token]:
    """The words of a text in order, numbers and § kept (`§ 19d` is the word `§19d`), `E-Bike` one word."""
    found: list[Token] = []
    for match in _WORD.finditer(text):
        word, (start, end) = _read(match.group(), german), match.span()
        if not word:
            continue
        if found and len(found[-1].text) == 1 and found[-1].glued and start == found[-1].end + 1:
            letter = found.pop()
            word, start = letter.text + word, letter.start
        found.append(Token(word[:LONGEST_WORD], start, end, text[end : end + 1] in _HYPHENS))
    return found


def folded_words(text: str, *, german: bool = False) -> list[str]:
    """The words of a text without their places: quicker, for counting. `E-Bike` falls into two."""
    return [word for found in _WORD.findall(text) if (word := _read(found, german)[:LONGEST_WORD])]


@lru_cache(maxsize=4096)
def _read(word: str, german: bool) -> str:
    folded = fold(word, german=german).replace("’", "'").replace("ʼ", "'").replace(" ", "")
    return _GENDER_SIGN.sub("", folded)
