"""Which categories a text fits: suggested to citizens and clerks, taught by what clerks decide.

Reading costs three queries and some milliseconds; nothing is kept in the process. Learning anew is `complaints.learning`.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from procrastinate.contrib.django import app

from complaints.classifier import Example, Learner, Model, Row
from complaints.features import Features, extract
from complaints.models import Case, Category, LearntFeature, LearntModel

TEACHING_STEPS = 6  # enough that the same sentence is filed rightly next time, too few to forget the rest
TEACHING_RATE = 0.8


@dataclass(frozen=True)
class Suggestion:
    category: Category
    probability: float  # from 0 to 1, among all categories


def suggest(text: str, *, count: int = 3) -> list[Suggestion]:
    """The most probable categories that a citizen may choose, best first; none as long as nothing was learnt."""
    chances = _chances(text, count + 12)
    offered = Category.objects.selectable().filter(pk__in=chances) if chances else []
    found = [Suggestion(category, chances[category.pk]) for category in offered]
    return sorted(found, key=lambda one: -one.probability)[:count]


def likely(text: str, *, count: int = 3) -> list[tuple[int, float]]:
    """The same as (category id, probability), for those who only write it down."""
    chances = _chances(text, count + 12)
    rows = Category.objects.selectable().order_by().filter(pk__in=chances) if chances else None
    offered = set(rows.values_list("pk", flat=True)) if rows is not None else set()
    return [(pk, chance) for pk, chance in chances.items() if pk in offered][:count]


def _chances(text: str, count: int) -> dict[int, float]:
    """Category id -> probability of the likeliest, best first, whether they may be chosen or not."""
    learnt = LearntModel.objects.filter(is_current=True).order_by().first()
    features = extract(text)
    if learnt is None or not features:
        return {}
    model = model_of(learnt, read_rows(learnt, features))
    return {int(guess.label): guess.probability for guess in model.guesses(features, count=count)}


@transaction.atomic
def learn_from(case: Case) -> None:
    """A clerk filed this case: a job teaches it to the suggestion once the caller's transaction is through."""
    if case.category_id is not None and case.text.strip():
        app.configure_task("complaints.teach").defer(case=case.pk)


@transaction.atomic
def take_correction(*, text: str, category: Category) -> bool:
    """Some gradient steps towards `category` on this text; False if nothing was learnt yet to be corrected."""
    learnt = LearntModel.objects.select_for_update().filter(is_current=True).first()
    features = extract(text)
    if learnt is None or not features:
        return False
    if category.pk not in learnt.labels:
        learnt.labels.append(category.pk)
        learnt.bias.append(min(learnt.bias, default=0.0))
    rows = read_rows(learnt, features)
    for feature in (*features.groups[0], *features.groups[3]):  # a word never met is worth keeping
        rows.setdefault(feature, [learnt.unknown, *([0.0] * len(learnt.labels))])
    learner = Learner(
        [str(pk) for pk in learnt.labels], rows, learnt.bias, learnt.unknown, learnt.temperature
    )
    learner.learn([Example(features, str(category.pk))] * TEACHING_STEPS, epochs=1, rate=TEACHING_RATE)
    write_rows(learnt, rows.items())
    learnt.corrections += 1
    learnt.save(update_fields=["labels", "bias", "corrections"])
    return True


def model_of(learnt: LearntModel, rows: dict[int, Row]) -> Model:
    return Model([str(pk) for pk in learnt.labels], learnt.bias, rows, learnt.temperature, learnt.unknown)


def read_rows(learnt: LearntModel, features: Features) -> dict[int, Row]:
    """The weights of these features, each row as long as the model has labels."""
    found = LearntFeature.objects.filter(learnt_model=learnt, feature__in=list(features))
    length = 1 + len(learnt.labels)
    return {feature: _unpack(bytes(row), length) for feature, row in found.values_list("feature", "row")}


def write_rows(learnt: LearntModel, rows: Iterable[tuple[int, Row]]) -> None:
    fresh = [LearntFeature(learnt_model=learnt, feature=feature, row=_pack(row)) for feature, row in rows]
    LearntFeature.objects.bulk_create(
        fresh,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["learnt_model", "feature"],
        update_fields=["row"],
    )


def _pack(row: Row) -> bytes:
    return struct.pack(f"<{len(row)}e", *(max(-60_000.0, min(60_000.0, value)) for value in row))


def _unpack(packed: bytes, length: int) -> Row:
    values = list(struct.unpack(f"<{len(packed) // 2}e", packed))
    return values + [0.0] * (length - len(values))
