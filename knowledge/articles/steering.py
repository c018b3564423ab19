"""Commands that teach the search: words, questions, pins. They count from the next search on."""

from __future__ import annotations

from django.db import transaction

from knowledge.articles import publishing, retrieval
from knowledge.articles.drafts import Draft, TextDraft
from knowledge.models import Article, ContentStamp, ExampleQuestion, Synonym
from portal import audit
from portal.masking import normalised
from portal.models import User


class SameWord(Exception):
    """A word can't be its own synonym."""


@transaction.atomic
def add_synonym(*, language: str, term: str, variant: str, actor: User) -> Synonym:
    """Who searches `variant` means `term`. Harmless twice."""
    if normalised(term) == normalised(variant):
        raise SameWord
    ContentStamp.touch()  # first: two editors with the same new word take turns at its row
    known = Synonym.objects.select_for_update().filter(language=language, term__iexact=term).first()
    if known is None:
        known = Synonym.objects.create(language=language, term=term, variants=[variant])
    elif variant not in known.variants:
        known.variants = [*known.variants, variant]
        known.save(update_fields=["variants"])
    audit.record(verb="synonym.added", subject=known, actor=actor, said=audit.mark(variant))
    return known


@transaction.atomic
def attach_question(
    *, article: Article, language: str, text: str, actor: User, source: str = ExampleQuestion.Source.SEARCH
) -> ExampleQuestion:
    """Let `article` be found by `text`, now and without a new version. Harmless twice."""
    question, is_new = ExampleQuestion.objects.get_or_create(
        article=article, language=language, text=text[:300], defaults={"source": source}
    )
    if is_new:
        ContentStamp.touch()
        if article.live:
            retrieval.index_article(article)
        audit.record(verb="question.attached", subject=article, actor=actor, said=audit.mark(question.text))
    return question


@transaction.atomic
def detach_question(*, question: ExampleQuestion, actor: User) -> None:
    article = question.article
    audit.record(verb="question.detached", subject=article, actor=actor, said=audit.mark(question.text))
    question.delete()
    ContentStamp.touch()
    if article.live:
        retrieval.index_article(article)


@transaction.atomic
def start_article(*, title: str, language: str, actor: User, kind: str = Article.Kind.FAQ) -> Article:
    """Begin an article about what people searched in vain; the search becomes its first example question."""
    words = title.strip()
    text = TextDraft(
        publishing.reference_language(), title=words[:1].upper() + words[1:250], questions=(words[:300],)
    )
    return publishing.start(
        draft=Draft(kind=kind).with_text(text), actor=actor, note=f"{language}: {words[:150]}"
    )
