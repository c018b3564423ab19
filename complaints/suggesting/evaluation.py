"""How well categories would be suggested: learn from four fifths, judge the last fifth, five times over. Pure."""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

from complaints.suggesting.classifier import MOST_EXAMPLES, Example, Learner, epochs_for
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
    progress: Callable[[str], None] = lambda said: None,
) -> Outcome:
    """The outcome over all folds; the same reports are always dealt into the same folds.

    Every report is judged once. A fold learns from the other folds' reports, but from no more than the nightly learning
    takes (`MOST_EXAMPLES`): then a sample of them. `progress` is called in the process that works on the fold.
    """
    order = list(range(len(filed)))
    random.Random(folds).shuffle(order)  # noqa: S311 - an order to shuffle, no secret
    deal, total = _Deal(filed, order, folds, progress), Outcome()
    if processes < 2:
        for fold in range(folds):
            total.add(deal.fold(fold))
        return total
    _shared[:] = [deal]
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        for outcome in pool.map(_fold_of_shared, range(folds)):
            total.add(outcome)
    _shared.clear()
    return total


@dataclass(frozen=True)
class _Deal:
    """The reports and who is held back when. Features are worked out by each fold: kept for all reports of a large
    city they would take a gigabyte, worked out they take a fifth of a millisecond each."""

    filed: Sequence[Filed]
    order: Sequence[int]
    folds: int
    progress: Callable[[str], None]

    def fold(self, number: int) -> Outcome:
        held = set(self.order[number :: self.folds])
        known = [one for at, one in enumerate(self.filed) if at not in held]
        if len(known) > MOST_EXAMPLES:
            known = random.Random(number).sample(known, MOST_EXAMPLES)  # noqa: S311 - a sample, no secret
        examples = [Example(extract(one.text), one.label) for one in known]
        learner, rounds = Learner.prepare(examples), epochs_for(len(examples))
        learner.learn(
            examples,
            epochs=rounds,
            progress=lambda done: self._tell(number, f"learnt {done} of {rounds} times"),
        )
        outcome = Outcome()
        unseen = [self.filed[at] for at in sorted(held)]
        for start in range(0, len(unseen), _JUDGED_AT_ONCE):
            outcome.add(_judge(learner, unseen[start : start + _JUDGED_AT_ONCE]))
            self._tell(number, f"judged {outcome.judged} of {len(unseen)}")
        return outcome

    def _tell(self, number: int, said: str) -> None:
        self.progress(f"fold {number + 1} of {self.folds}: {said}")


_JUDGED_AT_ONCE = 5000
_shared: list[_Deal] = []  # inherited by the forked processes: the reports are too many to send


def _fold_of_shared(number: int) -> Outcome:
    return _shared[0].fold(number)


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
