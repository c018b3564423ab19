"""Opens the links of public articles and remembers which no longer answer. Off unless the city switches it on.

Only http and https, only public addresses (an article must not make our server knock at its neighbours), one request
a link, a few hundred a night, the longest unchecked first.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit, urlunsplit
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)  # fmt: skip

from django.db import transaction
from django.utils import timezone

from knowledge.models import Article, ArticleText, LinkCheck

PER_NIGHT = 400
SECONDS = 10
FRESH = timedelta(days=6)
NAME = "Buergerhaus link checker"
LINK = re.compile(r'href="(https?://[^"]+)"')
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
SAFE = "%/:;=@!$&'()*+,~?[]"
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


class Inside(OSError):
    """The address lies in our own network, or is no web address at all."""


def refuse_other_schemes(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Inside("not a web address")


def connect(host: str, port: int, seconds: float) -> socket.socket:
    """Open a connection to one of the addresses that were checked: a name asked twice may answer differently."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not all(_is_outside(str(address[0])) for *_rest, address in found):
        raise Inside("an address inside our own network")
    problem: OSError = OSError("no address")
    for family, kind, protocol, _name, address in found:
        line = socket.socket(family, kind, protocol)
        line.settimeout(seconds)
        try:
            line.connect(address)
        except OSError as error:
            line.close()
            problem = error
        else:
            return line
    raise problem


def _is_outside(text: str) -> bool:
    """Public, also when an IPv4 address hides in an IPv6 one."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        hidden = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if hidden is not None:
            address = hidden
        elif address in NAT64:
            address = ipaddress.IPv4Address(address.packed[-4:])
    return address.is_global and not address.is_multicast


class _Plain(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = connect(self.host, self.port, SECONDS)


class _Secure(http.client.HTTPSConnection):
    def connect(self) -> None:
        line = connect(self.host, self.port, SECONDS)
        self.sock = ssl.create_default_context().wrap_socket(line, server_hostname=self.host)


class _PlainHandler(HTTPHandler):
    def http_open(self, req: Request) -> http.client.HTTPResponse:
        return self.do_open(_Plain, req)


class _SecureHandler(HTTPSHandler):
    def https_open(self, req: Request) -> http.client.HTTPResponse:
        return self.do_open(_Secure, req)


class _StayOnTheWeb(HTTPRedirectHandler):
    """A redirect is followed only to a web address again; the connection checks where that lies."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]  # as urllib writes it
        refuse_other_schemes(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def open_link(url: str) -> Answer:
    """Ask for the head of the page; some servers only answer a whole request. Straight, never through a proxy."""
    opener = build_opener(ProxyHandler({}), _PlainHandler(), _SecureHandler(), _StayOnTheWeb())
    answer = _ask(opener, url, "HEAD")
    return _ask(opener, url, "GET") if answer.status in (400, 404, 405, 501) else answer


def _ask(opener: OpenerDirector, url: str, method: str) -> Answer:
    try:
        refuse_other_schemes(url)
        request = Request(_ascii(url), method=method, headers={"User-Agent": NAME})  # noqa: S310 - the scheme was checked
        with opener.open(request, timeout=SECONDS) as response:
            return Answer(response.status)
    except HTTPError as error:
        return Answer(error.code)
    except URLError as error:
        return Answer(None, str(error.reason))
    except (OSError, ValueError, http.client.HTTPException) as error:
        return Answer(None, str(error) or type(error).__name__)


def _ascii(url: str) -> str:
    """Letters like ü in host, path and query as the wire wants them."""
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    path, query = (quote(text, safe=SAFE) for text in (parts.path, parts.query))
    return urlunsplit((parts.scheme, host + port, path, query, ""))
