"""Case numbers that people read aloud on the phone: no look-alikes, no vowels, one check character.

23 characters, a prime: with distinct weights every single wrong character and every swap of two
characters is noticed (weighted sum modulo a prime, as in ISBN-10).
"""

import secrets
from collections.abc import Callable, Iterable

ALPHABET = "23456789CDFGHJKLMNPRTXZ"
LENGTH = 8  # seven drawn, one computed: 3.4 thousand million numbers per prefix
_LOOKALIKES = str.maketrans({"0": "D", "O": "D", "Q": "D", "1": "L", "I": "L", "B": "8", "S": "5"})


class NotANumber(ValueError):
    """The text is no number of ours: wrong length, unknown character or wrong check character."""


def new(prefix: str) -> str:
    """A random number such as `T-4KJ7-93HD`. Uniqueness is the business of the table's constraint."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return _written(prefix, drawn + _check_character(drawn))


def several(prefix: str, count: int, *, taken: Callable[[set[str]], Iterable[str]]) -> list[str]:
    """So many different numbers that are free: `taken` says which of those drawn are not. Of 100,000 drawn at once, two are
    the same in three cases of four."""
    found: set[str] = set()
    while len(found) < count:
        drawn = {new(prefix) for _ in range(count - len(found))} - found
        found |= drawn - set(taken(drawn))
    return list(found)


def normalise(text: str) -> str:
    """The number as it is stored, from what a person typed or read aloud. Raises NotANumber."""
    packed = "".join(character for character in text.upper() if character.isalnum())
    prefix, body = packed[:-LENGTH], packed[-LENGTH:].translate(_LOOKALIKES)
    known = len(body) == LENGTH and len(prefix) == 1 and set(body) <= set(ALPHABET)
    if not known or _check_character(body[:-1]) != body[-1]:
        raise NotANumber(text[:40])
    return _written(prefix, body)


def _written(prefix: str, body: str) -> str:
    return f"{prefix}-{body[:4]}-{body[4:]}"


def _check_character(drawn: str) -> str:
    size = len(ALPHABET)
    weighted = sum(weight * ALPHABET.index(character) for weight, character in enumerate(drawn, start=2))
    return ALPHABET[-weighted % size]
