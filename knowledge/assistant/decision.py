"""Three ways out: answer, offer a choice, refuse; and who else may know. Calibrated on judged questions. Pure."""

from enum import StrEnum

from knowledge.assistant.phrases import find
from knowledge.assistant.reading import DEEDS, LIVE, Asked
from portal.language.search import Found


class Decision(StrEnum):
    ANSWER = "answer"
    WHICH = "which"
    CANDIDATES = "candidates"
    REFUSE = "refuse"
    AUTHORITY = "authority"
    LIVE = "live"
    DEED = "deed"
    OFFICES = "offices"


ANSWER_FROM = 0.9
OFFER_FROM = 0.2
SURE_OF_TOPIC = 0.9  # above it our own page goes before the table of other authorities
CLOSE = 0.93  # the second hit nearly as good as the first
NAMED = 0.5  # the title or a synonym covers half of the question
OFFICE_WORDS = (
    "rathaus*", "burgerburo*", "burgerservice*", "stadtverwaltung", "verwaltung", "amt", "buro", "behorde",
    "town hall", "office", "urzad*", "urad*", "radnice", "hivatal*", "общин*",
)  # fmt: skip


def decide(found: Found, asked: Asked, *, authority_words: int) -> Decision:
    """What to do with what the search found. `authority_words` = how many words name another authority."""
    confidence = found.confidence if found.hits else 0.0
    first = found.hits[0] if found.hits else None
    ours = first is not None and confidence >= ANSWER_FROM and first.why.name >= NAMED
    if not asked.beyond_deed:
        return Decision.DEED
    if not ours and any(route in asked.routes for route in LIVE):
        return Decision.LIVE
    if authority_words and not (ours and _is_surely_ours(confidence, asked, authority_words)):
        return Decision.AUTHORITY
    if confidence < ANSWER_FROM and asked.aspect in ("hours", "where", "phone") and _only_office_words(asked):
        return Decision.OFFICES
    if not ours and any(deed in asked.routes for deed in DEEDS):
        return Decision.DEED
    if first is None or confidence < OFFER_FROM:
        return Decision.REFUSE
    if confidence < ANSWER_FROM:
        return Decision.CANDIDATES
    return Decision.WHICH if _is_close(found) else Decision.ANSWER


def _is_surely_ours(confidence: float, asked: Asked, authority_words: int) -> bool:
    """Our page goes first when the question says more about it than about the other authority."""
    return (confidence >= SURE_OF_TOPIC and 2 * authority_words <= max(2, len(asked.topic))) or (
        len(asked.topic) > 2 * authority_words
    )


def _is_close(found: Found) -> bool:
    """Two pages whose names fit alike and whose scores hardly differ."""
    if len(found.hits) < 2:
        return False
    first, second = found.hits[:2]
    return second.score >= CLOSE * first.score and second.why.name >= first.why.name * CLOSE


def _only_office_words(asked: Asked) -> bool:
    return all(any(find(phrase.split(), [word]) for phrase in OFFICE_WORDS) for word in asked.topic)
