"""Every route of the URLconf with an address made up for it, so that a new page is tested without being named anywhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

_SAMPLES = (
    "1",
    "999999999",
    "gibt-es-nicht",
    "00000000-0000-0000-0000-000000000000",
    "2026-11-23",
    "a/b",
    "x.y",
    "T-4KJ7-93HB",
    "de",
)


@dataclass(frozen=True)
class Route:
    name: str
    path: str
    """An address that resolves to the route, with ids nobody has."""
    open_texts: tuple[str, ...]
    """The same address with hostile text in each place that takes any text, and the ends of the calendar and of numbers."""

    def __str__(self) -> str:
        return self.name or self.path


def every_route() -> list[Route]:
    found = {}
    for pieces, name in _walk(get_resolver().url_patterns, []):
        route = _route(pieces, name)
        if route and not route.path.startswith(("/static/", "/en/", "/pl/", "/cs/", "/hu/", "/bg/")):
            found[route.path] = route
    return sorted(found.values(), key=lambda route: route.path)


def _walk(patterns: list, above: list) -> Iterator[tuple[list, str]]:
    for entry in patterns:
        pieces = [*above, entry.pattern]
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, pieces)
        elif isinstance(entry, URLPattern):
            yield pieces, entry.name or ""


def _route(pieces: list, name: str) -> Route | None:
    path, hostile = "/", []
    for piece in pieces:
        if isinstance(piece, RoutePattern):
            text, texts = _fill(piece)
            hostile = [before + text for before in hostile] + [path + other for other in texts]
            path += text
        elif isinstance(piece, RegexPattern):
            plain = re.sub(
                r"\(\?P<\w+>.*?\)|\\.|[\^$?+*]",
                lambda m: "1" if m.group().startswith("(") else "",
                str(piece),
            )
            path, hostile = path + plain, [before + plain for before in hostile]
        else:  # the language prefix: empty for the reference language
            continue
    return Route(name, path, tuple(hostile))


def _fill(piece: RoutePattern) -> tuple[str, list[str]]:
    """The route's text with a value for each converter; and with hostile ones."""
    texts, plain = [], str(piece)
    for match in re.finditer(r"<(?:(\w+):)?(\w+)>", plain):
        converter = piece.converters[match.group(2)]
        if re.fullmatch(converter.regex, "9999-12-31") and not re.fullmatch(converter.regex, "x"):
            texts += [
                plain.replace(match.group(), evil) for evil in ("9999-12-31", "0001-01-01", "2026-02-30")
            ]
        elif re.fullmatch(converter.regex, "10000") and not re.fullmatch(converter.regex, "x"):
            texts += [plain.replace(match.group(), evil) for evil in ("0", "9999", "9" * 30)]
        if re.fullmatch(converter.regex, "\x00") or re.fullmatch(converter.regex, "ÿ"):
            texts += [plain.replace(match.group(), evil) for evil in ("%00", "%ff%fe", "a" * 3000)]
    fill = lambda text: re.sub(r"<(?:\w+:)?(\w+)>", lambda m: _sample(piece.converters[m.group(1)]), text)  # noqa: E731
    return fill(plain), [fill(text) for text in texts]


def _sample(converter: object) -> str:
    fitting = (text for text in _SAMPLES if re.fullmatch(converter.regex, text))  # type: ignore[attr-defined]
    return next(fitting, "x")
