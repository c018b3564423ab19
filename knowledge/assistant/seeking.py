"""What the assistant asks of the search: the whole question and its subject alone, and how sure the better one is."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from knowledge.articles import retrieval
from knowledge.articles.retrieval import MOTHER_TONGUE
from knowledge.assistant.decision import ANSWER_FROM, CLOSE, LIKELY_FROM, sureness
from knowledge.assistant.phrases import words_of
from knowledge.assistant.reading import DEEDS, Asked
from knowledge.assistant.sentences import met_by
from portal.language.analysis import analyser
from portal.language.folding import bare, fold
from portal.language.search import Found, Hit
from portal.language.thesaurus import in_german

_PLACE = re.compile(r"\b(?:in|aus|bei|w|we|v|ve|в|във)\s+(\w+)", re.IGNORECASE)
CANDIDATES = 5
LOOKED_AT = 20
LIKELY_WINNERS = 8
CALLED = 0.7  # how much a page's name counts beside its score when five are chosen
NO_DOUBT = 0.9  # of the whole question: its subject alone need not be asked
KNOWN = 0.99  # a name of the page is the question, word for word
NEARLY = 0.9  # of the best score: then the title decides
ABOUT = 0.85
SURE = 0.95
MUCH = 0.3
TITLED = 0.85
CALLED_SO, APART, CLEARLY = 0.6, 0.2, 0.85
OWN_SUBJECT = 0.6
LOST, LOST_IN_GERMAN = "lost", "verloren"
IN_DISPUTE = 0.85  # the two searches like different pages best


Reword = Callable[[str, str], str]
"""A question and its language -> other words for it, or nothing."""


def search(question: str, asked: Asked, language: str, reword: Reword | None = None) -> Found:
    """The whole question, or its subject alone where that is surer: "mein Sohn ist 5 und" says nothing of the matter.

    What is to be done about it ("I want to book …") is not searched for. `confidence` is that of `decision.sureness`; after
    the hits of the better search come those of the other ones.
    """
    found = _search(question, asked, language, reword)
    if language != MOTHER_TONGUE and LOST in asked.cases:
        found = _of_the_loss(found, asked, language)
    if found.hits and found.confidence < ANSWER_FROM and _alone_is_called(found, asked):
        found = replace(found, confidence=TITLED)
    is_unsure = _is_elsewhere(question, found) or is_half_heard(asked, found, language)
    if found.confidence >= ANSWER_FROM and is_unsure:
        return replace(found, confidence=ANSWER_FROM - 0.01)
    return found


def _of_the_loss(found: Found, asked: Asked, language: str) -> Found:
    """What to do when a thing is lost, where pages in the language of the question only tell how to get it."""
    meant = in_german(asked.subject, language)
    german = _ask(f"{meant} {LOST_IN_GERMAN}", MOTHER_TONGUE) if meant else found
    is_other = german.hits and german.hits[0].key not in [hit.key for hit in found.hits[:1]]
    return german if is_other and german.confidence >= ANSWER_FROM else found


def _alone_is_called(found: Found, asked: Asked) -> bool:
    """Whether the first page and no other likely one is called just what was asked: "Reisepass beantragen" for "Reisepass"."""
    words = analyser(found.language)
    wanted = {words.stem(token.text) for token in words.tokens(asked.subject)}
    called = [
        hit.key
        for hit in found.hits
        if wanted
        == {
            words.stem(token.text)
            for token in words.tokens(hit.title)
            if not (words.is_stop(token.text) or words.is_weak(token.text))
        }
    ]
    return called == [found.hits[0].key]


def _is_elsewhere(question: str, found: Found) -> bool:
    """ "in" a place that no page ever names, such as another city: nobody can be sure that ours is meant."""
    unknown = {bare(word) for word in found.unknown}
    return any(bare(fold(place)) in unknown for place in _PLACE.findall(question))


def is_half_heard(asked: Asked, found: Found, language: str) -> bool:
    """German pages for a price of which the word lists know less than half: "a stopping ban for moving" is not a move."""
    is_translated = language != MOTHER_TONGUE and found.language == MOTHER_TONGUE
    if not (is_translated and asked.aspect == "cost" and asked.own and found.hits):
        return False
    title, whole = words_of(found.hits[0].title), in_german(" ".join(asked.own), language)
    heard = [
        word
        for word in asked.own
        if met_by(word, title, MOTHER_TONGUE)
        or in_german(" ".join(other for other in asked.own if other != word), language) != whole
    ]
    return 2 * len(heard) < len(asked.own)


def _search(question: str, asked: Asked, language: str, reword: Reword | None) -> Found:
    deed = any(deed in asked.routes for deed in DEEDS)
    thing = _ask(asked.subject, language) if asked.waits else None  # not what is to be done once it is ready
    if thing and thing.hits and (thing.confidence >= ANSWER_FROM or _alone_is_called(thing, asked)):
        return _five([thing])
    whole = _ask(asked.subject if deed and asked.subject else question, language)
    if whole.confidence >= NO_DOUBT or not asked.subject or len(asked.topic) == len(asked.words):
        return _told_otherwise([whole, *_in_german(whole, question, language)], question, language, reword)
    short = _ask(asked.subject, language)
    better, other = (short, whole) if short.confidence > whole.confidence else (whole, short)
    if other.hits and better.hits and better.hits[0].key != other.hits[0].key:
        if asked.aspect and short.confidence >= OWN_SUBJECT:
            # "fertig" in "wann ist … fertig" asks for a time, not for what is fetched
            better, other = short, whole
        better = replace(better, confidence=better.confidence * IN_DISPUTE)
    searches = [better, other, *_in_german(better, question, language)]
    return _told_otherwise(searches, question, language, reword)


def _told_otherwise(searches: Sequence[Found], question: str, language: str, reword: Reword | None) -> Found:
    """In doubt with what other words find, too: a page that both know may be sure, another one is only offered."""
    own = _five(searches)
    words = reword(question, language) if reword and own.confidence < ANSWER_FROM else ""
    if not words:
        return own
    other = _ask(words, language)
    if other.hits and other.hits[0].key in [hit.key for hit in own.hits]:
        return _five([other, *searches])
    offered = min(max(own.confidence, other.confidence), LIKELY_FROM)
    return _five([replace(searches[0], confidence=max(own.confidence, offered)), *searches[1:], other])


def _in_german(found: Found, question: str, language: str) -> list[Found]:
    """What German pages say, where those of the question's own language give nothing sure: offered beside them."""
    if found.confidence >= ANSWER_FROM or MOTHER_TONGUE in (language, found.language):
        return []
    meant = in_german(question, language)
    return [_ask(meant, MOTHER_TONGUE)] if meant else []


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
    so_called = [hit for hit in hits[:LIKELY_WINNERS] if _is_known(hit) and not _has_rival(hit, hits)]
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


def _has_rival(hit: Hit, hits: Sequence[Hit]) -> bool:
    """Whether another page scores about as high and its title fits no worse: then a name alone decides nothing."""
    return any(
        other is not hit and other.score >= ABOUT * hit.score and other.why.title >= hit.why.title
        for other in hits[:LIKELY_WINNERS]
    )


def _is_known(hit: Hit) -> bool:
    """Whether this is a name of the page, or a question that an editor wrote down for it, word for word."""
    return hit.why.name >= KNOWN and hit.why.coverage >= KNOWN
