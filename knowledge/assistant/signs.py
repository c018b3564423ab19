"""What kinds of words tell together, wherever in a text they stand: "smoke" and "window" of a fire, though neither does alone. Pure.

Lists of whole sentences (`data/routes_….toml`) know how most people say a thing; danger is told in ways that nobody has listed.
`data/rules.toml` says which kinds belong together, `data/signs_….toml` which words are of a kind.
"""

import tomllib
from collections.abc import Sequence
from functools import cache

from knowledge.assistant.phrases import DATA, Places, named

NOT = "-"
Rule = tuple[tuple[str, ...], tuple[str, ...]]
"""The kinds that must all be there, and those of which none may."""


def routes(words: Sequence[str], languages: Sequence[str]) -> dict[str, Places]:
    """All routes of the words: those told of together first, then those with a sentence of their own."""
    found = told(words, languages)
    for route, places in named("routes", words, languages).items():
        found[route] = found.get(route, frozenset()) | places
    return found


def told(words: Sequence[str], languages: Sequence[str]) -> dict[str, Places]:
    """The routes that the words tell of together, in the order of the rules, and the words that tell it."""
    kinds = [met for language in languages if (met := named("signs", words, [language]))]
    found: dict[str, Places] = {}
    for route, listed in rules().items() if kinds else ():
        for needed, unwanted in listed:
            for met in kinds:
                places = _together(needed, met)
                if places and not any(kind in met for kind in unwanted):
                    found[route] = found.get(route, frozenset()) | places
    return found


def _together(needed: Sequence[str], met: dict[str, Places]) -> Places:
    """The words of all these kinds; none if one is missing or one word is all there is of two."""
    if not all(kind in met for kind in needed):
        return frozenset()
    places = frozenset(place for kind in needed for place in met[kind])
    return places if len(places) >= len(needed) else frozenset()


@cache
def rules() -> dict[str, tuple[Rule, ...]]:
    listed: dict[str, list[str]] = tomllib.loads((DATA / "rules.toml").read_text(encoding="utf-8"))
    return {route: tuple(map(_read, lines)) for route, lines in listed.items()}


def _read(rule: str) -> Rule:
    kinds = rule.split()
    return (
        tuple(kind for kind in kinds if not kind.startswith(NOT)),
        tuple(kind.removeprefix(NOT) for kind in kinds if kind.startswith(NOT)),
    )
