"""From a snapshot to the rows that citizens read: called by the publishing commands, inside their transaction."""

from __future__ import annotations

from knowledge.articles.drafts import LONG_FIELDS, Draft, TextDraft
from knowledge.models import Article, ArticleText, ContentStamp, ExampleQuestion, Fee, Topic
from portal.look import richtext

COLUMNS = ("kind", "audience", "online_url", "complaint_category", "valid_from", "valid_until")


def set_columns(article: Article, draft: Draft) -> None:
    """Take over what lies on the article itself; the caller saves."""
    for name in COLUMNS:
        setattr(article, name, getattr(draft, name))
    article.service_id = draft.service
    article.forms = [{"label": link.label, "url": link.url} for link in draft.forms]
    article.links = [{"label": link.label, "url": link.url} for link in draft.links]


def write(article: Article, draft: Draft) -> None:
    """Make the rows around `article` say what `draft` says, and nothing else."""
    ContentStamp.touch()
    article.topics.set(Topic.objects.filter(slug__in=draft.topics))
    article.related.set(Article.objects.filter(pk__in=draft.related).exclude(pk=article.pk))
    _write_texts(article, draft)
    Fee.objects.filter(article=article).delete()
    Fee.objects.bulk_create(
        Fee(
            article=article,
            position=n,
            amount=fee.amount,
            condition=fee.condition,
            conditions=dict(fee.conditions),
        )
        for n, fee in enumerate(draft.fees)
    )
    editors = ExampleQuestion.Source.EDITOR
    ExampleQuestion.objects.filter(article=article, source=editors).delete()
    ExampleQuestion.objects.bulk_create(
        [
            ExampleQuestion(article=article, language=text.language, text=question, source=editors)
            for text in draft.texts
            for question in text.questions
        ],
        ignore_conflicts=True,  # already there, attached from the search log
    )


def clear(article: Article) -> None:
    """Take the article's texts from the public tables; its versions keep them."""
    ContentStamp.touch()
    ArticleText.objects.filter(article=article).delete()
    Fee.objects.filter(article=article).delete()
    ExampleQuestion.objects.filter(article=article, source=ExampleQuestion.Source.EDITOR).delete()


def _write_texts(article: Article, draft: Draft) -> None:
    ArticleText.objects.filter(article=article).delete()
    ArticleText.objects.bulk_create(_text_row(article, text) for text in draft.texts if text.title)


def _text_row(article: Article, text: TextDraft) -> ArticleText:
    return ArticleText(
        article=article,
        language=text.language,
        plain=text.plain,
        title=text.title,
        summary=text.summary,
        synonyms=list(text.synonyms),
        documents=list(text.documents),
        html=rendered(text),
        **{name: getattr(text, name) for name in LONG_FIELDS},
    )


def rendered(text: TextDraft) -> dict[str, object]:
    """Each filled section as sanitised HTML; `documents` as a list of inline HTML."""
    html: dict[str, object] = {
        name: richtext.to_html(getattr(text, name)) for name in LONG_FIELDS if getattr(text, name)
    }
    if text.documents:
        html["documents"] = [richtext.to_inline_html(item) for item in text.documents]
    return html
