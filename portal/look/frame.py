"""The frame of a page, drawn once for everybody who asks another thing of the same page.

Of a result page only the results are new; head, search field and foot differ in what was asked. Drawn anew each time they were a
sixth of what a search costs. So the page is drawn with a hole for each such value, kept for a minute like the parts of the shell,
and filled in.
"""

from collections.abc import Callable, Mapping

from django.core.cache import caches

SECONDS = 60
HOLE = "\0"  # stands in no text: PostgreSQL takes none of it, and no request that holds it comes in


def hole(name: str) -> str:
    """What to draw in place of the value `name`, a single letter."""
    return f"{HOLE}{name}"


def filled(key: str, draw: Callable[[], str], values: Mapping[str, str]) -> str:
    """The page that `draw` draws with holes, its holes filled with `values`: texts as they stand in HTML."""
    shelf = caches["template_fragments"]
    parts: list[str] | None = shelf.get(key)
    if parts is None:
        parts = draw().split(HOLE)
        shelf.set(key, parts, SECONDS)
    return parts[0] + "".join([values[part[0]] + part[1:] for part in parts[1:]])
