"""How well categories would be suggested: learn from four fifths, judge the last fifth, five times over. Pure."""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

from complaints.suggesting.classifier import Example, Learner, epochs_for
from complaints.suggesting.features import extract


@dataclass(frozen=True)
class Filed:
    """A report as it was filed; `parent` may be empty or the same as the category."""

    text: str
    category: str
    parent: str

    @property
    def label(self) -> str:
        return f"{self.parent}\x1f{self.category}"


@dataclass
class Outcome:
    """Counts over all judged reports. `confused`: (filed, suggested) -> how often."""

    judged: int = 0
    first: int = 0
    among_three: int = 0
    parent: int = 0
    seconds: float = 0.0  # of judging, analysis of the text included
    certainty: float = 0.0  # sum of the first suggestions' probabilities
    per_label: Counter[str] = field(default_factory=Counter)
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, other: "Outcome") -> None:
        self.judged += other.judged
        self.first += other.first
        self.among_three += other.among_three
        self.parent += other.parent
        self.seconds += other.seconds
        self.certainty += other.certainty
        self.per_label.update(other.per_label)
        self.confused.update(other.confused)

    def worst(self, count: int = 5) -> list[tuple[str, int, int, list[tuple[str, int]]]]:
        """(category, wrong, filed, what was suggested instead) of the categories with most errors."""
        wrong: Counter[str] = Counter()
        for (truth, _guess), times in self.confused.items():
            wrong[truth] += times
        return [
            (
                truth,
                times,
                self.per_label[truth],
                Counter({g: n for (t, g), n in self.confused.items() if t == truth}).most_common(3),
            )
            for truth, times in wrong.most_common(count)
        ]


def evaluate(
    filed: Sequence[Filed],
    *,
    folds: int = 5,
    processes: int = 1,
    progress: Callable[[int], None] = lambda fold: None,
) -> Outcome:
    """The outcome over all folds; the same reports are always dealt into the same folds."""
    examples = [Example(extract(one.text), one.label) for one in filed]
    order = list(range(len(filed)))
    random.Random(folds).shuffle(order)  # noqa: S311 - an order to shuffle, no secret
    total = Outcome()
    jobs = [(examples, filed, order, folds, fold) for fold in range(folds)]
    if processes < 2:
        outcomes: Iterable[Outcome] = map(_fold, jobs)
    else:
        _shared.clear()
        _shared.extend(jobs)
        with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
            outcomes = list(pool.map(_fold_by_number, range(folds)))
    for number, outcome in enumerate(outcomes, start=1):
        total.add(outcome)
        progress(number)
    return total


_Job = tuple[list[Example], Sequence[Filed], list[int], int, int]
_shared: list[_Job] = []  # inherited by the forked processes: examples are too many to send


def _fold_by_number(number: int) -> Outcome:
    return _fold(_shared[number])


def _fold(job: _Job) -> Outcome:
    examples, filed, order, folds, fold = job
    held = set(order[fold::folds])
    known = [example for at, example in enumerate(examples) if at not in held]
    learner = Learner.prepare(known)
    learner.learn(known, epochs=epochs_for(len(known)))
    return _judge(learner, [filed[at] for at in sorted(held)])


def _judge(learner: Learner, unseen: Sequence[Filed]) -> Outcome:
    model, outcome = learner.model(), Outcome()
    parents = [label.split("\x1f")[0] for label in model.labels]
    for one in unseen:
        started = time.perf_counter()
        chances = model.probabilities(extract(one.text))
        best = sorted(range(len(chances)), key=chances.__getitem__, reverse=True)[:3]
        outcome.seconds += time.perf_counter() - started
        of_parent: defaultdict[str, float] = defaultdict(float)
        for parent, chance in zip(parents, chances, strict=True):
            of_parent[parent] += chance
        labels = [model.labels[at] for at in best]
        outcome.judged += 1
        outcome.first += labels[0] == one.label
        outcome.among_three += one.label in labels
        outcome.parent += max(of_parent, key=of_parent.__getitem__) == one.parent
        outcome.certainty += chances[best[0]]
        outcome.per_label[one.label] += 1
        if labels[0] != one.label:
            outcome.confused[(one.label, labels[0])] += 1
    return outcome
