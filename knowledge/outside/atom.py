"""What changed lately, as an Atom feed for people and for other portals."""

from __future__ import annotations

from typing import Any

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from knowledge.articles.publishing import reference_language
from knowledge.models import ArticleText
from portal import links
from portal.models import City

NEWEST = 50


class Changes(Feed):  # type: ignore[type-arg]  # the stubs make Feed generic, Django's class is not
    """The newest published texts in the city's language."""

    feed_type = Atom1Feed
    language = None

    def title(self) -> str:
        return _("%(city)s: what has changed") % {"city": City.current().name}

    def subtitle(self) -> str:
        return _("New and changed services, notices and answers")

    def link(self) -> str:
        return links.absolute(reverse("knowledge:services"))

    def feed_guid(self) -> str:
        return links.absolute(reverse("knowledge_machine:changes"))

    def author_name(self) -> str:
        return City.current().name

    def items(self) -> QuerySet[ArticleText]:
        texts = ArticleText.objects.public().filter(language=reference_language(), plain=False)
        return texts.select_related("article").order_by("-article__changed_at", "-pk")[:NEWEST]

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
