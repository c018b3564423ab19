"""The smallest valid articles, made through the real commands."""

from itertools import count
from typing import Any

from knowledge.articles import publishing
from knowledge.articles.drafts import Draft, TextDraft
from knowledge.models import Article
from portal.models import User

_number = count(1)


def a_draft(
    title: str = "", *, language: str = "de", article: dict[str, Any] | None = None, **text: Any
) -> Draft:
    title = title or f"Artikel {next(_number)}"
    return Draft(**(article or {})).with_text(TextDraft(language, title=title, **text))


def an_article(title: str = "", *, actor: User | None = None, **draft: Any) -> Article:
    """A draft nobody sees yet."""
    return publishing.start(draft=a_draft(title, **draft), actor=actor)


def a_public_article(title: str = "", **draft: Any) -> Article:
    return publishing.publish(article=an_article(title, **draft), actor=None)
