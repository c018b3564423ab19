"""The search: the index of 5,000 and of 50,000 made-up articles, queries with slips, compounds and everyday words, and bad input."""

import random
import time
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from django.db import transaction

from benchmarks.harness import Figure, figures
from portal.language import data, index
from portal.language.analysis import analyser
from portal.language.documents import Document, Passage
from portal.language.search import search

SEED = 20261123
VERBS = (
    "beantragen",
    "anmelden",
    "abmelden",
    "verlängern",
    "abholen",
    "ändern",
    "verlieren",
    "melden",
    "kündigen",
    "bezahlen",
)
FRAMES = (
    "{}", "{} {}", "Wo kann ich {} {}?", "Ich habe meinen {} verloren, was muss ich tun?", "{} {} Kosten",
    "Wie lange dauert es, bis {} und {} fertig sind, und was muss ich mitbringen?",
)  # fmt: skip
BAD = (
    "", "der die das und oder", "a" * 10_000, "wort " * 2_000, "🙂" * 300, "مرحبا بالعالم " * 100, "foo & !bar | baz:* <-> (((",
    "%_*?[]{}\\", "'; DROP TABLE language_document; --", "sperrmüllabholungsterminvereinbarungsgebührenbefreiungsantrag " * 8,
)  # fmt: skip


def _words(rng: random.Random) -> tuple[list[str], list[int]]:
    """City words and compounds of them, the common ones much commoner (weights added up)."""
    parts = sorted(data.words("de", "parts"))
    rng.shuffle(parts)
    made = parts + ["".join(rng.sample(parts, 2)) for _ in range(15_000)]
    return made, list(accumulate(1_000_000 // (rank + 10) for rank in range(len(made))))


def _articles(count: int) -> Iterator[Document]:
    rng = random.Random(SEED)
    words, weights = _words(rng)
    small = sorted(analyser("de").stop)
    for number in range(count):
        chosen = rng.choices(words, cum_weights=weights, k=120)
        title = f"{rng.choice(words).capitalize()} {rng.choice(VERBS)}"
        sections = [
            " ".join(f"{word} {rng.choice(small)}" for word in chosen[start : start + 30]) + "."
            for start in range(0, 120, 30)
        ]
        yield Document(
            "bench",
            str(number),
            "de",
            title,
            synonyms=tuple(rng.choices(words, k=5)),
            passages=tuple(
                Passage(text, f"Abschnitt {place}", f"s{place}") for place, text in enumerate(sections)
            ),
            tags=(f"topic:{number % 20}",),
        )


@cache
def _queries() -> tuple[str, ...]:
    rng = random.Random(SEED + 1)
    words, weights = _words(random.Random(SEED))
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
    articles = list(_articles(count))
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
    article = next(_articles(1))
    with transaction.atomic():
        start = time.perf_counter()
        index.put(article)
        yield Figure(
            "publishing one article into the index", (time.perf_counter() - start) * 1000, "ms", at_most=200
        )


@figures
def fifty_thousand() -> Iterator[Figure]:
    yield Figure("index of 50,000 articles", _build(50_000), "s", at_most=400)
    for query in _queries()[:20]:
        _ms(query)
    yield Figure(
        "search in 50,000 articles, p95", _percentile([_ms(q) for q in _queries()], 0.95), "ms", at_most=60
    )
