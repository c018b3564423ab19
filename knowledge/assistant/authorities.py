"""Who else is responsible: the city's own table, and beneath it what is usual in its country.

A row of the city with the same key stands in front of the shipped one; an inactive row hides it.
"""

import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction

from knowledge.articles.retrieval import MOTHER_TONGUE
from knowledge.assistant.models import Authority
from knowledge.assistant.phrases import beginnings, holds_all, words_of
from portal import audit
from portal.language.thesaurus import in_german
from portal.models import City, User

SHIPPED = Path(__file__).parent / "data" / "authorities"
FIELDS = ("key", "name", "responsible_for", "contact", "url", "keywords")


Responsible = tuple[Authority | None, tuple[str, ...]]
"""Who else is responsible, and the words of the question that say so."""


class Table:
    """Authorities by the words that people use for their business, each found by the first of its words."""

    def __init__(self, authorities: Sequence[Authority]) -> None:
        self._by_first: dict[str, list[tuple[int, tuple[str, ...], Authority]]] = {}
        called = [(_parts(name), each) for each in authorities for name in (*each.keywords, each.name)]
        for order, (parts, authority) in enumerate(called):
            if parts:
                self._by_first.setdefault(parts[0], []).append((order, parts, authority))

    def responsible(self, words: Sequence[str]) -> Responsible:
        said = {beginning for word in words for beginning in beginnings(word)}
        met = sorted(
            (-len(places), order, places, authority)
            for first in said
            for order, parts, authority in self._by_first.get(first, ())
            if said.issuperset(parts) and (places := holds_all(parts, words))
        )
        if not met:
            return None, ()
        _most, _order, places, authority = met[0]
        return authority, tuple(words[place] for place in sorted(places))

    def responsible_in_german(self, question: str, language: str) -> Responsible:
        """The same for a question in another language: the table is written in the language of the offices."""
        meant = in_german(question, language) if language != MOTHER_TONGUE else ""
        return self.responsible(words_of(meant)) if meant else (None, ())


def responsible(words: Sequence[str]) -> Responsible:
    return Table(known()).responsible(words)


def responsible_in_german(question: str, language: str) -> Responsible:
    return Table(known()).responsible_in_german(question, language)


def known() -> list[Authority]:
    """The active rows of the city, then the usual ones of its country that it has no row for."""
    own = list(Authority.objects.all())
    keys = {authority.key for authority in own}
    usual = [Authority(**row) for row in shipped(City.current().country) if row["key"] not in keys]
    return [authority for authority in [*own, *usual] if authority.active]


@transaction.atomic
def adopt(*, actor: User | None = None) -> int:
    """Write the usual authorities of the country into the city's table, to be edited there; what it has stays."""
    keys = set(Authority.objects.values_list("key", flat=True))
    fresh = [Authority(**row) for row in shipped(City.current().country) if row["key"] not in keys]
    Authority.objects.bulk_create(fresh)
    if fresh:
        audit.record(verb="authorities adopted", subject=fresh[0], actor=actor, number=len(fresh))
    return len(fresh)


@cache
def shipped(country: str) -> tuple[dict[str, Any], ...]:
    path = SHIPPED / f"{country}.toml"
    if not path.exists():
        return ()
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["authority"]
    return tuple({name: row[name] for name in FIELDS if name in row} for row in rows)


@lru_cache(maxsize=4096)
def _parts(keyword: str) -> tuple[str, ...]:
    """The words of a keyword with their endings left open: Einbürgerung, einbürgern; melden, melde."""
    words = [word.replace("ae", "a").replace("oe", "o").replace("ue", "u") for word in words_of(keyword)]
    return tuple(_open(word) for word in words)


def _open(word: str) -> str:
    if len(word) >= 11:
        return f"{word[:-3]}*"
    if word.endswith("en") and len(word) > 5:
        return f"{word[:-2]}*"
    return f"{word}*" if len(word) > 5 else word
