"""Complaints, second part: the category suggestion and the Open311 server. Imported by the area `complaints`."""

import statistics
import time
from collections.abc import Iterator

from benchmarks.complaint_histories import SHAPES, Report, reports
from benchmarks.harness import Figure, figures
from complaints.suggesting import learning, suggestion
from complaints.suggesting.evaluation import Filed, evaluate
from complaints.suggesting.features import extract

REPORTS = 2000


@figures
def suggested_categories() -> Iterator[Figure]:
    """2,000 short German reports with typos, misfiled cases and second matters, in five folds."""
    for shape in SHAPES[1:3]:
        found = [_filed(one) for one in reports(shape, REPORTS, seed=20)]
        outcome = evaluate(found, folds=5, processes=2)
        name = f"suggestion ({shape.name})"
        yield Figure(f"{name}, right among three", outcome.among_three / REPORTS, "share", at_least=0.90)
        yield Figure(f"{name}, first right", outcome.first / REPORTS, "share", at_least=0.80)
        yield Figure(f"{name}, one text", 1000 * outcome.seconds / REPORTS, "ms", at_most=30)


@figures
def suggesting_from_the_database() -> Iterator[Figure]:
    """As a citizen meets it: analysis, the weights from the database, the categories."""
    learning.learn()
    texts = [one.text for one in reports(SHAPES[3], 100, seed=21)]
    suggestion.suggest(texts[0])
    took = []
    for text in texts:
        started = time.perf_counter()
        suggestion.suggest(text)
        took.append(1000 * (time.perf_counter() - started))
    yield Figure("suggestion from the database, median", statistics.median(took), "ms", at_most=30)
    yield Figure("suggestion, words of a 100 kB text", _long_text_ms(), "ms", at_most=100)


def _long_text_ms() -> float:
    text = " ".join(one.text for one in reports(SHAPES[3], 900, seed=22))
    started = time.perf_counter()
    extract(text)
    return 1000 * (time.perf_counter() - started)


def _filed(one: Report) -> Filed:
    return Filed(one.text, one.category, one.parent)
