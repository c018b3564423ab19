"""What may come in: at most 300 characters, nothing invisible, nothing that identifies a person. Pure."""

import re
import unicodedata
from enum import StrEnum

from knowledge.assistant import personal

LONGEST = 300
_SPACES = re.compile(r"\s+")
_TAGS = range(0xE0000, 0xE0080)  # Unicode tag characters: text that people cannot see


class Rejection(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too_long"
    PERSONAL = "personal"


class Rejected(Exception):
    """The text is not read any further, and not kept."""

    def __init__(self, why: Rejection) -> None:
        super().__init__(why.value)
        self.why = why


def clean(text: str) -> str:
    """The text as it is read, or Rejected. Injection attempts are only text: nothing here obeys anybody."""
    visible = "".join(letter if _visible(letter) else " " for letter in unicodedata.normalize("NFC", text))
    plain = _SPACES.sub(" ", visible).strip()
    if not any(letter.isalnum() for letter in plain):
        raise Rejected(Rejection.EMPTY)
    if len(plain) > LONGEST:
        raise Rejected(Rejection.TOO_LONG)
    if personal.is_in(plain):
        raise Rejected(Rejection.PERSONAL)
    return plain


def _visible(letter: str) -> bool:
    return ord(letter) not in _TAGS and unicodedata.category(letter)[0] != "C"
