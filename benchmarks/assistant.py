"""The assistant: how right it is on the judged conversations, and how fast beside 5,000 articles."""

import json
import random
from collections.abc import Iterator
from time import perf_counter

from django.conf import settings
from django.utils import translation

from benchmarks.harness import Figure, figures
from benchmarks.made_up import take_articles
from knowledge.assistant.conversation import converse
from knowledge.assistant.judging import judge
from knowledge.assistant.replies import Memory

JUDGED = settings.BASE_DIR / "demo" / "judged" / "assistant_de.jsonl"
ARTICLES = 5_000
ROUNDS = 2


@figures
def judged() -> Iterator[Figure]:
    found = judge(JUDGED).figures()
    yield Figure("direct answers that are right", found["right"], "share", at_least=0.93)
    yield Figure("in-scope questions answered directly", found["direct"], "share", at_least=0.6)
    yield Figure("the rest: right page among the candidates", found["offered"], "share", at_least=0.9)
    yield Figure("out of scope, answered as if known", found["wrongly_answered"], "share", at_most=0.08)
    yield Figure("direct answers with a source", found["sourced"], "share", at_least=1.0)


@figures
def speed() -> Iterator[Figure]:
    """Every judged question, asked beside 5,000 more articles; the quicker of two rounds, as the machine is never quiet."""
    take_articles(ARTICLES)
    rounds = [_times() for _ in range(ROUNDS)]
    quicker = sorted(min(pair) for pair in zip(*rounds, strict=True))
    yield Figure("one answer beside 5,000 articles, p50", quicker[len(quicker) // 2], "ms")
    yield Figure("one answer beside 5,000 articles, p95", quicker[int(0.95 * len(quicker))], "ms", at_most=60)


def _times() -> list[float]:
    rows = [json.loads(line) for line in JUDGED.read_text(encoding="utf-8").splitlines()]
    times = []
    for row in random.Random(1).sample(rows, k=min(len(rows), 200)):
        memory, language = Memory(), row.get("language", "de")
        with translation.override(language):
            for turn in row["turns"]:
                started = perf_counter()
                _replies, memory = converse(turn["question"], memory=memory, language=language)
                times.append(1000 * (perf_counter() - started))
    return times
