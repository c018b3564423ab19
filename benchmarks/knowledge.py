"""The search: the index of 5,000 and of 50,000 made-up articles, queries with slips, compounds and everyday words, and bad input."""

import random
import time
from collections.abc import Iterator
from functools import cache
from urllib.parse import quote_plus

from django.db import transaction
from django.test import Client

from benchmarks import measure
from benchmarks.harness import Figure, figures
from benchmarks.made_up import SEED, VERBS, made_up_articles, take_articles, words_of_a_city
from portal.language import index
from portal.language.search import search

FRAMES = (
    "{}", "{} {}", "Wo kann ich {} {}?", "Ich habe meinen {} verloren, was muss ich tun?", "{} {} Kosten",
    "Wie lange dauert es, bis {} und {} fertig sind, und was muss ich mitbringen?",
)  # fmt: skip
BAD = (
    "", "der die das und oder", "a" * 10_000, "wort " * 2_000, "🙂" * 300, "مرحبا بالعالم " * 100, "foo & !bar | baz:* <-> (((",
    "%_*?[]{}\\", "'; DROP TABLE language_document; --", "sperrmüllabholungsterminvereinbarungsgebührenbefreiungsantrag " * 8,
)  # fmt: skip


@cache
def _queries() -> tuple[str, ...]:
    rng = random.Random(SEED + 1)
    words, weights = words_of_a_city(random.Random(SEED))
    found = []
    for _ in range(150):
        picked = [*rng.choices(words, cum_weights=weights, k=1), *rng.choices(words, k=1)]
        if rng.random() < 0.25 and len(picked[0]) > 5:
            place = rng.randrange(1, len(picked[0]) - 1)
            picked[0] = picked[0][:place] + picked[0][place + 1 :]
        found.append(rng.choice(FRAMES).format(*picked, rng.choice(VERBS)))
    return tuple(found)


def _ms(query: str) -> float:
    start = time.perf_counter()
    search(query, collection="bench", language="de")
    return (time.perf_counter() - start) * 1000


def _warm() -> list[float]:
    """The quicker of two runs of each query: the machine is never quiet."""
    return [min(pair) for pair in zip(*([_ms(query) for query in _queries()] for _ in range(2)), strict=True)]


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def _build(count: int) -> float:
    articles = list(made_up_articles(count))
    start = time.perf_counter()
    index.rebuild(collection="bench", documents=lambda: articles)
    took = time.perf_counter() - start
    index.settle()
    return took


@figures
def five_thousand() -> Iterator[Figure]:
    yield Figure("index of 5,000 articles", _build(5_000), "s", at_most=30)
    for query in _queries()[:20]:
        _ms(query)
    yield Figure(
        "search in 5,000 articles, p95", _percentile([_ms(q) for q in _queries()], 0.95), "ms", at_most=20
    )
    yield Figure(
        "bad input, slowest", max(min(_ms(query) for _ in range(3)) for query in BAD), "ms", at_most=100
    )
    article = next(made_up_articles(1))
    with transaction.atomic():
        start = time.perf_counter()
        index.put(article)
        yield Figure(
            "publishing one article into the index", (time.perf_counter() - start) * 1000, "ms", at_most=200
        )


@figures
def page() -> Iterator[Figure]:
    """The whole page of a search never asked before, in a city with 5,000 articles, without the web server's part."""
    take_articles(5_000)
    client = Client(headers={"host": "127.0.0.1"})
    paths = [f"/suche/?q={quote_plus(query)}" for query in _queries()]
    for path in paths[:5]:
        client.get(path)
    fresh = iter(paths[5:])
    yield Figure(
        "search page beside 5,000 articles, p95",
        measure.percentile_ms(lambda: client.get(next(fresh)), 0.95, len(paths) - 5),
        "ms",
        at_most=80,
    )


@figures
def fifty_thousand() -> Iterator[Figure]:
    yield Figure("index of 50,000 articles", _build(50_000), "s", at_most=400)
    for query in _queries()[:20]:
        _ms(query)
    yield Figure(
        "search in 50,000 articles, p95", _percentile([_ms(q) for q in _queries()], 0.95), "ms", at_most=60
    )
