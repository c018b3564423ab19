"""Learning the category suggestion anew from the city's own closed cases. Run by a job every night and after an import."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from complaints.models import Case, Category, LearntModel
from complaints.suggesting.classifier import MOST_EXAMPLES, Example, Learner, Model, calibrate, epochs_for
from complaints.suggesting.features import extract
from complaints.suggesting.suggestion import write_rows
from complaints.workflow import ENDINGS

KEPT_BACK = 0.15
ENOUGH_TO_KEEP_BACK = 200
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Score:
    first: float
    among_three: float


def learn(*, progress: Progress = lambda text: None) -> LearntModel:
    """A new current model. Certainty is fitted on cases kept back, then those are learnt too."""
    filed = examples_of_cases()
    described = examples_of_categories()
    progress(f"{len(filed)} cases, {len(described)} descriptions of categories")
    rng = random.Random(len(filed))  # noqa: S311 - an order to shuffle, no secret
    rng.shuffle(filed)
    kept_back = filed[: int(len(filed) * KEPT_BACK)] if len(filed) >= ENOUGH_TO_KEEP_BACK else []
    score, temperature = None, 1.0
    if kept_back:
        trial = train(filed[len(kept_back) :] + described)
        temperature = calibrate(trial.model(), kept_back)
        score = _score(trial.model(), kept_back)
        progress(f"kept back: first {score.first:.3f}, among three {score.among_three:.3f}")
    learner = train(filed + described)
    learner.temperature = temperature
    return keep(learner, cases=len(filed), score=score)


def train(examples: list[Example]) -> Learner:
    learner = Learner.prepare(examples)
    learner.learn(examples, epochs=epochs_for(len(examples)))
    return learner


@transaction.atomic
def keep(learner: Learner, *, cases: int, score: Score | None) -> LearntModel:
    """Store what was learnt and make it the current model; the one before stays for a comparison, older ones go."""
    LearntModel.objects.filter(is_current=True).update(is_current=False)
    learnt = LearntModel.objects.create(
        is_current=True,
        cases=cases,
        labels=[int(label) for label in learner.labels],
        bias=learner.bias,
        unknown=learner.unknown,
        temperature=learner.temperature,
        first=score.first if score else None,
        among_three=score.among_three if score else None,
    )
    write_rows(learnt, learner.rows.items())
    keepers = LearntModel.objects.values_list("pk", flat=True)[:2]
    LearntModel.objects.exclude(pk__in=list(keepers)).delete()
    return learnt


def examples_of_cases() -> list[Example]:
    """What clerks filed: cases that ended, and open ones whose category a clerk has corrected."""
    filed = (
        Case.objects.filter(Q(state__in=ENDINGS) | Q(suggestion_feedback__corrected_at__isnull=False))
        .filter(category__isnull=False)
        .exclude(text="")
        .order_by("-created_at")
        .values_list("text", "category_id")[:MOST_EXAMPLES]
    )
    return [Example(extract(text), str(category)) for text, category in filed.iterator(chunk_size=2000)]


def examples_of_categories() -> list[Example]:
    """Each category's own words, so that a city without a history is not left without suggestions."""
    categories = list(Category.objects.selectable())
    named = Counter(category.name for category in categories)
    examples = []
    for category in categories:
        parent = f"{category.parent.name} " if category.parent and named[category.name] > 1 else ""
        words = f"{parent}{category.name} {category.public_name}. {category.description} {category.keywords}"
        examples.append(Example(extract(words), str(category.pk)))
    return [example for example in examples if example.features]


def _score(model: Model, examples: list[Example]) -> Score:
    first = among = 0
    for example in examples:
        labels = [guess.label for guess in model.guesses(example.features)]
        first += labels[:1] == [example.label]
        among += example.label in labels
    return Score(first / len(examples), among / len(examples))
