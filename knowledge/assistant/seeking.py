"""What the assistant asks of the search: the whole question and its subject alone, and how sure the better one is."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge.articles import retrieval
from knowledge.assistant.decision import ANSWER_FROM, CLOSE, sureness
from knowledge.assistant.reading import Asked
from portal.language.search import Found, Hit

CANDIDATES = 5
LOOKED_AT = 20
LIKELY_WINNERS = 8
CALLED = 0.7  # how much a page's name counts beside its score when five are chosen
NO_DOUBT = 0.9  # of the whole question: its subject alone need not be asked
KNOWN = 0.99  # a name of the page is the question, word for word
NEARLY = 0.9  # of the best score: then the title decides
SURE = 0.95
MUCH = 0.3
TITLED = 0.85
CALLED_SO, APART, CLEARLY = 0.6, 0.2, 0.85
IN_DISPUTE = 0.85  # the two searches like different pages best


def search(question: str, asked: Asked, language: str) -> Found:
    """The whole question, or its subject alone where that is surer: "mein Sohn ist 5 und" says nothing of the matter.

    `confidence` is that of `decision.sureness`; after the hits of the better search come those of the other one.
    """
    whole = _ask(question, language)
    if whole.confidence >= NO_DOUBT or not asked.subject or len(asked.topic) == len(asked.words):
        return _five([whole])
    short = _ask(asked.subject, language)
    better, other = (short, whole) if short.confidence > whole.confidence else (whole, short)
    if other.hits and better.hits and better.hits[0].key != other.hits[0].key:
        better = replace(better, confidence=better.confidence * IN_DISPUTE)
    return _five([better, other])


def _five(searches: Sequence[Found]) -> Found:
    """The pages to go on with: in doubt those of both searches that score well and are called what was asked."""
    best = searches[0]
    if best.confidence >= ANSWER_FROM:
        return replace(best, hits=best.hits[:CANDIDATES])
    rated: dict[str, tuple[float, Hit]] = {}
    for found in searches:
        most = max((hit.score for hit in found.hits), default=0.0)
        for hit in found.hits:
            worth = (hit.score / most) ** 0.5 * (1 + CALLED * hit.why.name)
            if hit.key not in rated or worth > rated[hit.key][0]:
                rated[hit.key] = (worth, hit)
    likely = [hit for _worth, hit in sorted(rated.values(), key=lambda pair: -pair[0])]
    first = best.hits[:1]
    rest = [hit for hit in likely if hit.key not in [one.key for one in first]]
    return replace(best, hits=(*first, *rest)[:CANDIDATES])


def _ask(text: str, language: str) -> Found:
    found = retrieval.search(text, language=language, limit=LOOKED_AT, quote=False)
    if not found.hits:
        return replace(found, confidence=0.0)
    hits = list(found.hits)
    so_called = [hit for hit in hits[:LIKELY_WINNERS] if _is_known(hit)]
    asked_before = so_called[0] if len(so_called) == 1 else None
    first = asked_before or _best_named(hits)
    hits.remove(first)
    hits.insert(0, first)
    sure = SURE if asked_before else sureness(hits, len(found.words))
    if _is_its_title(hits):
        sure = max(sure, TITLED)
    return replace(found, hits=tuple(hits), confidence=sure)


def _best_named(hits: list[Hit]) -> Hit:
    """The first hit, unless one that scores nearly as high is called so much more like the question."""
    best = hits[0]
    for hit in hits[1:LIKELY_WINNERS]:
        share = CLOSE if hit.why.title < KNOWN else NEARLY
        if hit.score >= share * hits[0].score and hit.why.title >= best.why.title + MUCH:
            best = hit
    return best


def _is_its_title(hits: list[Hit]) -> bool:
    """Whether the question is what the first page is called and no other is: common words score low, yet mean just this."""
    first, others = hits[0], hits[1:LIKELY_WINNERS]
    return (
        first.why.title >= CALLED_SO
        and first.why.coverage >= KNOWN
        and all(
            hit.why.title <= first.why.title - APART and hit.score <= CLEARLY * first.score for hit in others
        )
    )


def _is_known(hit: Hit) -> bool:
    """Whether this is a name of the page, or a question that an editor wrote down for it, word for word."""
    return hit.why.name >= KNOWN and hit.why.coverage >= KNOWN
