"""Template words of the knowledge base."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.language.marking import Piece
from portal.look import money as fees
from portal.look import richtext

register = template.Library()


@register.filter
def money(amount: Decimal) -> str:
    return fees.written(amount)


@register.filter
def marked(pieces: Sequence[Piece]) -> SafeString:
    """The pieces of a passage, the words that were met in <mark>."""
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", piece.text) if piece.hit else piece.text,) for piece in pieces),
    )


@register.filter
def json_ld(data: object) -> SafeString:
    """`{{ structured|json_ld }}`: a data block for search engines; nothing in it is ever executed."""
    return richtext.json_ld(data)
