"""The lines of a CSV file of any make: encoding, delimiter and columns are found out. Pure.

A broken line never stops the rest, not even a quotation mark that nobody closed.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_LINES_PER_RECORD = 400  # more lines than this in one field: a quotation mark was not closed


class FileRefused(Exception):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True)
class BrokenLine:
    line: int
    reason: str


def named_columns(pairs: Iterable[str]) -> dict[str, str]:
    """What `--column FIELD=HEADER` says: field -> header."""
    columns = {}
    for pair in pairs:
        name, sign, header = pair.partition("=")
        if not sign or not header:
            raise FileRefused(f"--column takes FIELD=HEADER, not {pair}.")
        columns[name.strip()] = header.strip()
    return columns


def one_delimiter(text: str) -> str:
    """What `--delimiter` says: one character, tab by its name, or "" to find it out."""
    delimiter = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if len(delimiter) > 1:
        raise FileRefused("--delimiter is one character, or tab.")
    return delimiter


def records(content: bytes, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """(first line's number, cells) of each record, the header first; None where a quotation mark has no partner.
    Encoding and delimiter are found out where they are empty. Raises FileRefused."""
    lines = _decode(content, encoding).splitlines(keepends=True)
    if not lines:
        raise FileRefused("The file is empty.")
    return _records(lines, delimiter or _delimiter(lines[0]))


def places(
    header: Sequence[str],
    named: Mapping[str, str],
    fields: Sequence[str],
    known: Mapping[str, Sequence[str]],
    *,
    needed: Sequence[str],
) -> dict[str, int]:
    """Our field -> column. Named columns first, then known words; each column serves one field. Raises FileRefused."""
    folded = [_plain(cell) for cell in header]
    found: dict[str, int] = {}
    for name, wanted in named.items():
        if name not in fields:
            raise FileRefused(f"There is no field {name}; there are {', '.join(fields)}.")
        if _plain(wanted) not in folded:
            raise FileRefused(f"The file has no column {wanted}; it has {', '.join(header)}.")
        found[name] = folded.index(_plain(wanted))
    taken = set(found.values())
    for name in fields:
        for word in () if name in found else known[name]:
            if word in folded and folded.index(word) not in taken:
                found[name] = folded.index(word)
                taken.add(found[name])
                break
    if missing := [name for name in needed if name not in found]:
        raise FileRefused(
            f"No column for {', '.join(missing)}. The file has: {', '.join(header)[:500]}. "
            f"Name it with --column {missing[0]}=HEADER."
        )
    return found


def _decode(content: bytes, encoding: str) -> str:
    if encoding:
        try:
            return content.decode(encoding)
        except (LookupError, UnicodeDecodeError) as refusal:
            raise FileRefused(f"The file cannot be read as {encoding}: {refusal}") from refusal
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _delimiter(header: str) -> str:
    outside_quotes = re.sub(r'"[^"]*"', "", header)
    return max(";,\t|", key=outside_quotes.count)


def _records(lines: list[str], delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """(first line's number, cells) of each record; None where a quotation mark has no partner. Then reading starts
    again on the next line, so one slip costs one record."""
    csv.field_size_limit(10_000_000)
    at, width = 0, 0
    while at < len(lines):
        reader = csv.reader(_from(lines, at), delimiter=delimiter)
        start = at
        for cells in reader:
            end = at + reader.line_num
            width = width or len(cells)
            slipped = end - start > 1 and (len(cells) != width or end - start > _LINES_PER_RECORD)
            yield start + 1, None if slipped else cells
            if slipped:
                at = start + 1
                break
            start = end
        else:
            return


def _from(lines: list[str], at: int) -> Iterator[str]:
    for index in range(at, len(lines)):
        yield lines[index]


def _plain(header: str) -> str:
    folded = header.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    return re.sub(r"[^a-z0-9]", "", folded)
