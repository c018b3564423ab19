"""What the editor's pages show about an article: its state, its gaps, its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from knowledge.articles import publishing
from knowledge.articles.drafts import PLAIN, Change, Draft, Gap, changes, from_json, gaps
from knowledge.articles.sections import SECTIONS
from knowledge.editing.article_form import ArticleForm
from knowledge.editing.worddiff import Piece, compare
from knowledge.models import Article, KnowledgeSettings, Topic
from portal import audit
from portal.access import Anyone
from portal.models import City, Service

LABELS: dict[str, Any] = {name: field.label for name, field in ArticleForm.base_fields.items()} | {
    "forms": _("Forms"),
    "links": _("Links"),
    "text": _("Text"),
    **SECTIONS,
}
VERBS = {
    "article.started": _("started"),
    "article.saved": _("saved"),
    "article.submitted": _("handed to the review"),
    "article.sent_back": _("sent back"),
    "article.approved": _("approved"),
    "article.published": _("published"),
    "article.scheduled": _("scheduled"),
    "article.called_off": _("schedule called off"),
    "article.not_published": _("could not go public at its time"),
    "article.archived": _("archived"),
    "article.assigned": _("given to somebody"),
    "article.reviewed": _("read again and confirmed"),
    "question.attached": _("question attached"),
    "question.detached": _("question removed"),
}
REASONS = {"expired": _("no longer valid"), "withdrawn by the source": _("withdrawn by the source")}
"""Why something happened by itself; people give theirs in their own words."""


@dataclass(frozen=True)
class Tab:
    """A language (or its plain variant) of an article in the editor."""

    label: str
    url: str
    current: bool
    missing: bool


def languages() -> list[str]:
    return City.current().written_languages


def tabs(draft: Draft, language: str, *, plain: bool) -> list[Tab]:
    """Every language of the city, then plain language in the first."""
    names = dict(settings.LANGUAGES)
    found = [
        Tab(names[code], f"?sprache={code}", code == language and not plain, draft.text(code) is None)
        for code in languages()
    ]
    reference = publishing.reference_language()
    missing = draft.text(reference, plain=True) is None
    return [*found, Tab(str(_("Plain language")), f"?sprache={reference}&leicht=1", plain, missing)]


@dataclass(frozen=True)
class Missing:
    label: str
    url: str


def missing(draft: Draft) -> list[Missing]:
    """What the public page will lack, each with the way to the field."""
    return [_missing(gap) for gap in gaps(draft, languages())]


def _missing(gap: Gap) -> Missing:
    name = dict(settings.LANGUAGES).get(gap.language, gap.language)
    address = f"?sprache={gap.language}{'&leicht=1' if gap.plain else ''}"
    if gap.field == "text":
        label = _("Plain language") if gap.plain else _("Translation: %(language)s") % {"language": name}
        return Missing(str(label), address)
    return Missing(str(LABELS[gap.field]), f"{address}#id_{gap.field}")


@dataclass(frozen=True)
class Difference:
    """One changed field for people: what it is called, and word by word what went and came."""

    label: str
    pieces: Sequence[Piece]


def difference(old: Draft, new: Draft) -> list[Difference]:
    return [shown(change) for change in changes(old, new)]


def shown(change: Change) -> Difference:
    old, new = (_named(change.path, text) for text in (change.old, change.new))
    return Difference(path_label(change.path), compare(old, new))


def _named(path: str, text: str) -> str:
    """Keys of other rows as their names, dates as people write them; the rest as it is."""
    keys = text.splitlines()
    names: dict[str, Any] = {}
    if path == "kind":
        names = dict(Article.Kind.choices)
    elif path == "audience":
        names = dict(Article.Audience.choices)
    elif path == "service":
        names = {str(pk): name for pk, name in Service.objects.filter(pk__in=keys).values_list("pk", "name")}
    elif path == "related":
        names = {str(pk): name for pk, name in Article.objects.filter(pk__in=keys).values_list("pk", "title")}
    elif path == "topics":
        names = dict(Topic.objects.filter(slug__in=keys).values_list("slug", "name"))
    elif path in ("valid_from", "valid_until"):
        names = {key: date_format(date.fromisoformat(key), "SHORT_DATE_FORMAT") for key in keys}
    return "\n".join(str(names.get(key, key)) for key in keys)


def path_label(path: str) -> str:
    """ "texts/en/body" as "More information (English)"."""
    if not path.startswith("texts/"):
        return str(LABELS.get(path, path))
    _texts, key, name = path.split("/")
    language = dict(settings.LANGUAGES).get(key.removesuffix(PLAIN), key)
    variant = f", {_('Plain language')}" if key.endswith(PLAIN) else ""
    return f"{LABELS.get(name, name)} ({language}{variant})"


@dataclass(frozen=True)
class Happening:
    at: Any
    who: str
    what: str
    reason: str


def history(article: Article, limit: int = 12) -> list[Happening]:
    return [
        Happening(
            entry.at,
            str(entry.actor or ""),
            str(VERBS.get(entry.verb, entry.verb)),
            str(REASONS.get(reason := entry.facts.get("reason", ""), reason)),
        )
        for entry in audit.history(article)[:limit]
    ]


def steps(article: Article, user: Anyone, *, may_publish: bool) -> list[tuple[str, Any, bool]]:
    """(action, label, is the main one) for the buttons that make sense now."""
    state, four_eyes = article.state, KnowledgeSettings.current().four_eyes
    other_must = waits_for_another(article, user)
    newer = not article.live or article.live_version != article.version
    found: list[tuple[str, Any, bool]] = []
    if state in (Article.State.DRAFT, Article.State.ARCHIVED):
        found.append(("submit", _("Hand to the review"), four_eyes or not may_publish))
    if may_publish:
        if state == Article.State.REVIEW:
            if four_eyes and article.approved_by_id is None and not other_must:
                found.append(("approve", _("Approve"), True))
            found.append(("send_back", _("Send back"), False))
        if newer and (not four_eyes or article.approved_by_id):
            found.append(("publish", _("Publish now"), True))
        if article.publish_at:
            found.append(("call_off", _("Call the schedule off"), False))
        if article.live:
            found.append(("confirm_review", _("Read again: all correct"), False))
        if state != Article.State.ARCHIVED:
            label = _("Take from the public pages") if article.live else _("Put into the archive")
            found.append(("archive", label, False))
    return found


def waits_for_another(article: Article, user: Anyone) -> bool:
    """Four eyes: whoever wrote the newest version can't approve it, and is told so instead of being offered to."""
    if article.state != Article.State.REVIEW or article.approved_by_id is not None:
        return False
    if not KnowledgeSettings.current().four_eyes:
        return False
    return article.versions.filter(number=article.version, author=user.pk).exists()


def may_schedule(article: Article) -> bool:
    """Whether the newest version may be given a time to go public."""
    allowed = article.approved_by_id is not None or not KnowledgeSettings.current().four_eyes
    return allowed and article.state in (Article.State.DRAFT, Article.State.REVIEW)


def version_pair(article: Article, old: int, new: int) -> tuple[Draft, Draft]:
    """The drafts of two versions; raises ArticleVersion.DoesNotExist."""
    return (
        from_json(article.versions.get(number=old).snapshot),
        from_json(article.versions.get(number=new).snapshot),
    )
