"""What changed lately, as an Atom feed for people and for other portals."""

from __future__ import annotations

from typing import Any

from django.contrib.syndication.views import Feed
from django.core.paginator import EmptyPage, Page, Paginator
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from knowledge.articles.publishing import reference_language
from knowledge.models import ArticleText
from portal import links
from portal.models import City
from portal.untrusted import row_number

PER_PAGE = 50


class PagedFeed(Atom1Feed):
    """Names its other pages (RFC 5005), so that a reader who was away for long misses nothing."""

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for rel, url in self.feed["pages"]:
            handler.addQuickElement("link", "", {"rel": rel, "href": url})


class Changes(Feed):  # type: ignore[type-arg]  # the stubs make Feed generic, Django's class is not
    """The published texts in the city's language, the newest changes first, page by page."""

    feed_type = PagedFeed
    language = None

    def get_object(self, request: HttpRequest) -> Page[ArticleText]:
        texts = ArticleText.objects.public().filter(language=reference_language(), plain=False)
        texts = texts.select_related("article").order_by("-article__changed_at", "-pk")
        try:
            return Paginator(texts, PER_PAGE).page(row_number(request.GET.get("page")) or 1)
        except EmptyPage:
            raise Http404 from None

    def feed_url(self, page: Page[ArticleText]) -> str:
        return _address(page.number)

    def feed_extra_kwargs(self, page: Page[ArticleText]) -> dict[str, Any]:
        others = [("first", 1)] if page.has_other_pages() else []
        others += [("previous", page.number - 1)] if page.has_previous() else []
        others += [("next", page.number + 1)] if page.has_next() else []
        return {"pages": [(rel, _address(number)) for rel, number in others]}

    def title(self) -> str:
        return _("%(city)s: what has changed") % {"city": City.current().name}

    def subtitle(self) -> str:
        return _("New and changed services, notices and answers")

    def link(self) -> str:
        return links.absolute(reverse("knowledge:services"))

    def feed_guid(self) -> str:
        return _address(1)

    def author_name(self) -> str:
        return City.current().name

    def items(self, page: Page[ArticleText]) -> Page[ArticleText]:
        return page

    def item_title(self, item: Any) -> str:
        return str(item.title)

    def item_description(self, item: ArticleText) -> str:
        return escape(item.summary)  # a feed's summary is read as HTML

    def item_link(self, item: ArticleText) -> str:
        return links.absolute(item.article.get_absolute_url())

    def item_guid(self, item: ArticleText) -> str:
        return self.item_link(item)  # the same entry for ever; `updated` says that it has changed

    def item_updateddate(self, item: ArticleText) -> Any:
        return item.article.changed_at or timezone.now()

    def item_pubdate(self, item: ArticleText) -> Any:
        return item.article.published_at


def _address(number: int) -> str:
    feed = links.absolute(reverse("knowledge_machine:changes"))
    return feed if number == 1 else f"{feed}?page={number}"
