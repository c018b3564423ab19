"""Reads fees out of an editor's text, in the city's money and only where the text leaves no doubt about the amount."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from portal.catalogue import FeeRecord
from portal.imports import words
from portal.imports.article_html import Block, blocks_of, to_markdown

_FREE = re.compile(words.FREE, re.IGNORECASE)
_SENTENCE_LENGTH = 120
_LONGEST_CONDITION = 300


@dataclass(frozen=True)
class _Money:
    """How sums of one currency are found in a line."""

    amount: re.Pattern[str]
    uncertain: re.Pattern[str]
    other: re.Pattern[str]


@cache
def _money(currency: str) -> _Money:
    return _Money(words.amount(currency), words.uncertain(currency), words.other_amount(currency))


@dataclass(frozen=True)
class FeeText:
    """`note` keeps, as Markdown, every line that did not become a record."""

    fees: tuple[FeeRecord, ...]
    note: str


def read_fees(html: str, currency: str = "EUR") -> FeeText:
    """The fees of an HTML text in reading order."""
    fees: list[FeeRecord] = []
    kept: list[Block] = []
    group = ""
    for block in blocks_of(html):
        for line in block.lines():
            text = line.text
            if _opens_group(line, currency):
                group = text.rstrip(": ")
            elif (fee := read_line(text, group, currency)) is not None:
                fees.append(fee)
                continue
            kept.append(line)
    known = tuple(dict.fromkeys(fees))
    return FeeText(known, to_markdown(block for block in kept if not _used_as_group(block, known)))


def read_line(text: str, group: str = "", currency: str = "EUR") -> FeeRecord | None:
    """One line as a fee: "Unter 24 Jahren: 27,60 Euro"; None if it isn't one."""
    money = _money(currency)
    found = list(money.amount.finditer(text))
    foreign = bool(money.other.search(text))
    if not found and not foreign:
        if _FREE.search(text) and len(text) <= _SENTENCE_LENGTH:
            rest = _condition(_FREE.sub("", text)) if ":" in text else text
            bare = not re.sub(r"\W|euro", "", _FREE.sub("", text))
            return FeeRecord(Decimal(0), _within("" if bare else rest, group))
        return None
    if "IBAN" in text or len(text) > _LONGEST_CONDITION:
        return None
    if foreign or len(found) > 1 or money.uncertain.search(text):
        return FeeRecord(None, _within(text, group))
    match = found[0]
    if len(text) > _SENTENCE_LENGTH:
        return None
    return FeeRecord(
        _decimal(match), _within(_condition(text[: match.start()] + " " + text[match.end() :]), group)
    )


def _decimal(match: re.Match[str]) -> Decimal:
    cents = match["cents"] or "00"
    return Decimal(re.sub(r"\D", "", match["whole"]) + "." + (cents if cents.isdigit() else "00"))


def _opens_group(line: Block, currency: str) -> bool:
    """A line of its own that says what the following amounts are for."""
    text, money = line.text, _money(currency)
    if (
        money.amount.search(text)
        or money.other.search(text)
        or _FREE.search(text)
        or len(text) > _SENTENCE_LENGTH
    ):
        return False
    return text.endswith(":") or (not line.depth and all(run.bold for run in line.runs if run.text.strip()))


def _condition(text: str) -> str:
    text = " ".join(text.split())
    text = re.sub(r"^\((.*)\)$", r"\1", text.strip(" :.;,–-_"))
    return re.sub(r"\s+([,.;:)])", r"\1", text).strip(" :;,–-_")


def _within(condition: str, group: str) -> str:
    whole = f"{group}: {condition}" if group and condition else condition or group
    return whole[:_LONGEST_CONDITION]


def _label(text: str) -> str:
    return text.rstrip(": ") or "\0"


def _used_as_group(block: Block, fees: tuple[FeeRecord, ...]) -> bool:
    return any(fee.condition.startswith(_label(block.text)) for fee in fees)
