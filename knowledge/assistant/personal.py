"""Does a text hold data that lead to a person? Patterns of six countries. Pure.

Fees, dates, paragraphs, opening hours, post codes and our own case numbers are none. A street or a date alone is none either;
the log masks them all the same.
"""

import re

from portal import numbers

_ANY_CASE = re.IGNORECASE
_NUMBERS = (
    re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+\.[\w.-]+", _ANY_CASE),  # e-mail address
    re.compile(r"\b[A-Z]{2}\d{2}(?:[\s-]?[A-Z0-9]{2,4}){3,8}\b(?<=\d)", _ANY_CASE),  # IBAN
    re.compile(r"(?<![\w.,/-])(?:\+|00)\d[\d\s()/-]{7,}\d"),  # telephone with country code
    re.compile(r"(?<![\w.,/-])0(?!800|180|900)\d{1,4}[\s/-]{0,3}\d{2,4}(?:[\s/-]?\d{2,4}){1,3}(?![\w,.]\d)"),  # with area code
    re.compile(r"(?<![\w.,/-])[4-9]\d{2}\s\d{3}\s\d{3}(?!\s?(?:€|euro|kč|zł|ft|\d))", _ANY_CASE),  # mobile (pl, cs), TAJ (hu)
    re.compile(r"\b(?=(?:\D*\d){4})[CFGHJKLMNPRTVWXYZ](?=\w*\d)[CFGHJKLMNPRTVWXYZ0-9]{8}\d?D?\b"),  # German document
    re.compile(r"\b(?!ISO|DIN|PLZ)[A-Z]{3}\s?\d{6}\b|\b\d{6}[A-Z]{2}\b"),  # identity card (pl, hu)
    re.compile(r"\b\d{6}/\d{3,4}\b|\b\d-\d{6}-\d{4}\b|\b\d{10,11}\b"),  # birth number (cs), id (hu), PESEL, EGN, tax number
    re.compile(r"\b\d{2}\s?\d{6}\s?[A-Z]\s?\d{3}\b|\b\d{4}\s(?:0[1-9]|[12]\d|3[01])(?:0\d|1[0-2])\d{2}\b"),  # social insurance (de, at)
    re.compile(r"\b\d{4}[\s-]\d{4}[\s-]\d{4}[\s-]\d{4}\b"),  # payment card
)  # fmt: skip
_PLATES = (
    re.compile(r"\b[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}[\s-]?\d{1,4}[EH]?\b"),  # de, known by its hyphen
    re.compile(r"\b[ABEKMHOPCTYXАВЕКМНОРСТУХ]{1,2}\s?\d{4}\s?[ABEKMHOPCTYXАВЕКМНОРСТУХ]{2}\b"),  # bg
)
_PLATE_WORD = re.compile(
    r"kennzeichen|nummernschild|\bplate|tablic|rejestrac|\bspz\b|\brz\b|značk|rendszám|регистрац|номер", _ANY_CASE
)  # fmt: skip
_PLATES_BY_WORD = (
    re.compile(r"\b[A-Z]{1,2}[\s-]\d{1,5}\s?[A-Z]{1,3}\b"),  # at
    re.compile(r"\b\d[A-Z][0-9A-Z]\s?\d{4}\b"),  # cs
    re.compile(r"\b[A-Z]{2,3}\s(?=\w*\d)[0-9A-Z]{4,5}\b"),  # pl
    re.compile(r"\b[A-Z]{2}\s?[A-Z]{2}[\s-]?\d{3}\b|\b[A-Z]{3}-?\d{3}\b"),  # hu
)
_NAME = r"[A-ZÄÖÜÁÉÍÓÚŐŰŠČŘŽŁŚŻА-Я][\w'’-]+"
_NAMED = re.compile(
    r"(?:(?i:ich\s+heiße|ich\s+heisse|mein\s+name\s+ist|my\s+name\s+is|i\s+am\s+called|nazywam\s+się|mam\s+na\s+imię|jmenuji\s+se|"
    rf"jmenuju\s+se|a\s+nevem|казвам\s+се|името\s+ми\s+е))\s*:?\s+(?:(?i:herr|frau|mr|mrs|ms)\.?\s+)?{_NAME}"
)
_BORN = re.compile(
    rf"{_NAME}\s+{_NAME}\s*[,(]?\s*(?i:geb\.?|geboren|geburtsdatum|born|date\s+of\s+birth|ur\.?|urodzon\w+|nar\.?|narozen\w*|"
    r"szül\.?|született|род\.?|роден\w*|\*)\s*(?i:am|on|dne|dnia|на)?\s*:?\s*\d{1,4}[.\s/-]"
)
_OURS = re.compile(r"\b[A-Z][-\s]?[0-9A-Z]{4}[-\s]?[0-9A-Z]{4}\b", _ANY_CASE)


def is_in(text: str) -> bool:
    """Contact data, numbers of documents, accounts and persons, number plates, somebody's name with "my name is" or a birth date."""
    rest = _OURS.sub(lambda found: " " if _is_ours(found[0]) else found[0], text)
    patterns = [*_NUMBERS, *_PLATES, _NAMED, _BORN]
    patterns += _PLATES_BY_WORD if _PLATE_WORD.search(rest) else ()
    return any(pattern.search(rest) for pattern in patterns)


def _is_ours(text: str) -> bool:
    try:
        numbers.normalise(text)
    except numbers.NotANumber:
        return False
    return True
