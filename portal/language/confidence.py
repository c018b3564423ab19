"""How sure a search may be that its first hit answers the question. Pure.

A logistic model on what a lexical search knows of itself. The weights were fitted on judged queries (answer right against
answer wrong, questions outside of the city's business among them); `docs/decisions` tells on which and how well it does.
"""

from collections.abc import Sequence
from math import exp, log1p

from portal.language.query import Plan
from portal.language.ranking import Score

ANSWER, CANDIDATES, REFUSAL = "answer", "candidates", "refusal"
SURE = 0.9
MAYBE = 0.2
_CONSTANT = -4.0
_WEIGHTS = {"coverage": 3.0, "name": 2.0, "title": 1.0, "strength": 0.8, "margin": 1.5, "unknown": -1.0}


def features(plan: Plan, scores: Sequence[Score]) -> dict[str, float]:
    """What the model looks at; `scores` best first."""
    first = scores[0]
    second = scores[1].value if len(scores) > 1 else 0.0
    words = max(len(plan.groups), 1)
    return {
        "coverage": first.coverage,
        "name": first.name,
        "title": first.title,
        "strength": log1p(first.value / words**0.5),
        "margin": (first.value - second) / first.value if first.value else 0.0,
        "unknown": (len(plan.unknown) + 0.5 * len(plan.corrections)) / words,
    }


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
