"""Writes calendar files (RFC 5545) in the few properties that appointments need: names, escaped values, folded lines.

A line is (name with its parameters, value ready to be written): `("DTSTART", ics.utc(moment))`, `("SUMMARY", ics.text(title))`.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

Line = tuple[str, str]
_LONGEST_LINE = 75  # bytes
_NOT_ALLOWED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def text(value: str) -> str:
    """A text value: the three signs with a meaning escaped, line breaks as `\\n`, control characters dropped."""
    value = _NOT_ALLOWED.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    for sign in ("\\", ";", ","):
        value = value.replace(sign, f"\\{sign}")
    return value.replace("\n", "\\n")


def parameter(value: str) -> str:
    """The value of a parameter, to stand between double quotes, which it cannot hold itself."""
    return _NOT_ALLOWED.sub("", value).replace("\n", " ").replace("\t", " ").replace('"', "'")


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def component(name: str, lines: Iterable[Line], *inside: list[Line]) -> list[Line]:
    """`BEGIN:name … END:name` around the lines and the components inside."""
    return [("BEGIN", name), *lines, *(line for part in inside for line in part), ("END", name)]


def file(lines: Iterable[Line]) -> bytes:
    """The bytes to send: CRLF, no line longer than 75 bytes, no letter torn apart."""
    return b"".join(_folded(f"{name}:{value}") for name, value in lines)


def _folded(line: str) -> bytes:
    pieces, piece = [], b""
    for letter in line:
        encoded = letter.encode("utf-8", "replace")
        if len(piece) + len(encoded) > _LONGEST_LINE:
            pieces.append(piece)
            piece = b" "
        piece += encoded
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
