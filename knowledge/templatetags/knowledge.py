"""Template words of the knowledge base."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString

from knowledge import money
from portal import richtext

register = template.Library()


@register.filter
def euros(amount: Decimal) -> str:
    return money.euros(amount)


@register.filter
def json_ld(data: object) -> SafeString:
    """`{{ structured|json_ld }}`: a data block for search engines; nothing in it is ever executed."""
    return richtext.json_ld(data)
