"""What is learnt from filed reports, and how sure the learner says it is."""

import pytest

from benchmarks.complaint_histories import SHAPES, reports
from complaints.suggesting import evaluation
from complaints.suggesting.classifier import Example, Learner, calibrate
from complaints.suggesting.features import concepts_of, extract, fold


def examples(count: int, seed: int = 1) -> list[Example]:
    return [Example(extract(one.text), one.category) for one in reports(SHAPES[0], count, seed=seed)]


def learnt(known: list[Example]) -> Learner:
    learner = Learner.prepare(known)
    learner.learn(known, epochs=5)
    return learner


def test_most_unseen_reports_are_recognised() -> None:
    model = learnt(examples(800)).model()
    unseen = examples(200, seed=2)
    hits = sum(any(g.label == one.label for g in model.guesses(one.features)) for one in unseen)
    assert hits / len(unseen) >= 0.85


def test_probabilities_are_of_all_labels_and_guesses_best_first() -> None:
    model = learnt(examples(300)).model()
    features = extract("Die Laterne vor dem Haus brennt nicht")
    assert abs(sum(model.probabilities(features)) - 1) < 1e-9
    chances = [guess.probability for guess in model.guesses(features)]
    assert chances == sorted(chances, reverse=True)


def test_a_text_of_unknown_words_leaves_the_learner_unsure() -> None:
    model = learnt(examples(800)).model()
    sure = model.guesses(extract("Straßenlaterne brennt nicht"))[0].probability
    unsure = model.guesses(extract("qwrx zzyp lorem ipsum"))[0].probability
    assert unsure < 0.3 < sure


def test_certainty_is_fitted_to_how_often_it_was_right() -> None:
    learner = learnt(examples(800))
    unseen = examples(300, seed=2)
    learner.temperature = calibrate(learner.model(), unseen)
    best = [(one.label, learner.model().guesses(one.features, 1)[0]) for one in examples(300, seed=3)]
    right = sum(label == guess.label for label, guess in best) / len(best)
    said = sum(guess.probability for _label, guess in best) / len(best)
    assert abs(right - said) < 0.1


def test_nothing_and_very_much_text_are_judged_too() -> None:
    model = learnt(examples(300)).model()
    assert len(model.guesses(extract(""))) == 3
    assert len(model.guesses(extract("Müll " * 50_000))) == 3


def test_a_concept_is_found_inside_a_compound_and_with_plain_letters() -> None:
    assert "light" in concepts_of(fold("Straßenlaternenmast"))
    assert "dumping" in concepts_of(fold("Muellablagerung"))


def test_a_large_history_is_learnt_from_a_sample_and_judged_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "MOST_EXAMPLES", 80)
    filed = [evaluation.Filed(one.text, one.category, one.parent) for one in reports(SHAPES[0], 200)]
    said: list[str] = []
    outcome = evaluation.evaluate(filed, folds=2, progress=said.append)
    assert outcome.judged == 200
    assert outcome.among_three > 100
    assert said[-1] == "fold 2 of 2: judged 100 of 100"
