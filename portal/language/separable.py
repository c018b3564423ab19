"""German verbs that stand in two places: `Wo melde ich mein Auto ab?` asks for `abmelden`."""

from collections.abc import Sequence
from functools import cache

from portal.language import data
from portal.language.folding import Token

_FURTHEST = 12


@cache
def _particles() -> frozenset[str]:
    return data.words("de", "particles")


@cache
def _forms() -> dict[str, str]:
    """Finite form -> infinitive."""
    found: dict[str, str] = {}
    for line in data.lines("de", "separable"):
        verb, *strong = line.split()
        root = verb[:-2] if verb.endswith("en") else verb[:-1]
        found |= dict.fromkeys((verb, root, root + "e", root + "t", root + "et", root + "st", *strong), verb)
    return found


def joined(tokens: Sequence[Token], text: str) -> dict[int, str]:
    """Place of a finite verb in `tokens` -> the infinitive with its particle.

    A particle counts if its clause ends after it: end of text, punctuation, or `und`/`oder`.
    """
    found: dict[int, str] = {}
    forms, particles = _forms(), _particles()
    for place, token in enumerate(tokens):
        verb = forms.get(token.text)
        if verb is None:
            continue
        for later in range(place + 1, min(place + _FURTHEST, len(tokens))):
            if tokens[later].text in particles and _clause_ends(tokens, later, text):
                found[place] = tokens[later].text + verb
                break
    return found


def _clause_ends(tokens: Sequence[Token], place: int, text: str) -> bool:
    if place + 1 == len(tokens):
        return True
    between = text[tokens[place].end : tokens[place + 1].start]
    return tokens[place + 1].text in ("und", "oder") or any(sign in between for sign in ".,;:!?")
