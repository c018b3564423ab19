"""The memory of the search without any person in it: what was searched, how much was found, what was opened.

Rows carry a day, not a time; the words are masked first. Written after the answer, by `readonly.after_response`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from django.db.models import Q
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import get_language

from knowledge.models import Article, SearchEvent
from portal.masking import masked
from portal.postgresql.base import prepared

# A count that a power cut takes along is no loss, so the page's last work needn't wait for the disk.
INSERT = """
INSERT INTO knowledge_searchevent (kind, day, language, query, hits, article_id)
SELECT %s::text, %s::date, %s::text, %s::text, %s::int, %s::bigint WHERE set_config('synchronous_commit', 'off', true) = 'off'
"""
KEPT = timedelta(days=90)
LONGEST_ADDRESS = 2000


def note_search(query: str, *, language: str, hits: int) -> None:
    if text := masked(query):
        _write(SearchEvent.Kind.SEARCH, language, text, hits, None)


def note_click(query: str, *, slug: str) -> None:
    """Count that somebody opened the public article `slug` from the results for `query`."""
    article = Article.objects.filter(Q(slug=slug) | Q(service__slug=slug), live=True).first()
    if article and (text := masked(query)):
        _write(SearchEvent.Kind.CLICK, get_language() or "", text, None, article.pk)


def _write(kind: str, language: str, query: str, hits: int | None, article: int | None) -> None:
    """One row, one statement."""
    prepared(INSERT, [kind, timezone.localdate(), language, query, hits, article])


def searched_before(request: HttpRequest) -> str:
    """The query of our own result page that linked here; "" when the visitor came another way."""
    came_from = request.headers.get("Referer", "")[:LONGEST_ADDRESS]
    try:
        address = urlsplit(came_from)
        if address.netloc != request.get_host() or resolve(address.path).view_name != "knowledge:search":
            return ""
    except (ValueError, Resolver404):
        return ""
    return parse_qs(address.query).get("q", [""])[0]


def forget(now: datetime) -> int:
    return SearchEvent.objects.filter(day__lt=timezone.localdate(now) - KEPT).delete()[0]
