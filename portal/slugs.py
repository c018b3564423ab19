"""Short names for the addresses of pages: ä = ae, as readers of German write it, and free of those that are taken. Pure."""

from collections.abc import Callable

from django.utils.text import slugify

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def stem(name: str, longest: int) -> str:
    """The name in small letters and hyphens; empty if it has none of them."""
    return slugify(name.translate(_GERMAN))[:longest].strip("-")


def free(stem: str, is_taken: Callable[[str], bool]) -> str:
    """The stem itself, or the first of stem-2, stem-3 … that nobody has."""
    slug, number = stem, 1
    while is_taken(slug):
        number += 1
        slug = f"{stem}-{number}"
    return slug
