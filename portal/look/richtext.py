"""Markdown in, clean HTML out: the only module that may call a text trustworthy.

Texts of editors and imports are Markdown with HTML switched off; what the renderer makes of it passes the
sanitiser once more, so that neither a bug of the one nor of the other reaches a page. Rendering happens when a
text is published, not when it is read: store the result of `to_html` and show it with the filter `rich`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache

import nh3
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h3", "h4", "h5", "h6",
    "table", "thead", "tbody", "tr", "th", "td", "del",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
TOP_HEADING = 3  # a page has its h1, our sections are h2
ESCAPES = {"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
SPACES = re.compile(r"\s+")
WORD_BREAKS = {"softbreak", "hardbreak"}


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.core.ruler.push("lower_headings", _lower_headings)
    return parser


def _lower_headings(state: object) -> None:
    """An editor's first heading becomes the page's third level, and so on down."""
    tokens: list[Token] = state.tokens  # type: ignore[attr-defined]  # the parser's own list
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    if not headings:
        return
    highest = min(int(token.tag[1]) for token in headings)
    for token in headings:
        token.tag = f"h{min(6, int(token.tag[1]) - highest + TOP_HEADING)}"


def _clean(html: str) -> str:
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener")


def to_html(markdown: str) -> str:
    """Render Markdown to sanitised HTML of block elements; "" stays ""."""
    return _clean(_markdown().render(markdown.replace("\x00", ""))).strip() if markdown.strip() else ""


def to_inline_html(markdown: str) -> str:
    """Render one line (a list item, a table cell) without a paragraph around it."""
    return _clean(_markdown().renderInline(markdown.replace("\x00", ""))).strip()


def trusted(html: str) -> SafeString:
    """Say that `html` came out of `to_html` or `to_inline_html`; nothing else may be handed in."""
    return SafeString(html)


def plain(markdown: str) -> str:
    """Return the words of a Markdown text in one line, for the index, the JSON-LD and previews."""
    if not markdown.strip():
        return ""
    words = " ".join(_words(_markdown().parse(markdown.replace("\x00", ""))))
    return SPACES.sub(" ", words).strip()


def _words(tokens: Iterable[Token]) -> Iterable[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(_inline_words(token.children or []))
        elif token.type in ("code_block", "fence"):
            yield token.content


def _inline_words(tokens: Iterable[Token]) -> Iterable[str]:
    for token in tokens:
        if token.type in WORD_BREAKS:
            yield " "
        elif token.type in ("text", "code_inline") or token.type == "image":
            yield token.content


def json_ld(data: object) -> SafeString:
    """A data block `<script type="application/ld+json">`; browsers don't execute it, so the strict CSP lets it be.

    `<`, `>` and `&` are written as escapes, so no text can end the block.
    """
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    for mark, escape in ESCAPES.items():
        text = text.replace(mark, escape)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(text))
