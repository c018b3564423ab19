"""The order of names in a list, as readers of six languages look for them. Pure.

The database orders letters by their numbers ("Čas" after "Zeta") wherever it was made without a language, as the embedded one is.
"""

from functools import lru_cache

from portal.language.folding import bare, fold

# letters that stand in a place of their own, behind the one that they are named after
_OWN = {
    "cs": {"č": "c", "ch": "h", "ř": "r", "š": "s", "ž": "z"},
    "hu": {"cs": "c", "dz": "d", "gy": "g", "ly": "l", "ny": "n", "ö": "o", "ő": "o", "sz": "s", "ty": "t", "ü": "u", "ű": "u", "zs": "z"},
    "pl": {"ą": "a", "ć": "c", "ę": "e", "ł": "l", "ń": "n", "ó": "o", "ś": "s", "ź": "z", "ż": "z~"},
}  # fmt: skip
Key = tuple[tuple[str, ...], str]


@lru_cache(maxsize=4096)
def key(name: str, language: str) -> Key:
    """What to sort names by; what differs in marks alone stands side by side."""
    text, own = fold(name), _OWN.get(language, {})
    letters, at = [], 0
    while at < len(text):
        step = 2 if text[at : at + 2] in own else 1
        letter = text[at : at + step]
        letters.append(f"{own[letter]}~" if letter in own else bare(letter))
        at += step
    return tuple(letters), name


def initial(name: str, language: str) -> str:
    """The letter under which a name stands in a list from A to Z."""
    first = fold(name[:1])
    return first.upper() if first in _OWN.get(language, {}) else bare(first)[:1].upper()
