"""Turns the HTML of an editor's field into clean Markdown, cut into the parts of an article.

Whatever arrives (scripts, half tags, words glued by spans, a megabyte of text) ends as plain Markdown
of paragraphs, lists, bold text and links that point to http, https, mailto or tel.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

from portal.imports import words

MAX_CHARACTERS = 200_000
"""Of the longest catalogue text seen, 20 times; what lies beyond is cut off."""

_TAGS = {
    "p",
    "br",
    "ul",
    "ol",
    "li",
    "strong",
    "b",
    "em",
    "i",
    "a",
    "div",
    "tr",
    "td",
    "th",
    "table",
    "tbody",
}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BREAKS = {"p", "div", "tr", "table", "tbody"} | _HEADINGS
_INVISIBLE = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), 0x7F, 0xAD, 0x200B, 0x2060, 0xFEFF, *range(0xE0000, 0xE0080)]
)
_LONGEST_LABEL = 90
_DEEPEST_LIST = 4

_PART_PATTERNS = tuple((part, re.compile(pattern, re.IGNORECASE)) for part, pattern in words.HEADINGS.items())


def clean_text(text: str) -> str:
    """Without NUL, control, zero-width and lone surrogate characters; a hard space becomes a space."""
    return text.translate(_INVISIBLE).replace("\xa0", " ").encode("utf-8", "ignore").decode()


def plain(text: str) -> str:
    """One line of text without any markup, for names and labels."""
    bare = (
        " ".join(run.text for block in blocks_of(text) for run in block.runs)
        if "<" in text or "&" in text
        else text
    )
    return " ".join(clean_text(bare).split())


@dataclass
class Run:
    text: str
    bold: bool = False
    href: str = ""


@dataclass
class Block:
    """A paragraph, a heading or a list item; `depth` 0 = no list, `number` > 0 = of a numbered list."""

    runs: list[Run] = field(default_factory=list)
    heading: bool = False
    depth: int = 0
    number: int = 0

    @property
    def text(self) -> str:
        return " ".join("".join(run.text for run in self.runs).split())

    def lines(self) -> list["Block"]:
        """The block cut at its line breaks; empty lines are left out."""
        cut = [Block(depth=self.depth, number=self.number, heading=self.heading)]
        for run in self.runs:
            for index, piece in enumerate(run.text.split("\n")):
                if index:
                    cut.append(Block(depth=self.depth, number=self.number, heading=self.heading))
                if piece:
                    cut[-1].runs.append(Run(piece, run.bold, run.href))
        return [block for block in cut if block.text]


@dataclass
class Section:
    """`part` is a field of `ArticleText` ("requirements", "procedure" …), "fees", or "" where none fits."""

    label: str
    part: str
    blocks: list[Block]

    @property
    def markdown(self) -> str:
        return to_markdown(self.blocks)


def blocks_of(html: str) -> list[Block]:
    """The text blocks of untrusted HTML in reading order."""
    # blank lines of old plain-text editors
    lines = re.sub(r"\r\n[ \t]*\n", "<br>", clean_text(html[:MAX_CHARACTERS]))
    safe = nh3.clean(
        lines,
        tags=_TAGS | _HEADINGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    reader = _Reader()
    reader.feed(safe)
    reader.close()
    return reader.finish()


def sections_of(html: str) -> list[Section]:
    """The blocks under the headings and bold labels that editors use as headings; the first may have none."""
    sections = [Section("", "", [])]
    for block in blocks_of(html):
        label, rest = _split_label(block)
        if label:
            sections.append(Section(label, part_of(label), []))
        if rest.text:
            sections[-1].blocks.append(rest)
    return [section for section in sections if section.blocks or section.label]


def part_of(label: str) -> str:
    """Which part of an article a heading opens ("" if it says nothing to us)."""
    return next((part for part, pattern in _PART_PATTERNS if pattern.search(label)), "")


def to_markdown(blocks: Iterable[Block]) -> str:
    lines: list[str] = []
    in_list = False
    for block in blocks:
        body = "  \n".join(filter(None, (_inline(line.runs) for line in block.lines())))
        if not body:
            continue
        if block.depth:
            indent = "    " * (min(block.depth, _DEEPEST_LIST) - 1)
            marker = f"{block.number}." if block.number else "-"
            entry = body.replace("  \n", f"  \n{indent}    ")
            lines.append(("" if in_list or not lines else "\n") + f"{indent}{marker} {entry}")
        else:
            lines.append(("\n" if lines else "") + (f"### {body}" if block.heading else body))
        in_list = bool(block.depth)
    return "\n".join(lines)


def escape(text: str) -> str:
    """Text that Markdown shows as it is; editors write "Bürger*innen" and mean the star."""
    text = re.sub(r"([\\`*\[\]<>])", r"\\\1", text)
    text = re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)
    text = re.sub(r"&(?=#?\w+;)", r"\\&", text)
    return re.sub(r"^(\s*)([#+-]|\d+[.)])(?=\s|$)", lambda m: m[1] + m[2][:-1] + "\\" + m[2][-1], text)


def _inline(runs: list[Run]) -> str:
    merged: list[Run] = []
    for run in runs:
        text = re.sub(r"\s+", " ", run.text)
        if merged and merged[-1].bold == run.bold and merged[-1].href == run.href:
            merged[-1].text += text
        else:
            merged.append(Run(text, run.bold, run.href))
    return "".join(_span(run, first=index == 0) for index, run in enumerate(merged)).strip()


def _span(run: Run, *, first: bool) -> str:
    core = run.text.strip()
    if not core:
        return " " if run.text else ""
    before, after = run.text[: len(run.text) - len(run.text.lstrip())], run.text[len(run.text.rstrip()) :]
    body = escape(core) if first or run.bold or run.href else escape("x" + core)[1:]
    if run.href:
        target = re.sub(r"[\s<>()]", _percent, run.href)
        body = f"[{body}]({target})"
    elif run.bold and re.search(r"\w", core):
        body = f"**{body}**"
    return before + body + after


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match.group().encode())


def _split_label(block: Block) -> tuple[str, Block]:
    """A heading, or the bold first line of a paragraph, and what is left of the block."""
    if block.heading:
        return block.text.rstrip(": "), Block()
    lines = block.lines()
    if block.depth or not lines:
        return "", block
    first = lines[0]
    bold = [run for run in first.runs if run.text.strip()]
    if not bold or not bold[0].bold:
        return "", block
    label = "".join(run.text for run in bold if run.bold).strip()
    whole_line = all(run.bold and not run.href for run in bold)
    if not whole_line or len(label) > _LONGEST_LABEL or label.endswith((".", "!", ",")):
        return "", block
    rest = Block(depth=block.depth)
    for line in lines[1:]:
        rest.runs += [Run("\n")] if rest.runs else []
        rest.runs += line.runs
    return label.rstrip(": "), rest


class _Reader(HTMLParser):
    """Follows nh3's well-formed output; keeps no tree, so that depth costs nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[Block] = []
        self._lists: list[int] = []  # per open list the number of its last item, or -1 for bullets
        self._bold = 0
        self._href = ""
        self._open = Block()

    def finish(self) -> list[Block]:
        self._next()
        return [block for block in self._blocks if block.text]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"ul", "ol"}:
            self._next()
            self._lists.append(0 if tag == "ol" else -1)
        elif tag == "li":
            if self._lists and self._lists[-1] >= 0:
                self._lists[-1] += 1
            self._next()
            self._open.depth = max(len(self._lists), 1)
            self._open.number = max(self._lists[-1], 0) if self._lists else 0
        elif tag in _BREAKS:
            self._break(heading=tag in _HEADINGS)
        elif tag == "br":
            self._open.runs.append(Run("\n", bool(self._bold)))
        elif tag in {"td", "th"} and self._open.runs:
            self._open.runs.append(Run(" · "))
        elif tag in {"strong", "b"}:
            self._bold += 1
        elif tag == "a":
            self._href = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ul", "ol"}:
            self._next()
            if self._lists:
                self._lists.pop()
        elif tag == "li":
            self._next()
        elif tag in _BREAKS:
            self._break(heading=False)
        elif tag in {"strong", "b"}:
            self._bold = max(self._bold - 1, 0)
        elif tag == "a":
            self._href = ""

    def handle_data(self, data: str) -> None:
        self._open.runs.append(Run(data.replace("\r", " ").replace("\n", " "), bool(self._bold), self._href))

    def _break(self, *, heading: bool) -> None:
        """A new paragraph; inside a list item only a line, so that the item stays one."""
        if self._open.depth:
            if self._open.text:
                self._open.runs.append(Run("\n"))
            return
        self._next()
        self._open.heading = heading

    def _next(self) -> None:
        if self._open.text:
            self._blocks.append(self._open)
        self._open = Block()
