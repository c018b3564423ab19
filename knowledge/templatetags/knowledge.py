"""Template words of the knowledge base."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from html import escape

from django import template
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from knowledge.search.result_page import Facet, Value
from knowledge.shown.listing import Row
from portal.language.marking import Piece
from portal.language.search import Quote
from portal.look import money as fees
from portal.look import richtext

register = template.Library()
ROW_SECONDS = 600
HOLE = "\0"  # stands in no text: PostgreSQL takes none of it
# What only one search shows is put together here and not in a template: a result page has ten passages and thirty filters, and as
# template nodes they were a quarter of what a new search costs. Every value goes through `escape`.


@register.filter
def money(amount: Decimal) -> str:
    return fees.written(amount)


@register.simple_tag
def article_rows(rows: Iterable[Row], quotes: Mapping[int, Quote | None] | None = None) -> SafeString:
    """Articles as rows with facts and buttons; `quotes`: what a search found in each."""
    language, found = get_language(), quotes or {}
    return SafeString("".join([_row(row, found.get(row.article_id), language) for row in rows]))


def _row(row: Row, quote: Quote | None, language: str | None) -> str:
    """The passage stands under the summary, or in its place where the summary is what matched best."""
    head, summary, rest = _drawn(row, language)
    if quote is None:
        return f"{head}{summary}{rest}"
    words = _marked(quote.pieces)
    if not quote.anchor:
        return f"{head}<p>{words}</p>{rest}"
    url = escape(f"{row.url}#{quote.anchor}")
    heading = f'<a href="{url}">{escape(quote.heading)}</a>: ' if quote.heading else ""
    return f'{head}{summary}<p class="muted small">{heading}{words}</p>{rest}'


def _marked(pieces: Sequence[Piece]) -> str:
    """The passage, the words that were met in <mark>."""
    found = ((piece.hit, escape(piece.text)) for piece in pieces)
    return "".join([f"<mark>{text}</mark>" if hit else text for hit, text in found])


def _drawn(row: Row, language: str | None) -> list[str]:
    """What all searches show of a row, drawn once: up to its summary, the summary, what follows the passage."""
    key, shelf = f"row.{language}.{row.mark}", caches["template_fragments"]
    parts: list[str] | None = shelf.get(key)
    if parts is None:
        context = {"row": row, "language": language, "hole": HOLE}
        parts = render_to_string("knowledge/_row.html", context).split(HOLE)
        shelf.set(key, parts, ROW_SECONDS)
    return parts


@register.simple_tag
def facet_groups(facets: Iterable[Facet]) -> SafeString:
    """Filters as links: they work without JavaScript; htmx puts the focus on the link of the same id again.

    The first group stands open, and those in which something is chosen, which is their first.
    """
    return SafeString("\n".join([_facet_group(facet, not place) for place, facet in enumerate(facets)]))


def _facet_group(facet: Facet, is_first: bool) -> str:
    opened = " open" if is_first or (facet.values and facet.values[0].current) else ""
    links = "".join([_facet_link(value) for value in facet.values])
    return (
        f'<details class="fold facet"{opened}><summary>{escape(facet.heading)}</summary>'
        f"<ul>{links}</ul></details>"
    )


def _facet_link(value: Value) -> str:
    url = escape(value.url)
    current = ' aria-current="true"' if value.current else ""
    spoken = f' lang="{escape(value.language)}"' if value.language else ""
    words = escape(_("remove filter"))  # apart: the collector of texts finds nothing inside of an f-string
    undo = f'<span class="visually-hidden"> ({words})</span>' if value.current else ""
    return (
        f'<li><a id="{escape(value.mark)}" href="{url}" hx-get="{url}" hx-target="#results" hx-swap="outerHTML"'
        f' hx-push-url="true"{current}><span{spoken}>{escape(value.label)}{undo}</span>'
        f'<span class="count">{value.number}</span></a></li>'
    )


@register.filter
def json_ld(data: object) -> SafeString:
    """`{{ structured|json_ld }}`: a data block for search engines; nothing in it is ever executed."""
    return richtext.json_ld(data)
