"""The sitemap: every public article in every language it has, in parts of at most 10,000 addresses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from knowledge.models import Article, ArticleText, Topic
from knowledge.outside.alternates import address, with_default
from portal import links

PER_PART = 10_000
MOST_PARTS = 50_000  # addresses in an index of sitemaps, by the protocol
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One address for robots.txt: the parts there are."""
    parts = max(1, -(-Article.objects.public().count() // PER_PART))
    addresses = [
        links.absolute(reverse("knowledge_machine:sitemap_part", args=[n])) for n in range(1, parts + 1)
    ]
    rows = "".join(f"<sitemap><loc>{escape(one)}</loc></sitemap>" for one in addresses)
    return HttpResponse(
        f'{HEAD}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>',
        content_type="application/xml",
    )


@require_safe
def part(request: HttpRequest, number: int) -> StreamingHttpResponse:
    if not 1 <= number <= MOST_PARTS:
        raise Http404
    ids = Article.objects.public().order_by("pk").values_list("pk", flat=True)
    chosen = list(ids[(number - 1) * PER_PART : number * PER_PART])
    if not chosen and number > 1:
        raise Http404
    return StreamingHttpResponse(_rows(chosen, with_topics=number == 1), content_type="application/xml")


def _rows(ids: list[int], *, with_topics: bool) -> Iterator[str]:
    yield f"{HEAD}<urlset {NAMESPACES}>\n"
    if with_topics:
        for name in ("home", "knowledge:topics", "knowledge:services", "offices"):
            yield f"<url><loc>{escape(links.absolute(reverse(name)))}</loc></url>\n"
        for topic in Topic.objects.all():
            yield f"<url><loc>{escape(links.absolute(topic.get_absolute_url()))}</loc></url>\n"
    texts = (
        ArticleText.objects.filter(article__in=ids, plain=False)
        .select_related("article")
        .only("language", "article__slug", "article__kind", "article__changed_at")
        .order_by("article_id", "language")
    )
    for _pk, group in groupby(texts.iterator(), key=lambda text: text.article_id):
        yield from _article(list(group))
    yield "</urlset>\n"


def _article(texts: list[ArticleText]) -> Iterator[str]:
    article = texts[0].article
    addresses = {text.language: address(article, text.language) for text in texts}
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang={quoteattr(code)} href={quoteattr(where)}/>'
        for code, where in with_default(addresses)
        if len(addresses) > 1
    )
    changed = f"<lastmod>{localtime(article.changed_at):%Y-%m-%d}</lastmod>" if article.changed_at else ""
    for where in addresses.values():
        yield f"<url><loc>{escape(where)}</loc>{changed}{others}</url>\n"
