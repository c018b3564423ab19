"""Articles that come from outside, again and again: an import brings what is new there and keeps what was edited here.

What the source said last (`Article.imported`) is the common ground. A field that nobody edited here takes the
source's new text; a field that was edited keeps the edit. An article that an editor is working on gets the news into
the draft and is not published behind the editor's back.
"""

from __future__ import annotations

from enum import Enum

from django.db import transaction

from knowledge.articles import publishing
from knowledge.articles.drafts import Draft, from_json, merge, to_json
from knowledge.models import Article
from portal import audit
from portal.models import Department


class Outcome(Enum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WAITING = "waiting"  # saved into the draft that an editor has open


@transaction.atomic
def import_draft(
    *,
    external_id: str,
    draft: Draft,
    department: Department | None = None,
    note: str = "",
    index: bool = True,
) -> Outcome:
    """Save and publish `draft` as the article `external_id`. Twice the same draft changes nothing."""
    article = Article.objects.select_for_update().filter(external_id=external_id).first()
    if article is None:
        article = publishing.start(draft=draft, actor=None, department=department, note=note)
        Article.objects.filter(pk=article.pk).update(external_id=external_id, imported=to_json(draft))
        publishing.publish(article=article, actor=None, index=index)
        return Outcome.ADDED
    if article.imported == to_json(draft):
        return _bring_back(article, index=index)
    return _take_over(article, draft, note, index=index)


def _bring_back(article: Article, *, index: bool) -> Outcome:
    """The source still has it, or has it again: only an import's own withdrawal is undone, not an editor's."""
    last = audit.history(article).filter(verb="article.archived").first()
    if article.state != Article.State.ARCHIVED or last is None or last.actor_id is not None:
        return Outcome.UNCHANGED
    publishing.publish(article=article, actor=None, index=index)
    return Outcome.CHANGED


def _take_over(article: Article, draft: Draft, note: str, *, index: bool) -> Outcome:
    being_edited = article.state in (Article.State.DRAFT, Article.State.REVIEW)
    mine = publishing.newest_draft(article)
    joined = merge(from_json(article.imported), mine, draft).draft if article.imported else draft
    Article.objects.filter(pk=article.pk).update(imported=to_json(draft))
    try:
        publishing.save_draft(article=article, based_on=article.version, draft=joined, actor=None, note=note)
    except publishing.NothingChanged:
        return Outcome.UNCHANGED
    if being_edited:
        return Outcome.WAITING
    publishing.publish(article=article, actor=None, index=index)
    return Outcome.CHANGED
