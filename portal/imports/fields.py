"""Reads fields out of a foreign JSON record: the right type, or a reason that names the field."""

import math
from collections.abc import Iterator
from typing import Any

from portal.imports.article_html import clean_text, plain


class RecordBroken(ValueError):
    """The record can't be read; the reason is for people."""


class Fields:
    """A JSON object of which nothing is certain.

    Absent and null fields are empty. A wrong type raises RecordBroken where guessing would change what citizens
    read; where only a detail gets lost (a coordinate, one link of many), `notes` says so and the rest goes on.
    """

    def __init__(self, row: dict[Any, Any], path: str = "") -> None:
        self._row = row
        self._path = path
        self.notes: list[str] = []

    def key(self, name: str) -> str:
        """An id: text or a whole number."""
        value = self._row.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value) if abs(value) < 10**40 else ""
        if value is None or value == "":
            raise RecordBroken(f"{self._path}{name} is missing")
        if not isinstance(value, str):
            raise RecordBroken(f"{self._path}{name} must be text or a whole number, not {kind(value)}")
        cleaned = clean_text(value).strip()
        if not cleaned or len(cleaned) > 80:
            raise RecordBroken(f"{self._path}{name} must have 1 to 80 characters")
        return cleaned

    def keys(self, name: str) -> tuple[str, ...]:
        """A list of ids; entries that are none are noted and dropped."""
        found = []
        for entry in self._list(name):
            try:
                found.append(Fields({name: entry}, self._path).key(name))
            except RecordBroken as error:
                self.notes.append(str(error))
        return tuple(dict.fromkeys(found))

    def raw(self, name: str) -> str:
        """Text as it came, markup and all."""
        value = self._row.get(name)
        if value is None or value is False:  # editors' systems write false for "nothing"
            return ""
        if not isinstance(value, str):
            raise RecordBroken(f"{self._path}{name} must be text, not {kind(value)}")
        return value

    def text(self, name: str, longest: int) -> str:
        """One line without markup, cut at `longest` characters."""
        value = plain(self.raw(name)[:20_000])
        if len(value) > longest:
            self.notes.append(f"{self._path}{name} was cut at {longest} characters")
            value = value[: longest - 1].rstrip() + "…"
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._row.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        if value in (0, 1, "0", "1", "true", "false"):
            return value in (1, "1", "true")
        raise RecordBroken(f"{self._path}{name} must be true or false, not {kind(value)}")

    def whole(self, name: str, largest: int) -> int | None:
        """A whole number from 1 to `largest`; anything else is noted and None."""
        value = self._row.get(name)
        if value is None or value in ("", 0, "0", False):
            return None
        if isinstance(value, str) and value.strip().isdecimal() and len(value) < 10:
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= largest:
            return value
        self.notes.append(f"{self._path}{name} must be a whole number from 1 to {largest} and was left out")
        return None

    def number(self, name: str, largest: float) -> float | None:
        """A number from -`largest` to `largest`; anything else is noted and None."""
        value = self._row.get(name)
        if value is None or value == "":
            return None
        try:
            number = (
                float(value)
                if isinstance(value, (str, int, float)) and not isinstance(value, bool)
                else math.nan
            )
        except (ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number) or abs(number) > largest:
            self.notes.append(f"{self._path}{name} must be a number up to {largest:g} and was left out")
            return None
        return number

    def sub(self, name: str) -> "Fields":
        """A nested object; PHP exports write an empty one as a list."""
        value = self._row.get(name)
        if value is None or value in ([], False):
            value = {}
        if not isinstance(value, dict):
            raise RecordBroken(f"{self._path}{name} must be an object, not {kind(value)}")
        return Fields(value, f"{self._path}{name}.")

    def subs(self, name: str) -> Iterator["Fields"]:
        """A list of nested objects; entries that are none are noted and dropped."""
        for place, entry in enumerate(self._list(name), start=1):
            if isinstance(entry, dict):
                yield Fields(entry, f"{self._path}{name} {place}: ")
            else:
                self.notes.append(f"{self._path}{name} {place} must be an object and was left out")

    def _list(self, name: str) -> list[Any]:
        value = self._row.get(name)
        if value is None or value is False:
            return []
        if not isinstance(value, list):
            raise RecordBroken(f"{self._path}{name} must be a list, not {kind(value)}")
        return value


def kind(value: object) -> str:
    """What a JSON value is, in words."""
    if isinstance(value, bool):
        return "true/false"
    names = {str: "text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "nothing")
