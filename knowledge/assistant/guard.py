"""What may come in: at most 300 characters, nothing invisible, nothing that identifies a person. Pure."""

import re
import unicodedata
from enum import StrEnum

LONGEST = 300
_SPACES = re.compile(r"\s+")
_TAGS = range(0xE0000, 0xE0080)  # Unicode tag characters: text that people cannot see
_PERSONAL = (
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),  # e-mail address
    re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,3})?\b"),  # IBAN
    re.compile(r"(?<![\w.,/-])(?:\+|00)\d[\d\s()/-]{7,}\d"),  # telephone with country code
    re.compile(r"(?<![\w.,/-])0\d{2,5}[\s/-]?\d{4,}(?![\w,])"),  # telephone with area code
    re.compile(r"\b[CFGHJKLMNPRTVWXYZ0-9]{9}\d?D?\b(?=.*\d)"),  # number of a German document
    re.compile(r"\b(?:\d{6}/\d{3,4}|\d{11})\b"),  # birth number (cs), PESEL (pl), tax number
)
_CASE_NUMBER = re.compile(r"\b[A-Z][-\s]?[0-9A-Z]{4}[-\s]?[0-9A-Z]{4}\b", re.IGNORECASE)


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
    if holds_personal_data(plain):
        raise Rejected(Rejection.PERSONAL)
    return plain


def holds_personal_data(text: str) -> bool:
    """Patterns of contact data and of document, account and person numbers; our own case numbers are none."""
    rest = _CASE_NUMBER.sub(" ", text)
    return any(pattern.search(rest) for pattern in _PERSONAL)


def _visible(letter: str) -> bool:
    return ord(letter) not in _TAGS and unicodedata.category(letter)[0] != "C"
