"""Reads a weekly schedule as a clerk writes it: "Mo-Fr 08:00-12:00, Do 13:00-17:00", in Czech "Po-Pá 8-12, Čt 13-17"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from functools import cache
from itertools import pairwise

from portal.catalogue import HoursRecord
from portal.imports import words

_TOKEN = re.compile(
    r"(?P<clock>\d{1,2}(?:[:.]\d{2})?\s*(?:am\b|pm\b)?)(?:\s*uhr\b|\s*h\b)?"
    r"|(?P<to>-|–|—)"
    r"|(?P<word>[^\W\d_]+)\.?"
    r"|(?P<gap>[\s,;:/&+|]+)"
    r"|(?P<other>.)"
)
_LONGEST = 500
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class HoursNotUnderstood(ValueError):
    """The schedule can't be read; the message says which part and what would be right."""


@dataclass(frozen=True)
class _Tongue:
    """The words of a schedule in one language."""

    days: dict[str, int]
    until: frozenset[str]
    fillers: frozenset[str]
    short: str


@cache
def _tongue(language: str) -> _Tongue:
    days = words.weekdays(language)
    own = words.DAYS.get(language, words.DAYS["de"]).split(";")
    short = ", ".join(names.split()[0].capitalize() for names in own)
    return _Tongue(days, words.until(language), words.FILLERS - days.keys(), short)


def parse_hours(text: str, language: str = "de") -> tuple[HoursRecord, ...]:
    """The opening spans of a week, sorted, or HoursNotUnderstood.

    Days may be in English, the city's language or, where that is not understood, German, short or long, single, as a range
    ("Mo-Fr", also over the weekend) or as a list ("Mo, Mi und Fr"); each group of days is followed by one or several spans.
    """
    if len(text) > _LONGEST:
        raise HoursNotUnderstood(f"The schedule is longer than {_LONGEST} characters.")
    try:
        return _parsed(text, _tongue(language))
    except HoursNotUnderstood as refusal:
        if language == "de":
            raise
        try:
            return _parsed(text, _tongue("de"))
        except HoursNotUnderstood:
            raise refusal from None


def _parsed(text: str, tongue: _Tongue) -> tuple[HoursRecord, ...]:
    spans = [
        HoursRecord(day, opens, closes)
        for days, opens, closes in _groups(list(_tokens(text, tongue)), text, tongue)
        for day in days
    ]
    if not spans:
        raise HoursNotUnderstood(f"No opening hours found in “{text}”. Write e.g. “Mo-Fr 08:00-12:00”.")
    spans.sort(key=lambda span: (span.weekday, span.opens))
    for before, after in pairwise(spans):
        if before.weekday == after.weekday and after.opens < before.closes:
            raise HoursNotUnderstood(
                f"The spans {before.opens:%H:%M}-{before.closes:%H:%M} and "
                f"{after.opens:%H:%M}-{after.closes:%H:%M} of {_NAMES[after.weekday]} overlap."
            )
    return tuple(spans)


def _tokens(text: str, tongue: _Tongue) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(text.lower()):
        kind, value = match.lastgroup or "", match.group().strip()
        if kind == "clock":
            value = match.group("clock").strip()
        if kind == "other":
            raise HoursNotUnderstood(f"“{value}” has no meaning in the schedule “{text}”.")
        if kind == "word":
            value = value.rstrip(".")
            kind = "to" if value in tongue.until else kind
            if value in tongue.fillers:
                continue
        if kind != "gap":
            yield kind, value


def _groups(
    tokens: list[tuple[str, str]], text: str, tongue: _Tongue
) -> Iterator[tuple[tuple[int, ...], time, time]]:
    days: list[int] = []
    fresh = False  # whether `days` still waits for its first span
    at = 0
    while at < len(tokens):
        kind, value = tokens[at]
        if kind == "word":
            if not fresh:
                days = []
            found, at = _days(tokens, at, tongue)
            days += [day for day in found if day not in days]
            fresh = True
        elif kind == "clock":
            if not days:
                raise HoursNotUnderstood(
                    f"Which day is “{value}”? A day must come before the hours in “{text}”."
                )
            opens, closes, at = _span(tokens, at, text)
            fresh = False
            yield tuple(days), opens, closes
        else:
            raise HoursNotUnderstood(f"“{value}” stands at the wrong place in “{text}”.")
    if fresh:
        raise HoursNotUnderstood(f"“{text}” ends with days that have no hours.")


def _days(tokens: list[tuple[str, str]], at: int, tongue: _Tongue) -> tuple[list[int], int]:
    word = tokens[at][1]
    if word in words.DAILY:
        return list(words.DAILY[word]), at + 1
    first = _weekday(word, tongue)
    if len(tokens) > at + 2 and tokens[at + 1][0] == "to" and tokens[at + 2][0] == "word":
        last = _weekday(tokens[at + 2][1], tongue)
        return [(first + step) % 7 for step in range((last - first) % 7 + 1)], at + 3
    return [first], at + 1


def _weekday(word: str, tongue: _Tongue) -> int:
    day = tongue.days.get(word, tongue.days.get(word.removesuffix("s")))
    if day is None:
        raise HoursNotUnderstood(f"“{word}” is not a day. Days are {tongue.short} (or Mon, Tue …).")
    return day


def _span(tokens: list[tuple[str, str]], at: int, text: str) -> tuple[time, time, int]:
    if len(tokens) <= at + 2 or tokens[at + 1][0] != "to" or tokens[at + 2][0] != "clock":
        raise HoursNotUnderstood(
            f"After “{tokens[at][1]}” the end is missing in “{text}”. Write e.g. “08:00-12:00”."
        )
    opens, closes = _clock(tokens[at][1]), _clock(tokens[at + 2][1])
    if closes <= opens:
        raise HoursNotUnderstood(f"{opens:%H:%M}-{closes:%H:%M} ends before it begins.")
    return opens, closes, at + 3


def _clock(value: str) -> time:
    half = value[-2:] if value[-2:] in {"am", "pm"} else ""
    hour_text, _, minute_text = value.removesuffix(half).strip().replace(".", ":").partition(":")
    hour, minute = int(hour_text), int(minute_text or 0)
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if (hour, minute) == (24, 0):
        raise HoursNotUnderstood("24:00 is not possible: the latest end is 23:55.")
    if hour > 23 or minute > 59:
        raise HoursNotUnderstood(f"“{value}” is not a time of day.")
    if minute % 5:
        raise HoursNotUnderstood(f"“{value}”: hours go in steps of five minutes.")
    return time(hour, minute)
