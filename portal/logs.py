"""What goes to the log names no person: secret links, addresses and the values of a refused row are taken out."""

import logging
import re

_SECRETS = (
    (re.compile(r"(?<=/)[A-Za-z0-9_-]{22}(?=[/?\s'\".]|$)"), "…"),  # the token of a citizen's link
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
