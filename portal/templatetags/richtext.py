"""`{{ text.html.body|rich }}`: show HTML that `portal.look.richtext` has rendered and sanitised."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from portal.look import richtext

register = template.Library()


@register.filter
def rich(html: str | None) -> SafeString:
    return richtext.trusted(html or "")
