"""The assistant: how right it is on the judged conversations, and how fast beside 5,000 articles."""

from collections.abc import Iterator
from time import perf_counter

from django.conf import settings

from benchmarks.harness import Figure, figures
from knowledge.assistant.conversation import converse
from knowledge.assistant.judging import judge
from knowledge.assistant.replies import Memory

QUESTIONS = (
    "Was kostet ein Personalausweis?",
    "Wann hat das Rathaus geöffnet?",
    "Wo bekomme ich gelbe Säcke?",
    "Wer hat die Fußball-Weltmeisterschaft gewonnen?",
    "Mein Sohn ist 5, wie melde ich ihn in der Schule an?",
)
ROUNDS = 20


@figures
def judged() -> Iterator[Figure]:
    found = judge(settings.BASE_DIR / "demo" / "judged" / "assistant_de.jsonl").figures()
    yield Figure("direct answers that are right", found["right"], "share", at_least=0.93)
    yield Figure("in-scope questions answered directly", found["direct"], "share", at_least=0.6)
    yield Figure("the rest: right page among the candidates", found["offered"], "share", at_least=0.9)
    yield Figure("out of scope, answered as if known", found["wrongly_answered"], "share", at_most=0.08)
    yield Figure("direct answers with a source", found["sourced"], "share", at_least=1.0)


@figures
def speed() -> Iterator[Figure]:
    times = []
    for _ in range(ROUNDS):
        for question in QUESTIONS:
            started = perf_counter()
            converse(question, memory=Memory(), language="de")
            times.append(1000 * (perf_counter() - started))
    yield Figure("one answer, p95", sorted(times)[int(0.95 * len(times))], "ms", at_most=60)
