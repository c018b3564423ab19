"""Keys out of addresses and forms, which anybody may have changed. Pure."""

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
