"""Makes our structured article out of a dldb record's description, fees and keywords."""

import re

from portal.catalogue import ArticleText
from portal.imports.article_html import Block, Section, clean_text, escape, plain, sections_of, to_markdown
from portal.masking import CAPITALS

_LONGEST_SUMMARY = 400
_MOST_SYNONYMS = 60
_LONGEST_SYNONYM = 120
_SENTENCE_END = re.compile(rf"(?<=[.!?])\s+(?=[{CAPITALS}„])")


def article_from(*, name: str, description: str, keywords: str, fees_note: str, language: str) -> ArticleText:
    """The description cut into the parts its headings name; what no heading places stays in `body`."""
    parts: dict[str, list[str]] = {}
    documents: list[str] = []
    body: list[str] = []
    summary = ""
    for index, section in enumerate(sections_of(description)):
        if index == 0 and not section.part:
            summary, section = _summary(section)
        if section.part == "documents" and (listed := _list_items(section)):
            documents += listed
            section = Section(section.label, "", [block for block in section.blocks if not block.depth])
            if not section.blocks:
                continue
        if section.part:
            parts.setdefault(section.part, []).append(_with_label(section))
        elif section.blocks or section.label:
            body.append(_with_label(section))
    return ArticleText(
        language=language,
        plain=False,
        title=name,
        summary=summary,
        synonyms=synonyms_from(keywords, name),
        requirements=_joined(parts, "requirements"),
        documents=tuple(dict.fromkeys(documents)),
        procedure=_joined(parts, "procedure"),
        processing_time=_joined(parts, "processing_time"),
        deadlines=_joined(parts, "deadlines"),
        fees_note="\n\n".join(filter(None, [fees_note, _joined(parts, "fees")])),
        legal_basis=_joined(parts, "legal_basis"),
        body="\n\n".join([*body, *([_joined(parts, "documents")] if "documents" in parts else [])]),
    )


def synonyms_from(keywords: str, name: str) -> tuple[str, ...]:
    """The editors' search words: split at commas, each once whatever its case, without the name itself."""
    found: dict[str, str] = {}
    for word in re.split(r"[,;\n]", clean_text(keywords[:20_000])):
        word = plain(word)
        if 1 < len(word) <= _LONGEST_SYNONYM and word.casefold() != name.casefold():
            found.setdefault(word.casefold(), word)
    return tuple(found.values())[:_MOST_SYNONYMS]


def _summary(section: Section) -> tuple[str, Section]:
    """The first paragraph as the summary, or its first sentences where it is long (then it stays in the text)."""
    blocks = section.blocks
    if section.label or not blocks or blocks[0].depth:
        return "", section
    first = blocks[0]
    if len(first.text) <= _LONGEST_SUMMARY:
        followed_by_list = len(blocks) > 1 and blocks[1].depth > 0 and first.text.endswith(":")
        if not followed_by_list:
            return to_markdown([first]).replace("  \n", " "), Section("", "", blocks[1:])
        return "", section
    sentences = _SENTENCE_END.split(first.text)
    summary = sentences[0]
    for sentence in sentences[1:]:
        if len(summary) + len(sentence) > _LONGEST_SUMMARY:
            break
        summary += " " + sentence
    return (escape(summary) if len(summary) <= _LONGEST_SUMMARY else ""), section


def _list_items(section: Section) -> list[str]:
    return [
        to_markdown([Block(runs=block.runs)]).replace("  \n", " ") for block in section.blocks if block.depth
    ]


def _with_label(section: Section) -> str:
    """The section with its heading, so that "Antrag" and "Abholung" stay apart inside one part."""
    return "\n\n".join(
        filter(None, [f"### {escape(section.label)}" if section.label else "", section.markdown])
    )


def _joined(parts: dict[str, list[str]], part: str) -> str:
    return "\n\n".join(filter(None, parts.get(part, [])))
