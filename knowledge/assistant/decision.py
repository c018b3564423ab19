"""Three ways out: answer, offer a choice, refuse; and who else may know. Pure.

`sureness` is a logistic model on what a lexical search knows of itself, fitted on the judged questions of the demo city and
on questions over another city's catalogue, each set left out in turn: at ANSWER_FROM about two thirds of the questions of people
who have not read our pages are answered, 19 of 20 of them from the right page.
"""

from collections.abc import Sequence
from enum import StrEnum
from math import exp, log1p

from knowledge.assistant.reading import DEEDS, FIRM, LIVE, Asked, only_office_words
from portal.language.search import Found, Hit


class Decision(StrEnum):
    ANSWER = "answer"
    WHICH = "which"
    CANDIDATES = "candidates"
    REFUSE = "refuse"
    AUTHORITY = "authority"
    LIVE = "live"
    DEED = "deed"
    OFFICES = "offices"


ANSWER_FROM = 0.85
OFFER_FROM = 0.06
LIKELY_FROM = 0.3  # the first page is more than a guess: a follow-up may go on with it
A_GUESS, DOUBTFUL = 0.5, 0.8
UNLIKE, SAID = 0.1, 0.7  # of the title, of the question
CLOSE = 0.93  # the second hit nearly as good as the first
AKIN = 3  # titles of a family ("Parkausweis – …") of which none is meant alone: worth asking which
OF_A_FAMILY, MEANT_ALONE, NEAR = 0.4, 0.75, 0.6
NAMED = 0.5  # the title or a synonym covers half of the question


_CONSTANT = -5.6
_WEIGHTS = {"name": 1.8, "title": 2.5, "strength": 1.85, "margin": 2.5}


def sureness(hits: Sequence[Hit], words: int) -> float:
    """From 0 to 1 that the first hit is the right page; `words` = how many words were searched."""
    if not hits:
        return 0.0
    first, second = hits[0], hits[1].score if len(hits) > 1 else 0.0
    seen = {
        "name": first.why.name,
        "title": first.why.title,
        "strength": log1p(first.score / max(words, 1) ** 0.5),
        "margin": (first.score - second) / first.score if first.score else 0.0,
    }
    total = _CONSTANT + sum(_WEIGHTS[name] * value for name, value in seen.items())
    return 1 / (1 + exp(-total))


def decide(found: Found, asked: Asked, *, authority_words: int, on_page: bool = True) -> Decision:
    """What to do with what the search found. `authority_words` = how many words name another authority.

    `on_page` = the first page speaks of what the other authority is known for.
    """
    confidence = found.confidence if found.hits else 0.0
    first = found.hits[0] if found.hits else None
    ours = _is_known(found)
    if not asked.beyond_deed:
        return Decision.DEED
    if any(route in asked.routes for route in (FIRM if ours else LIVE)):
        return Decision.LIVE
    if "report" in asked.routes and not (asked.aspects or asked.whole or authority_words):
        return Decision.DEED  # who complains of a thing need not read how it should be
    if authority_words and not (on_page and is_ours(found, asked, authority_words)):
        return Decision.AUTHORITY
    if (
        confidence < ANSWER_FROM
        and asked.aspect in ("hours", "where", "phone")
        and only_office_words(asked.topic)
    ):
        return Decision.OFFICES
    if not ours and any(deed in asked.routes for deed in DEEDS):
        return Decision.DEED
    if first is None or confidence < OFFER_FROM:
        return Decision.REFUSE
    if confidence < ANSWER_FROM:
        return Decision.CANDIDATES
    return Decision.WHICH if _is_close(found) else Decision.ANSWER


def is_a_guess(found: Found) -> bool:
    """Whether what was found may only share a word with the question: then a no in words stands before it."""
    if not found.hits:
        return True
    first = found.hits[0].why
    unlike = first.title < UNLIKE and first.coverage < SAID
    return found.confidence < (DOUBTFUL if unlike else A_GUESS)


def _is_known(found: Found) -> bool:
    """Whether the first page surely answers and is called what was asked."""
    return bool(found.hits) and found.confidence >= ANSWER_FROM and found.hits[0].why.name >= NAMED


def is_ours(found: Found, asked: Asked, authority_words: int) -> bool:
    """Our page goes first when the question says more about it than about the other authority, or is what it is called."""
    if not _is_known(found):
        return False
    if authority_words >= len(asked.topic):
        return found.hits[0].why.title >= MEANT_ALONE
    return 2 * authority_words <= len(asked.topic)


def _is_close(found: Found) -> bool:
    """Two pages whose names fit alike and whose scores hardly differ, or a family of them."""
    if len(found.hits) < 2:
        return False
    first, second = found.hits[:2]
    family = [hit for hit in found.hits if hit.why.title >= OF_A_FAMILY and hit.score >= NEAR * first.score]
    if len(family) >= AKIN and first.why.title < MEANT_ALONE:
        return True
    return second.score >= CLOSE * first.score and second.why.name >= first.why.name * CLOSE
