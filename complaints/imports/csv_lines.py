"""The lines of a CSV file of any make: encoding, delimiter and columns are found out. Pure.

A broken line never stops the rest, not even a quotation mark that nobody closed.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_SAYS_DELIMITER = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_LINES_PER_RECORD = 400  # more lines than this in one field: a quotation mark was not closed


class FileRefused(Exception):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True)
class BrokenLine:
    line: int
    reason: str


@dataclass(frozen=True)
class Reading:
    """How to read a file where finding out is not enough. `columns` maps our field to the header of the file; `utm_zone`
    holds for metres without a zone before them."""

    columns: Mapping[str, str] = field(default_factory=dict)
    delimiter: str = ""
    encoding: str = ""
    legacy: str = "cp1252"  # what the file is in if it is no UTF
    utm_zone: int = 0


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


def records(
    content: bytes, encoding: str, delimiter: str, legacy: str = "cp1252"
) -> Iterator[tuple[int, list[str] | None]]:
    """(first line's number, cells) of each record, the header first; None where a quotation mark has no partner.
    Encoding and delimiter are found out where they are empty: UTF-8, UTF-16, or `legacy`, in which the offices of the country
    wrote before. Raises FileRefused."""
    # not splitlines(): that would part a text at signs which only look like the end of a line
    lines = list(io.StringIO(_decode(content, encoding, legacy), newline=""))
    if not lines:
        raise FileRefused("The file is empty.")
    said = _SAYS_DELIMITER.fullmatch(lines[0].strip())  # what Excel writes above the header
    start = 1 if said and len(lines) > 1 else 0
    return _records(lines, start, delimiter or (said[1] if said and start else _delimiter(lines[start])))


def places(
    header: Sequence[str],
    named: Mapping[str, str],
    fields: Sequence[str],
    known: Mapping[str, Sequence[str]],
    *,
    needed: Sequence[str],
) -> dict[str, int]:
    """Our field -> column. Named columns first, then known words; each column serves one field. Raises FileRefused."""
    folded: dict[str, int] = {}
    for at, cell in enumerate(header):
        for word in _spellings(cell):
            folded.setdefault(word, at)
    found: dict[str, int] = {}
    for name, wanted in named.items():
        if name not in fields:
            raise FileRefused(f"There is no field {name}; there are {', '.join(fields)}.")
        at_wanted = next((folded[word] for word in _spellings(wanted) if word in folded), None)
        if at_wanted is None:
            raise FileRefused(f"The file has no column {wanted}; it has {', '.join(header)}.")
        found[name] = at_wanted
    taken = set(found.values())
    for name in fields:
        for word in () if name in found else known[name]:
            if word in folded and folded[word] not in taken:
                found[name] = folded[word]
                taken.add(found[name])
                break
    if missing := [name for name in needed if name not in found]:
        raise FileRefused(
            f"No column for {', '.join(missing)}. The file has: {', '.join(header)[:500]}. "
            f"Name it with --column {missing[0]}=HEADER; if the letters look strange, name the --encoding."
        )
    return found


def _decode(content: bytes, encoding: str, legacy: str) -> str:
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
        return content.decode(legacy, errors="replace")


def _delimiter(header: str) -> str:
    outside_quotes = re.sub(r'"[^"]*"', "", header)
    return max(";,\t|", key=outside_quotes.count)


def _records(lines: list[str], at: int, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """(first line's number, cells) of each record; None where a quotation mark has no partner. Then reading starts
    again on the next line, so one slip costs one record."""
    csv.field_size_limit(10_000_000)
    width = 0
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


def _spellings(header: str) -> tuple[str, str]:
    """Small letters without signs: with ae for ä, as Germans write it, and with the bare letter, as others do."""
    lower = header.casefold().replace("ł", "l").replace("đ", "d")
    german = lower.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return _bare(german), _bare(lower)


def _bare(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.replace("й", "\ufff0"))  # a letter of its own, no accent
    return re.sub(
        r"[\W_]", "", "".join(c for c in parts if not unicodedata.combining(c)).replace("\ufff0", "й")
    )
