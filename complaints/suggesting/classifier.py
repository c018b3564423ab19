"""Learning which category a text belongs to, from texts that people have filed. Pure: no database, no settings.

A multinomial logistic regression over grouped features, trained by stochastic gradient steps. Plain Python is enough:
two thousand reports are learnt in some seconds, a text is judged in about a millisecond, and a model is a table of
`feature -> one weight per label` that a database can hold and a single judgement reads only in part.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from complaints.suggesting.features import Features

Row = list[float]  # [squared rarity, weight of label 0, weight of label 1, …]
# How much each group of features counts: stems, pairs, letter groups, concepts.
GROUP_SHARE = (1.0, 0.3, 0.8, 1.1)
SMOOTHING = 0.03  # of the certainty that a clerk's filing deserves
RATE = 1.5
MOST_EXAMPLES = 30_000
"""More teach little that is new and cost a night: the learning takes the newest of a city's."""


@dataclass(frozen=True)
class Guess:
    label: str
    probability: float


@dataclass(frozen=True)
class Example:
    features: Features
    label: str


@dataclass
class Model:
    """What was learnt. `rows` may hold only the features of the text at hand."""

    labels: list[str]
    bias: list[float]
    rows: Mapping[int, Row]
    temperature: float = 1.0
    unknown: float = 1.0  # squared rarity of a feature never met: it makes the judgement less certain

    def guesses(self, features: Features, count: int = 3) -> list[Guess]:
        """The most probable labels, best first; probabilities are of all labels together."""
        chances = self.probabilities(features)
        best = sorted(range(len(chances)), key=chances.__getitem__, reverse=True)[:count]
        return [Guess(self.labels[at], chances[at]) for at in best]

    def probabilities(self, features: Features) -> list[float]:
        scores = [score / self.temperature for score in self.scores(features)]
        return softmax(scores)

    def usual(self, label: str) -> float:
        """How probable the label is before a word is read."""
        return softmax([one / self.temperature for one in self.bias])[self.labels.index(label)]

    def scores(self, features: Features) -> list[float]:
        return _scores(self.bias, _weighed(features, self.rows, self.unknown))


def epochs_for(count: int) -> int:
    """How often to go through `count` examples: many reports need to be seen less often each."""
    return 8 if count < 5_000 else 5 if count < 15_000 else 3


def softmax(scores: Sequence[float]) -> list[float]:
    if not scores:
        return []
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


Weighed = list[tuple[float, list[Row]]]  # per group: its factor for this text and the rows met


def _weighed(features: Features, rows: Mapping[int, Row], unknown: float) -> Weighed:
    found: Weighed = []
    for share, group in zip(GROUP_SHARE, features.groups, strict=True):
        met = [row for feature in group if (row := rows.get(feature)) is not None]
        if met:
            mass = sum(row[0] for row in met) + unknown * (len(group) - len(met))
            found.append((share / math.sqrt(mass), met))
    return found


def _scores(bias: Sequence[float], weighed: Weighed) -> list[float]:
    total = list(bias)
    for factor, met in weighed:
        sums = list(map(sum, zip(*met, strict=True)))[1:]
        total = [a + factor * b for a, b in zip(total, sums, strict=True)]
    return total


@dataclass
class Learner:
    """Gathers examples' statistics once, then takes gradient steps. `model` may be read at any time."""

    labels: list[str]
    rows: dict[int, Row] = field(default_factory=dict)
    bias: list[float] = field(default_factory=list)
    unknown: float = 1.0
    temperature: float = 1.0

    @classmethod
    def prepare(cls, examples: Sequence[Example], *, most_features: int = 60_000) -> "Learner":
        """Features met at least twice (stems and concepts: once), the most frequent ones if there are too many."""
        labels = sorted({example.label for example in examples})
        met: Counter[int] = Counter()
        keep_once: set[int] = set()
        for example in examples:
            for at, group in enumerate(example.features.groups):
                met.update(group)
                if at in (0, 3):
                    keep_once.update(group)
        kept = [(f, n) for f, n in met.items() if n > 1 or f in keep_once]
        if len(kept) > most_features:
            kept = sorted(kept, key=lambda one: -one[1])[:most_features]
        total = len(examples)
        rows = {f: [_rarity(n, total), *([0.0] * len(labels))] for f, n in kept}
        frequent = Counter(example.label for example in examples)
        bias = [0.5 * math.log(frequent[label] / total) for label in labels]
        return cls(labels, rows, bias, unknown=_rarity(0, total))

    def learn(
        self,
        examples: Sequence[Example],
        *,
        epochs: int,
        rate: float = RATE,
        seed: int = 0,
        progress: Callable[[int], None] = lambda done: None,
    ) -> None:
        """Go `epochs` times through the examples in a shuffled order, with falling steps."""
        rng = random.Random(seed)  # noqa: S311 - an order to shuffle, no secret
        known = {label: at for at, label in enumerate(self.labels)}
        pending = [(_weighed(e.features, self.rows, self.unknown), known[e.label]) for e in examples]
        for epoch in range(epochs):
            rng.shuffle(pending)
            step = rate * (1 - epoch / epochs) ** 0.5
            for weighed, truth in pending:
                self._step(weighed, truth, step)
            progress(epoch + 1)

    def _step(self, weighed: Weighed, truth: int, rate: float) -> None:
        chances = softmax(_scores(self.bias, weighed))
        even = SMOOTHING / len(chances)
        pushes = []
        for at, chance in enumerate(chances):
            push = (1 - SMOOTHING + even if at == truth else even) - chance
            if push > 0.01 or push < -0.01:
                pushes.append((at, rate * push))
        for at, push in pushes:
            self.bias[at] += 0.02 * push
            for factor, met in weighed:
                by = push * factor
                for row in met:
                    row[at + 1] += by * row[0]

    def model(self) -> Model:
        return Model(self.labels, self.bias, self.rows, self.temperature, self.unknown)


def _rarity(met: int, total: int) -> float:
    """Squared inverse document frequency."""
    return (math.log((1 + total) / (1 + met)) + 1) ** 2 / 10


def calibrate(model: Model, examples: Iterable[Example]) -> float:
    """The temperature at which the model's certainty fits how often it was right on texts it had not seen."""
    known = {label: at for at, label in enumerate(model.labels)}
    seen = [(model.scores(e.features), known[e.label]) for e in examples if e.label in known]
    if len(seen) < 20:
        return 1.0

    def loss(temperature: float) -> float:
        return -sum(
            math.log(max(softmax([s / temperature for s in scores])[truth], 1e-9)) for scores, truth in seen
        )

    return min((0.4 + 0.1 * step for step in range(27)), key=loss)
