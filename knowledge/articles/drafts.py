"""What an editor writes, as plain values: to and from JSON, compared, merged and checked for gaps.

A draft is addressed field by field with a path: "audience" for the article, "texts/de/body" or "texts/de+plain/body"
for a text. Diff, merge, conflict and gap all speak in these paths.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from portal.catalogue import ArticleText
from portal.look import money

LONG_FIELDS = (
    "requirements", "procedure", "processing_time", "deadlines", "fees_note", "legal_basis", "body",
)  # fmt: skip
LIST_FIELDS = ("synonyms", "questions", "documents")
PLAIN = "+plain"


@dataclass(frozen=True)
class TextDraft(ArticleText):
    """One language of an article while it is written: the text as catalogues exchange it, found by its key."""

    @property
    def key(self) -> str:
        return self.language + (PLAIN if self.plain else "")

    def is_empty(self) -> bool:
        return not any(getattr(self, name) for name in TEXT_FIELDS)


@dataclass(frozen=True)
class FeeDraft:
    amount: Decimal | None
    condition: str = ""
    conditions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LinkDraft:
    label: str
    url: str


@dataclass(frozen=True)
class Draft:
    """`service` and `related` are primary keys, `topics` are slugs."""

    kind: str = "service"
    service: int | None = None
    topics: tuple[str, ...] = ()
    related: tuple[int, ...] = ()
    audience: str = ""
    online_url: str = ""
    complaint_category: str = ""
    forms: tuple[LinkDraft, ...] = ()
    links: tuple[LinkDraft, ...] = ()
    fees: tuple[FeeDraft, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    texts: tuple[TextDraft, ...] = ()

    def text(self, language: str, *, plain: bool = False) -> TextDraft | None:
        return next((t for t in self.texts if t.language == language and t.plain == plain), None)

    def with_text(self, text: TextDraft) -> Draft:
        """Put `text` in the place of the one in its language; an empty text takes it away."""
        others = [t for t in self.texts if t.key != text.key]
        texts = others if text.is_empty() else [*others, text]
        return replace(self, texts=tuple(sorted(texts, key=lambda t: (t.plain, t.key))))


TEXT_FIELDS = tuple(f.name for f in fields(TextDraft) if f.name not in ("language", "plain"))
ARTICLE_FIELDS = tuple(f.name for f in fields(Draft) if f.name != "texts")


def to_json(draft: Draft) -> dict[str, Any]:
    """Return only what JSON knows, so that a stored snapshot compares equal to a new one."""
    data = _jsonable(asdict(draft))
    assert isinstance(data, dict)
    return data


def _jsonable(value: object) -> Any:
    if isinstance(value, Mapping):
        return {key: _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else value


def from_json(data: Mapping[str, Any]) -> Draft:
    """Read a snapshot; a field that an older snapshot lacks gets its default."""
    known = {name: data[name] for name in ARTICLE_FIELDS if name in data}
    for name in ("topics", "related"):
        known[name] = tuple(known.get(name, ()))
    for name in ("forms", "links"):
        known[name] = tuple(LinkDraft(link["label"], link["url"]) for link in known.get(name, ()))
    known["fees"] = tuple(_fee(fee) for fee in known.get("fees", ()))
    for name in ("valid_from", "valid_until"):
        known[name] = date.fromisoformat(known[name]) if known.get(name) else None
    return Draft(**known, texts=tuple(_text(text) for text in data.get("texts", ())))


def _fee(data: Mapping[str, Any]) -> FeeDraft:
    amount = data.get("amount")
    return FeeDraft(
        None if amount is None else Decimal(amount),
        data.get("condition", ""),
        dict(data.get("conditions", {})),
    )


def _text(data: Mapping[str, Any]) -> TextDraft:
    known = {name: data[name] for name in TEXT_FIELDS if name in data}
    for name in LIST_FIELDS:
        known[name] = tuple(known.get(name, ()))
    return TextDraft(language=data["language"], plain=data.get("plain", False), **known)


def flatten(draft: Draft) -> dict[str, Any]:
    """Map each path to its value; empty fields of a text are left out, so a missing text equals an empty one."""
    flat = {name: getattr(draft, name) for name in ARTICLE_FIELDS}
    for text in draft.texts:
        for name in TEXT_FIELDS:
            if value := getattr(text, name):
                flat[f"texts/{text.key}/{name}"] = value
    return flat


def unflatten(flat: Mapping[str, Any]) -> Draft:
    texts: dict[str, dict[str, Any]] = {}
    article: dict[str, Any] = {}
    for path, value in flat.items():
        if path.startswith("texts/"):
            _, key, name = path.split("/")
            if value:
                texts.setdefault(key, {})[name] = value
        elif value is not None:
            article[path] = value
    draft = Draft(**article)
    for key, values in texts.items():
        draft = draft.with_text(TextDraft(key.removesuffix(PLAIN), plain=key.endswith(PLAIN), **values))
    return draft


@dataclass(frozen=True)
class Change:
    """One field that differs; `old` and `new` as text for people."""

    path: str
    old: str
    new: str


def changes(old: Draft, new: Draft) -> list[Change]:
    before, after = flatten(old), flatten(new)
    paths = [*after, *(path for path in before if path not in after)]
    return [
        Change(path, readable(before.get(path)), readable(after.get(path)))
        for path in paths
        if before.get(path) != after.get(path) and (before.get(path) or after.get(path))
    ]


def readable(value: object) -> str:
    """Write a field's value as lines of text."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, FeeDraft):
        return f"{'' if value.amount is None else money.figure(value.amount)} {value.condition}".strip()
    if isinstance(value, LinkDraft):
        return f"{value.label}: {value.url}"
    if isinstance(value, date):
        return value.isoformat()
    return "\n".join(map(readable, value)) if isinstance(value, Iterable) else str(value)


