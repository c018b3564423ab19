"""The same page in other languages, with whole addresses as search engines want them."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import override

from knowledge.models import Article
from knowledge.reading import Reading
from portal import links


def of_article(reading: Reading) -> list[tuple[str, str]]:
    """(language, address) for each language there is a text in, and where to go from any other ("x-default")."""
    pairs = [(code, address(reading.article, code)) for code in reading.languages()]
    return [*pairs, ("x-default", pairs[0][1])] if len(pairs) > 1 else pairs


def address(article: Article, language: str) -> str:
    with override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        return links.absolute(article.get_absolute_url())
