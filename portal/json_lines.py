"""A file of JSON lines as other programs write it: empty lines and a byte order mark are nothing, a broken line is a sentence. Pure."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_NOTHING = "\ufeff \t\r\n"


@dataclass(frozen=True)
class Broken:
    """This line is no JSON; the reason is for people."""

    reason: str


def read(lines: Iterable[str]) -> Iterator[tuple[int, Any]]:
    """(number of the line from 1, what it holds, or Broken) of each line that is not empty."""
    for number, text in enumerate(lines, 1):
        if bare := text.strip(_NOTHING):
            try:
                yield number, json.loads(bare)
            except (ValueError, RecursionError) as error:
                yield number, Broken(f"not JSON ({error})")
