"""How sure a search may be that its first hit answers the question. Pure.

A logistic model on what a lexical search knows of itself. The weights were fitted on judged queries (answer right against
answer wrong, questions outside of the city's business among them); `docs/decisions` tells on which and how well it does.
"""

from collections.abc import Sequence
from math import exp, log1p

from portal.language.plans import SUBJECT, Plan
from portal.language.ranking import Group, Score

ANSWER, CANDIDATES, REFUSAL = "answer", "candidates", "refusal"
COMPARED = 3
"""Of so many hits the scores are looked at."""
SURE = 0.92
MAYBE = 0.2
EVERYDAY_ONLY = 0.45
"""Below this weight a way to say a word is everyday language for everyday language."""
_CONSTANT = -4.8
_WEIGHTS = {
    "name": 2.5,
    "title": 2.1,
    "strength": 1.5,
    "lead": 2.4,
    "margin": 0.5,
    "foreign": -2.0,
    "everyday": -1.1,
    "rival": -2.2,
}


def features(plan: Plan, scores: Sequence[Score]) -> dict[str, float]:
    """What the model looks at; `scores` best first."""
    first = scores[0]
    second, third = [*(score.value for score in scores[1:COMPARED]), 0.0, 0.0][:2]
    subject = [group for group in plan.groups if group.weight >= SUBJECT]
    asked = sum(group.weight for group in plan.groups) or 1.0
    foreign = [group for group in subject if _is_foreign(group, plan) and not _is_met(group, first)]
    return {
        "name": first.name,
        "title": first.title,
        "strength": log1p(first.value / max(len(plan.groups), 1) ** 0.5),
        "lead": (first.value - third) / first.value if first.value else 0.0,
        "margin": (first.value - second) / first.value if first.value else 0.0,
        "foreign": len(foreign) / max(len(subject), 1),
        "everyday": sum(group.weight for group in plan.groups if _is_guessed(group, first)) / asked,
        "rival": scores[1].title if len(scores) > 1 else 0.0,
    }


def _is_guessed(group: Group, score: Score) -> bool:
    """Met only by one everyday word in place of another."""
    way = next((way for way in group.alternatives if way in score.used), None)
    return way is not None and way.why == "thesaurus" and way.weight < EVERYDAY_ONLY


def _is_foreign(group: Group, plan: Plan) -> bool:
    """No document of the collection has the word."""
    return not any(term in plan.idfs for term in group.alternatives[0].terms)


def _is_met(group: Group, score: Score) -> bool:
    return any(way in score.used for way in group.alternatives)


def probability(plan: Plan, scores: Sequence[Score]) -> float:
    """From 0 to 1 that the first hit is right; 0 with no hit."""
    if not scores:
        return 0.0
    total = _CONSTANT + sum(_WEIGHTS[name] * value for name, value in features(plan, scores).items())
    return 1 / (1 + exp(-total))


def verdict(confidence: float) -> str:
    """What to do with a first hit of that confidence: answer, offer a choice, or say "I don't know"."""
    if confidence >= SURE:
        return ANSWER
    return CANDIDATES if confidence >= MAYBE else REFUSAL
