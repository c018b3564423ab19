"""The house as a whole: import, pages, first view, memory. Pages are measured on a large city's catalogue."""

import os
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from urllib.parse import quote_plus

import psutil
from django.core.cache import caches
from django.test import Client
from playwright.sync_api import sync_playwright

from benchmarks import catalogue, measure
from benchmarks.harness import Figure, figure, figures
from knowledge.models import Article, ArticleText
from portal.models import City, Service

HOURS = "Mo-Fr 08:00-12:00, Do 13:00-17:00"
VARIED = 120  # pages and searches in turn
PAIRS, SHORTEST_WORD = 5000, 4
SEARCHES = ("Pass abholen", "wohnsitz ummelden", "hundesteuer", "parkausweis beantragen", "geburtsurkunde")
SEARCH_PAGES = tuple(f"/suche/?q={quote_plus(text)}" for text in SEARCHES)


def _catalogue() -> str:
    """A real export named by CATALOGUE, or the made-up one of the same size."""
    return os.environ.get("CATALOGUE") or str(catalogue.write(Path(tempfile.mkdtemp(prefix="catalogue-"))))


@figures
def importing() -> Iterator[Figure]:
    first = measure.run_command("import_catalogue", _catalogue(), "--hours", HOURS, "--counters", "4")
    yield Figure("import of 287 services and 109 offices", first.seconds, "s", at_most=20)
    yield Figure("import, peak memory", first.peak_mb, "MB", at_most=300)
    again = measure.run_command("import_catalogue", _catalogue(), "--hours", HOURS, "--counters", "4")
    yield Figure("the same import again", again.seconds, "s", at_most=20)


@cache
def _service_page() -> str:
    """The page of the service that most people want."""
    client = Client(headers={"host": "127.0.0.1"})
    for service in Service.objects.filter(active=True).order_by("-wanted", "pk")[:50]:
        if client.get(path := f"/leistungen/{service.slug}/").status_code == 200:
            return path
    raise LookupError("no service has a page")


@figure("home page, statements", unit="queries", at_most=8)
def home_statements() -> float:
    return measure.queries("/")


@figure("service page, statements", unit="queries", at_most=8)
def service_statements() -> float:
    return measure.queries(_service_page())


@figure("search page, statements", unit="queries", at_most=8)
def search_statements() -> float:
    return max(measure.queries(path) for path in SEARCH_PAGES)


@figure("home page, share of a bare view", unit="ratio", at_least=0.35)
def home_share() -> float:
    return measure.share_of_bare_view("/")


@figure("service page, share of a bare view", unit="ratio", at_least=0.35)
def service_share() -> float:
    return measure.share_of_bare_view(_service_page())


@figure("search page, share of a bare view", unit="ratio", at_least=0.20)
def search_share() -> float:
    return measure.share_of_bare_view(*SEARCH_PAGES)


@figures
def without_kept_copies() -> Iterator[Figure]:
    """What people meet who come first: every service in turn, every search another, nothing remembered of pages."""
    services = tuple(f"/leistungen/{slug}/" for slug in _described()[:VARIED])
    titles = list(ArticleText.objects.filter(language="de").order_by("pk").values_list("title", flat=True))
    searches = tuple(f"/suche/?q={quote_plus(f'{title} {n}')}" for n, title in enumerate(titles[:VARIED]))
    yield Figure(
        "service pages in turn, share of a bare view",
        measure.share_of_bare_view(*services),
        "ratio",
        at_least=0.35,
    )
    yield Figure(
        "searches never asked before, share of a bare view",
        measure.share_of_bare_view(*searches, never_before="&nie="),
        "ratio",
        at_least=0.20,
    )
    words = sorted({word for title in titles for word in title.split() if len(word) >= SHORTEST_WORD})
    drawn = {
        " ".join(pair) for pair in zip(*(Random(n).choices(words, k=PAIRS) for n in (1, 2)), strict=True)
    }
    yield Figure(
        "searches of two words that nobody asked together, share of a bare view",
        measure.share_of_bare_view(*(f"/suche/?q={quote_plus(pair)}" for pair in sorted(drawn))),
        "ratio",
        at_least=0.20,
    )
    yield Figure(
        "service pages made anew, share of a bare view",
        measure.share_of_bare_view(*services, never_before="?nie="),
        "ratio",
        at_least=0.35,
    )
    yield Figure(
        "search page with all short copies expired, statements",
        max(measure.queries(path, before=_forget_short_copies) for path in SEARCH_PAGES),
        "queries",
        at_most=8,
    )
    yield Figure(
        "service page with all short copies expired, statements",
        measure.queries(services[0], before=_forget_short_copies),
        "queries",
        at_most=8,
    )


def _described() -> list[str]:
    """Services with a page of their own, in all languages of the city the same address."""
    articles = Article.objects.filter(live=True, kind=Article.Kind.SERVICE, service__active=True)
    return list(articles.order_by("-service__wanted", "pk").values_list("slug", flat=True))


def _forget_short_copies() -> None:
    """What lives for seconds only; what the content stamp holds stays."""
    short = ["knowledge.doors", "knowledge.book_urls.de", City.CACHE_KEY]
    short += [f"appointments.next_free.{pk}" for pk in Service.objects.values_list("pk", flat=True)]
    caches["values"].delete_many(short)
    caches["pages"].clear()


@figures
def first_view() -> Iterator[Figure]:
    """What a browser with an empty cache transfers, headers, style sheets, scripts and fonts included."""
    with measure.portal() as server, sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for name, path in (
            ("home page", "/"),
            ("service page", _service_page()),
            ("search page", SEARCH_PAGES[0]),
        ):
            page = browser.new_page()
            session = page.context.new_cdp_session(page)
            transferred: list[float] = []
            session.on(
                "Network.loadingFinished",
                lambda event, sizes=transferred: sizes.append(event["encodedDataLength"]),
            )
            session.send("Network.enable")
            page.goto(f"http://127.0.0.1:{server.port}{path}", wait_until="networkidle")
            yield Figure(f"{name}, first view", sum(transferred) / 1024, "KiB", at_most=150)
            page.close()
        browser.close()


@figures
def memory() -> Iterator[Figure]:
    paths = ("/", _service_page(), *SEARCH_PAGES, "/termine/", "/anliegen/", "/aemter/")
    with measure.portal() as server:
        connection = measure.Connection(server.port)
        for n in range(2000):
            connection.get(paths[n % len(paths)])
        yield Figure(
            "a worker's memory after the import and 2,000 requests",
            server.peak_worker_mb(),
            "MB",
            at_most=110,
        )


@figure("the job worker's memory", unit="MB", at_most=110)
def job_worker() -> float:
    with measure.running("work") as process:
        time.sleep(15)  # one round of its periodic jobs
        return psutil.Process(process.pid).memory_info().rss / 1e6
