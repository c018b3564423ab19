"""`{% load languages %}`: says in which language a part of the page stands when it is not the page's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()
NOTHING = SafeString("")


@register.filter
def lang_of(named: Any) -> SafeString:
    """` lang="de"` for a thing whose `names` know no name in the page's language: its reference name is shown."""
    names = getattr(named, "names", None)
    known = isinstance(names, dict) and names.get((get_language() or "")[:2])
    return NOTHING if known else reference_lang()


@register.simple_tag
def reference_lang() -> SafeString:
    """` lang="de"` around what the city wrote in one language only, on pages of another language."""
    own = settings.LANGUAGE_CODE
    return NOTHING if get_language() == own else format_html(' lang="{}"', own)


@register.simple_tag
def language_menu(links: Iterable[Mapping[str, str]], current: str) -> SafeString:
    """The page in each language of the city. On every page, so it is not drawn node by node."""
    here = SafeString(' aria-current="true"')
    return format_html_join(
        "\n",
        '<li><a href="{}" hreflang="{}" lang="{}"{}>{}</a></li>',
        (
            (link["path"], link["code"], link["code"], here if link["code"] == current else "", link["name"])
            for link in links
        ),
    )