@dataclass(frozen=True)
class Merged:
    """`draft` has both people's changes; where both changed the same field it has `mine`, told in `conflicts`."""

    draft: Draft
    taken_over: tuple[str, ...]
    conflicts: tuple[Change, ...]


def merge(base: Draft, mine: Draft, theirs: Draft) -> Merged:
    """Join two edits of `base`, field by field (`Change.old` is theirs, `Change.new` mine)."""
    b, m, t = flatten(base), flatten(mine), flatten(theirs)
    joined: dict[str, Any] = {}
    taken, conflicts = [], []
    for path in dict.fromkeys([*m, *t, *b]):
        in_base, in_mine, in_theirs = b.get(path), m.get(path), t.get(path)
        joined[path] = in_mine
        if in_mine == in_theirs or in_theirs == in_base:
            continue
        if in_mine == in_base:
            joined[path] = in_theirs
            taken.append(path)
        else:
            conflicts.append(Change(path, readable(in_theirs), readable(in_mine)))
    return Merged(unflatten(joined), tuple(taken), tuple(conflicts))


@dataclass(frozen=True)
class Gap:
    """Something that the public page will miss: a field of the reference text, or a whole language."""

    field: str
    language: str
    plain: bool = False


WANTED = {
    "service": (
        "title",
        "summary",
        "requirements",
        "documents",
        "procedure",
        "processing_time",
        "legal_basis",
    ),
    "faq": ("title", "body"),
    "notice": ("title", "body"),
    "page": ("title", "body"),
}


def gaps(draft: Draft, languages: Iterable[str]) -> list[Gap]:
    """List missing fields of the reference language (the first), then missing languages, then plain language."""
    reference, *others = languages
    text = draft.text(reference) or TextDraft(reference)
    found = [Gap(name, reference) for name in WANTED[draft.kind] if not getattr(text, name)]
    if draft.kind == "service" and not draft.fees and not text.fees_note:
        found.append(Gap("fees", reference))
    found += [Gap("text", language) for language in others if draft.text(language) is None]
    if draft.kind == "service" and draft.text(reference, plain=True) is None:
        found.append(Gap("text", reference, plain=True))
    return found
