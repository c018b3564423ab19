"""How sure a search may be that its first hit answers the question. Pure.

A logistic model on what a lexical search knows of itself. The weights were fitted on judged queries (answer right against
answer wrong, questions outside of the city's business among them); `docs/decisions` tells on which and how well it does.
"""

from collections.abc import Sequence
from math import exp, log1p

from portal.language.query import Plan
from portal.language.ranking import Group, Score

ANSWER, CANDIDATES, REFUSAL = "answer", "candidates", "refusal"
COMPARED = 3
"""Of so many hits the scores are looked at."""
SURE = 0.9
MAYBE = 0.2
SUBJECT = 0.8
"""From this weight on a word of the query is about its subject."""
_CONSTANT = -3.8
_WEIGHTS = {
    "coverage": -0.5,
    "name": 0.9,
    "title": 3.0,
    "strength": 1.7,
    "lead": 2.4,
    "margin": 0.9,
    "foreign": -2.4,
}


def features(plan: Plan, scores: Sequence[Score]) -> dict[str, float]:
    """What the model looks at; `scores` best first."""
    first = scores[0]
    second, third = [*(score.value for score in scores[1:COMPARED]), 0.0, 0.0][:2]
    subject = [group for group in plan.groups if group.weight >= SUBJECT]
    foreign = [group for group in subject if _is_foreign(group, plan) and not _is_met(group, first)]
    return {
        "coverage": first.coverage,
        "name": first.name,
        "title": first.title,
        "strength": log1p(first.value / max(len(plan.groups), 1) ** 0.5),
        "lead": (first.value - third) / first.value if first.value else 0.0,
        "margin": (first.value - second) / first.value if first.value else 0.0,
        "foreign": len(foreign) / max(len(subject), 1),
    }


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
