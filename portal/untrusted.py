"""What anybody may have changed: keys out of addresses and forms, texts with signs that nobody sees. Pure."""

import unicodedata
from uuid import UUID


def row_number(text: str | None) -> int:
    """The key of a row out of an address or a form; 0, which no row has, for everything that cannot be one.

    "²" is a digit to Python and no number to the database, and a key has at most 18 places.
    """
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else 0


def form_key(text: str) -> UUID | None:
    """The key of the form that was shown: sent twice, it does its work once."""
    try:
        return UUID(text)
    except ValueError:
        return None


def visible(text: str) -> str:
    """The text without what shows nothing: control signs (line breaks and tabs stay), and those that turn the direction of
    what follows or join and split words unseen, which make one name look like another."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")


def one_line(text: str) -> str:
    """A name as people see it: one line, single spaces, nothing hidden."""
    return " ".join(visible(" ".join(text.split())).split())
