"""The two wire formats of GeoReport v2, from one tree.

A tree is a mapping (an element with named children), a `Listing` (an element that repeats one child) or a scalar.
XML has a declaration and no namespaces or attributes; JSON follows the "Spark" convention: the root's name is dropped,
a listing is a bare array even with one item, and an empty element is null.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

CONTENT_TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
MIME_TYPES = {"xml": "text/xml", "json": "application/json"}

# XML 1.0 cannot carry these at all, not even escaped.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Listing:
    """An element that repeats one child: `<services><service/>…</services>` or a bare array."""

    child: str
    items: Sequence["Node"]


Scalar = str | bool | int | float | datetime | None
Node = Scalar | Mapping[str, "Node"] | Listing


def render(root: str, tree: Node, *, form: str) -> bytes:
    """The whole body in `form` ("xml" or "json"), UTF-8."""
    if form == "json":
        return json.dumps(_plain(tree), ensure_ascii=False, separators=(",", ":")).encode()
    return ('<?xml version="1.0" encoding="utf-8"?>\n' + "".join(_element(root, tree)) + "\n").encode()


def moment(value: datetime) -> str:
    """W3C date and time to the second, with Z or an offset."""
    if value.utcoffset() is None:
        raise ValueError("a moment without a time zone")
    text = value.isoformat(timespec="seconds")
    return text[:-6] + "Z" if value.tzinfo is UTC else text


def _text(value: Scalar) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return moment(value)
    return _FORBIDDEN.sub("", str(value))


def _element(name: str, node: Node) -> Iterator[str]:
    if isinstance(node, Listing):
        children: list[tuple[str, Node]] = [(node.child, item) for item in node.items]
    elif isinstance(node, Mapping):
        children = list(node.items())
    else:
        text = escape(_text(node), quote=False)
        yield f"<{name}>{text}</{name}>" if text else f"<{name}/>"
        return
    if not children:
        yield f"<{name}/>"
        return
    yield f"<{name}>"
    for child, value in children:
        yield from _element(child, value)
    yield f"</{name}>"


def _plain(node: Node) -> object:
    if isinstance(node, Listing):
        return [_plain(item) for item in node.items]
    if isinstance(node, Mapping):
        return {name: _plain(value) for name, value in node.items()}
    if isinstance(node, datetime):
        return moment(node)
    if isinstance(node, str):
        return _FORBIDDEN.sub("", node) or None
    return node
