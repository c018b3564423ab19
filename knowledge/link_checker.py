"""Opens the links of public articles and remembers which no longer answer. Off unless the city switches it on.

Only http and https, only public addresses (an article must not make our server knock at its neighbours), one request
a link, a few hundred a night, the longest unchecked first.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from django.db import transaction
from django.utils import timezone

from knowledge.models import Article, ArticleText, LinkCheck

PER_NIGHT = 400
SECONDS = 10
FRESH = timedelta(days=6)
NAME = "Buergerhaus link checker"
LINK = re.compile(r'href="(https?://[^"]+)"')
ALIVE = {401, 403, 405, 406, 429}  # somebody answers, only not to machines


@dataclass(frozen=True)
class Answer:
    """`status` None = nobody answered, `error` says why."""

    status: int | None
    error: str = ""

    @property
    def is_broken(self) -> bool:
        return self.status is None or (self.status >= 400 and self.status not in ALIVE)


Ask = Callable[[str], Answer]


def check_some(ask: Ask | None = None, limit: int = PER_NIGHT) -> int:
    """Check up to `limit` links that were not looked at this week; returns how many."""
    forget_gone()
    wanted = _due(limit)
    answers: dict[str, Answer] = {}
    for article, url in wanted:
        if url not in answers:
            answers[url] = (ask or open_link)(url)
        _remember(article, url, answers[url])
    return len(wanted)


def links_of(article: Article, texts: list[ArticleText]) -> set[str]:
    found = {link["url"] for link in [*article.forms, *article.links]} | {article.online_url}
    for text in texts:
        for value in text.html.values():
            for piece in value if isinstance(value, list) else [value]:
                found.update(url.replace("&amp;", "&") for url in LINK.findall(piece))
    return {url for url in found if url.startswith(("http://", "https://")) and len(url) <= 1000}


def _every_link() -> Iterator[tuple[Article, set[str]]]:
    for article in Article.objects.public().prefetch_related("texts").order_by("pk").iterator(chunk_size=500):
        yield article, links_of(article, list(article.texts.all()))


def _due(limit: int) -> list[tuple[Article, str]]:
    checked = {
        (row.article_id, row.url): row.checked_at
        for row in LinkCheck.objects.only("article", "url", "checked_at")
    }
    fresh = timezone.now() - FRESH
    never = fresh - 52 * FRESH
    due = [
        (checked.get((article.pk, url), never), article, url)
        for article, urls in _every_link()
        for url in urls
        if checked.get((article.pk, url), never) < fresh
    ]
    due.sort(key=lambda entry: (entry[0], entry[1].pk, entry[2]))
    return [(article, url) for _at, article, url in due[:limit]]


@transaction.atomic
def forget_gone() -> None:
    """Drop what is remembered about links that no public article has any more."""
    current = {(article.pk, url) for article, urls in _every_link() for url in urls}
    gone = [
        row.pk for row in LinkCheck.objects.only("article", "url") if (row.article_id, row.url) not in current
    ]
    LinkCheck.objects.filter(pk__in=gone).delete()


@transaction.atomic
def _remember(article: Article, url: str, answer: Answer) -> None:
    row, _new = LinkCheck.objects.select_for_update().get_or_create(article=article, url=url)
    row.status, row.error, row.checked_at = answer.status, answer.error[:200], timezone.now()
    row.broken_since = (row.broken_since or row.checked_at) if answer.is_broken else None
    row.save()


class _StayOutside(HTTPRedirectHandler):
    """A redirect is followed only to a public address again."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        refuse_inside(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Inside(OSError):
    """The address lies in our own network, or is no web address at all."""


def refuse_inside(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Inside("not a web address")
    for *_rest, address in socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM):
        if not ipaddress.ip_address(str(address[0]).partition("%")[0]).is_global:
            raise Inside("an address inside our own network")


def open_link(url: str) -> Answer:
    """Ask for the head of the page; some servers only answer a whole request."""
    opener = build_opener(_StayOutside())
    answer = _ask(opener, url, "HEAD")
    return _ask(opener, url, "GET") if answer.status in (400, 404, 405, 501) else answer


def _ask(opener: OpenerDirector, url: str, method: str) -> Answer:
    try:
        refuse_inside(url)
        request = Request(url, method=method, headers={"User-Agent": NAME})  # noqa: S310 - the scheme was checked
        with opener.open(request, timeout=SECONDS) as response:
            return Answer(response.status)
    except HTTPError as error:
        return Answer(error.code)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return Answer(None, str(error) or type(error).__name__)
