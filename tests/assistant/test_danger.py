"""Danger is heard in six languages, however it is told, and everyday sentences that share its words call nobody."""

import tomllib
from pathlib import Path

import pytest

from knowledge.assistant import reading, signs
from knowledge.assistant.phrases import phrases

SAID = tomllib.loads((Path(__file__).parent / "danger.toml").read_text(encoding="utf-8"))
MOST_MISSED = 1  # of some twenty sentences in each language


def _is_urgent(sentence, language):
    return bool(set(reading.read(sentence, language).routes) & set(reading.URGENT))


@pytest.mark.parametrize("language", SAID)
def test_danger_is_heard_in_words_that_nobody_listed(language):
    missed = [sentence for sentence in SAID[language]["danger"] if not _is_urgent(sentence, language)]
    assert len(missed) <= MOST_MISSED, missed


@pytest.mark.parametrize("language", SAID)
def test_everyday_sentences_with_words_of_danger_call_nobody(language):
    alarms = [sentence for sentence in SAID[language]["harmless"] if _is_urgent(sentence, language)]
    assert alarms == []


@pytest.mark.parametrize(
    ("sentence", "route"),
    [
        ("Er hat gesagt, er bringt mich um", "violence"),
        ("Mein Freund würgt mich", "violence"),
        ("Ich sitze auf dem Geländer der Brücke und will springen", "crisis"),
        ("Opa liegt im Flur und antwortet nicht", "emergency"),
    ],
)
def test_the_numbers_are_those_of_the_danger(sentence, route):
    first = next(name for name in reading.read(sentence, "de").routes if name in reading.URGENT)
    assert first == route


def test_one_word_is_not_two_signs():
    """ "Nachbar" is somebody and, by the window it may stand for, a building: alone it tells of no fire."""
    assert signs.told(["nachbar"], ["de"]) == {}


def test_every_kind_that_a_rule_names_has_words_in_every_language():
    kinds = {kind for rules in signs.rules().values() for rule in rules for kind in (*rule[0], *rule[1])}
    for language in SAID:
        assert kinds <= set(phrases("signs", language)), language
