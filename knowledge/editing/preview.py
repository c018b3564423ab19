"""The public page of a draft, made from values instead of rows: what `knowledge/_section.html` and its sisters need."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.functional import SimpleLazyObject

from knowledge.articles import public_rows
from knowledge.articles.drafts import Draft, TextDraft
from knowledge.editing.article_form import ArticleForm
from knowledge.models import Article, ArticleText
from knowledge.shown import reading, service_page


def of(draft: Draft, language: str, *, plain: bool, article: Article) -> dict[str, Any]:
    """Context for the parts of the public page; queries only for the office card."""
    text = draft.text(language, plain=plain) or TextDraft(language, plain=plain)
    shown = Article(pk=article.pk, slug=article.slug, kind=draft.kind, changed_at=article.changed_at)
    public_rows.set_columns(shown, draft)
    row = ArticleText(
        article=shown,
        language=language,
        plain=plain,
        title=text.title,
        summary=text.summary,
        processing_time=text.processing_time,
        documents=list(text.documents),
        html=public_rows.rendered(text),
    )
    prices = [reading.readable_price(asdict(fee), language) for fee in draft.fees]
    whole = reading.Reading(row, shown, prices, (), (), ())
    return {
        "reading": whole,
        "text": row,
        "shown": shown,
        "sections": service_page.sections(whole),
        "now": SimpleLazyObject(lambda: service_page.now(shown, language)),
    }


def lenient(form: ArticleForm, base: Draft) -> Draft:
    """While something typed is not valid yet: the old text with the fields that are."""
    data: dict[str, Any] = getattr(form, "cleaned_data", {})
    old = base.text(form.language, plain=form.plain) or TextDraft(form.language, plain=form.plain)
    known = {name: data[name] for name in (*form.TEXT, *form.LISTS) if name in data}
    fresh = {name: getattr(old, name) for name in (*form.TEXT, *form.LISTS)} | known
    return base.with_text(TextDraft(form.language, plain=form.plain, **fresh))
