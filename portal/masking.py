"""Takes personal data out of what people typed, before it is kept or when it is kept for longer than the person. Pure.

Every repetition that two parts of a pattern could share is bounded: a thousand "@" must not hold up a page.
"""

from __future__ import annotations

import re

LONGEST = 200
CAPITALS = "A-ZÄÖÜÁČĎÉĚÍŇÓŘŠŤÚŮÝŽĄĆĘŁŃŚŹŻŐŰА-Я"
SPACES = re.compile(r"\s+")
PATTERNS = (
    (re.compile(r"[^\s@]{1,64}@[^\s@.]{1,64}\.[^\s@]{1,255}"), "[mail]"),
    (re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}\b", re.IGNORECASE), "[iban]"),
    (re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE), "[url]"),
    (re.compile(r"\b\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d{2})\b|\b\d{4}-\d{2}-\d{2}\b"), "[date]"),
    (re.compile(r"\b[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2}[- ]?\d{1,4}[EH]?\b"), "[plate]"),
    (re.compile(r"(?<!\w)\+?\d[\d\s()/.-]{4,}\d"), "[number]"),
    (re.compile(r"\b(?=\w*\d)(?=\w*[a-z])\w{8,}\b", re.IGNORECASE), "[number]"),
    (
        re.compile(
            r"\b(?:(?i:ich\s+heiße|mein\s+name\s+ist|ich\s+bin\s+(?:der|die|herr|frau)|herrn?|frau|my\s+name\s+is|mrs?\.?"
            r"|jmenuji\s+se|jmenuju\s+se|mé\s+jméno\s+je|paní|nazywam\s+się|mam\s+na\s+imię|pani|a\s+nevem|казвам\s+се|името\s+ми\s+е"
            r"|г-н|г-жа|господин|госпожа)|[Pp]an[aeu]?|name:?|Name:)\s+"
            rf"(?:[{CAPITALS}][\w-]+\s?){{1,3}}"
        ),
        "[name]",
    ),
    (
        re.compile(
            r"\b[\wäöüß-]{1,60}(?:straße|strasse|str\.|weg|gasse|platz|allee)\s+\d+\s?[a-z]?\b"
            r"|(?<!\w)(?:ulice|ulici|ul\.|náměstí|nám\.|třída|ulica|ulicy|aleja|al\.|улица|ул\.|бул\.|булевард|пл\.)\s?[^\d\n,.]{2,40}?\s\d+[\w/]{0,6}"
            r"|\b[\w-]{2,40}(?:\s[\w-]{2,40})?\s(?:utca|út|tér|u\.|körút|köz)\s\d+\.?",
            re.IGNORECASE,
        ),
        "[address]",
    ),
)


def normalised(query: str) -> str:
    """The query as it is compared and counted: one case, single spaces, no control characters."""
    printable = "".join(letter if letter.isprintable() else " " for letter in query)
    return SPACES.sub(" ", printable).strip().casefold()[:LONGEST]


def masked(query: str) -> str:
    """The normalised query with placeholders for addresses, numbers, names, dates and the like."""
    text = SPACES.sub(" ", query[: 5 * LONGEST])
    for pattern, placeholder in PATTERNS:
        text = pattern.sub(f" {placeholder} ", text)
    return normalised(text)


def masked_text(text: str) -> str:
    """A comment with placeholders for personal data; case and line breaks stay."""
    for pattern, placeholder in PATTERNS:
        text = pattern.sub(placeholder, text)
    return text.strip()
