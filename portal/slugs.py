"""Short names for the addresses of pages: ä = ae, as readers of German write it, ж = zh as Bulgaria's law on transliteration does,
and free of those that are taken. Pure."""

from collections.abc import Callable

from django.utils.text import slugify

_LATIN = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "đ": "d"}
_LATIN |= dict(zip("абвгдезийклмнопрстуфхъыьэ", "abvgdeziyklmnoprstufhayye", strict=True))
_LATIN |= {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sht", "ю": "yu", "я": "ya", "ё": "yo"}
_LETTERS = str.maketrans(
    _LATIN | {letter.upper(): told.capitalize() for letter, told in _LATIN.items() if letter != "ß"}
)


def stem(name: str, longest: int) -> str:
    """The name in small letters and hyphens; empty if it has none of them."""
    return slugify(spelled_out(name))[:longest].strip("-")


def spelled_out(name: str) -> str:
    """In Latin letters, each of them plain or a plain one with a mark."""
    return name.translate(_LETTERS)


def free(stem: str, is_taken: Callable[[str], bool]) -> str:
    """The stem itself, or the first of stem-2, stem-3 … that nobody has."""
    slug, number = stem, 1
    while is_taken(slug):
        number += 1
        slug = f"{stem}-{number}"
    return slug
