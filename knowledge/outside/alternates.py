"""The same page in other languages, with whole addresses as search engines want them."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from knowledge.articles.publishing import reference_language
from knowledge.models import Article
from knowledge.shown.reading import Reading
from portal import links


def of_article(reading: Reading) -> list[tuple[str, str]]:
    """(language, address) for each language there is a text in, and where to go from any other ("x-default")."""
    return with_default({code: address(reading.article, code) for code in reading.languages()})


def with_default(addresses: Mapping[str, str]) -> list[tuple[str, str]]:
    """Who reads none of the languages is sent to the city's own, or to the first there is."""
    pairs = list(addresses.items())
    default = addresses.get(reference_language()) or pairs[0][1]
    return [*pairs, ("x-default", default)] if len(pairs) > 1 else pairs


def address(article: Article, language: str) -> str:
    name = "knowledge:service" if article.kind == Article.Kind.SERVICE else "knowledge:article"
    return url(language, name, article.slug)


def url(language: str, name: str, *args: str) -> str:
    """The whole address of the route `name` in `language`, or in the house's language if it does not know that one.

    To write an address in six languages nobody need speak them: each one's texts take half a megabyte of a worker.
    """
    with override(settings.LANGUAGE_CODE):
        path = reverse(name, args=args)
    return links.absolute(links.in_language(path, _known(language)))


def spoken(language: str) -> override:
    """Texts and addresses in `language`, or in the house's if it does not know that one: machines' addresses name none."""
    return override(_known(language))


def _known(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
