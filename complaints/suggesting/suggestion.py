"""Which categories a text fits: suggested to citizens and clerks, taught by what clerks decide.

Reading costs two queries and some milliseconds; of the weights nothing is kept in the process. Learning anew is
`complaints.suggesting.learning`.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from procrastinate.contrib.django import app

from complaints.models import Case, Category, LearntFeature, LearntModel
from complaints.rules import arrangements
from complaints.suggesting.classifier import Example, Learner, Model, Row
from complaints.suggesting.features import Features, extract

TELLS = 1.3  # so many times as probable as before reading: below it a text has said nothing
TEACHING_STEPS = 6  # enough that the same sentence is filed rightly next time, too few to forget the rest
TEACHING_RATE = 0.8


@dataclass(frozen=True)
class Suggestion:
    category: Category
    probability: float  # from 0 to 1, among all categories


def suggest(text: str, *, count: int = 3) -> list[Suggestion]:
    """The most probable categories that a citizen may choose, best first; none as long as nothing was learnt, and none for a
    text that says nothing to us, as one in another language."""
    city, features = arrangements.current(), extract(text)
    if city.learnt is None or not features:
        return []
    model = model_of(city.learnt, read_rows(city.learnt, features))
    guesses = model.guesses(features, count=count + 12)  # some of the labels may no longer be chosen
    if not guesses or guesses[0].probability < TELLS * model.usual(guesses[0].label):
        return []
    offered = [(city.topics.get(int(guess.label)), guess.probability) for guess in guesses]
    return [Suggestion(topic, chance) for topic, chance in offered if topic is not None][:count]


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
    """Rows of before a label was added are shorter; one written since the model was read is longer."""
    values = list(struct.unpack(f"<{len(packed) // 2}e", packed))[:length]
    return values + [0.0] * (length - len(values))
