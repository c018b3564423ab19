"""What goes to the log names no person: secret links, addresses and the values of a refused row are taken out."""

import logging
import re

_SECRETS = (
    # the token of a citizen's link, that of a held time, the key of a report that is being written
    (
        re.compile(
            r"(?<=/)(?:[A-Za-z0-9_-]{22}|\d+:[A-Za-z0-9_-]{43}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=[/?\s'\".]|$)"
        ),
        "…",
    ),
    (re.compile(r"[^\s@<>()\"'=,]{1,64}@[^\s@<>()\"'=,]{1,255}"), "…@…"),
    (re.compile(r"^DETAIL:.*$", re.MULTILINE), "DETAIL: …"),  # PostgreSQL repeats the row it did not take
)


class DiscreetFormatter(logging.Formatter):
    """The whole line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for pattern, instead in _SECRETS:
            line = pattern.sub(instead, line)
        return line
