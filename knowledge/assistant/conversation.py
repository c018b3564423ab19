"""One question in, replies and a memory out. Every text comes from published pages or from this program's own sentences."""

from collections.abc import Sequence

from django.utils import translation

from knowledge import retrieval
from knowledge.assistant import answers, guard, reading, routes
from knowledge.assistant.decision import SURE_OF_TOPIC, Decision, decide
from knowledge.assistant.reading import Asked
from knowledge.assistant.replies import Memory, Quote, Reply, Source
from knowledge.models import Article
from portal.language.recognition import recognise
from portal.language.search import Found, Hit

CANDIDATES = 5
MOST_WANTED = 4


def converse(text: str, *, memory: Memory, language: str) -> tuple[list[Reply], Memory]:
    """Answer a text: several questions one by one. `language` is that of the page; the question's own goes first."""
    try:
        plain = guard.clean(text)
    except guard.Rejected as rejection:
        return [routes.rejected(rejection.why)], memory
    replies = []
    for question in guard.one_by_one(plain):
        reply, memory = _one(question, memory, language)
        replies.append(reply.with_(question=question))
    return replies, memory


def _one(question: str, memory: Memory, page_language: str) -> tuple[Reply, Memory]:
    language = recognise(question) or page_language
    with translation.override(language):
        return _in_language(question, memory, language)


def _in_language(question: str, memory: Memory, language: str) -> tuple[Reply, Memory]:
    """The sentences around an answer are in the language of the question, whatever its pages are in."""
    asked = reading.read(question, language)
    for route in reading.URGENT:
        if route in asked.routes:
            return routes.urgent(route), memory
    if asked.number:
        return routes.deed(asked, "status"), memory
    if talk := reading.small_talk(asked):
        return routes.small_talk(talk), memory
    if asked.is_bare:
        return _bare(asked, memory, language)
    return _about(question, asked, memory, language)


def _bare(asked: Asked, memory: Memory, language: str) -> tuple[Reply, Memory]:
    """Only an aspect or a case: of the last article, of the offices, or of what?"""
    aspect = asked.aspect or memory.aspect
    if memory.article_id:
        cases = tuple(dict.fromkeys([*asked.cases, *(() if asked.cases else memory.slots)]))
        page = answers.load([memory.article_id], language).get(memory.article_id)
        if page is not None and (asked.aspect or asked.cases):
            reply = answers.answer(page, aspect=aspect, cases=cases, passage=None, language=language)
            return _said(reply, page.text.language, language, 1.0), Memory(memory.article_id, aspect, cases)
    for deed in reading.DEEDS:
        if deed in asked.routes:
            return routes.deed(asked, deed), memory
    if asked.aspect in answers.PLACES:
        return routes.office_facts(asked.aspect), memory
    for route in reading.LIVE:
        if route in asked.routes:
            return routes.live(route), memory
    return routes.what_about(_most_wanted(language), aspect), Memory(0, aspect, asked.cases)


def _about(question: str, asked: Asked, memory: Memory, language: str) -> tuple[Reply, Memory]:
    found = _search(question, asked, language)
    other, said = routes.authority_for(asked.words)
    decision = decide(found, asked, authority_words=said if other else 0)
    if decision == Decision.AUTHORITY and other is not None:
        return routes.authority(other), memory
    if decision == Decision.LIVE:
        return routes.live(next(route for route in reading.LIVE if route in asked.routes)), memory
    if decision == Decision.DEED:
        return routes.deed(asked, next(deed for deed in reading.DEEDS if deed in asked.routes)), memory
    if decision == Decision.OFFICES:
        return routes.office_facts(asked.aspect or "hours"), memory
    return _from_pages(question, asked, memory, language, found, decision)


def _search(question: str, asked: Asked, language: str) -> Found:
    """The whole question, or its topic alone where that is surer: "mein Sohn ist 5 und" says nothing of the matter."""
    found = retrieval.search(question, language=language, limit=CANDIDATES)
    if found.confidence >= SURE_OF_TOPIC or len(asked.topic) == len(asked.words):
        return found
    short = retrieval.search(asked.topic_text, language=language, limit=CANDIDATES)
    return short if short.confidence > found.confidence else found


def _from_pages(
    question: str, asked: Asked, memory: Memory, language: str, found: Found, decision: Decision
) -> tuple[Reply, Memory]:
    pages = answers.load([int(hit.key) for hit in found.hits], language)
    shown = [pages[int(hit.key)] for hit in found.hits if int(hit.key) in pages]
    sources = [page.source() for page in shown]
    if decision == Decision.REFUSE or not shown:
        return routes.refusal(question, sources if decision == Decision.CANDIDATES else ()), memory
    aspect = asked.aspect or memory.aspect * (memory.article_id == 0)
    if decision == Decision.CANDIDATES:
        return routes.candidates(sources, found.confidence), memory
    if decision == Decision.WHICH:
        return routes.which(sources[:3], aspect).with_(confidence=found.confidence), Memory(
            0, aspect, asked.cases
        )
    page, hit = shown[0], found.hits[0]
    reply = answers.answer(
        page, aspect=aspect, cases=asked.cases, passage=_quote(hit, page.url), language=language
    )
    return _said(reply, page.text.language, language, found.confidence), Memory(
        page.article.pk, aspect, asked.cases
    )


def _said(reply: Reply, written: str, asked_in: str, confidence: float) -> Reply:
    """Mark the language of the text: where no translation exists, the page says so."""
    return reply.with_(language=written if written != asked_in else asked_in, confidence=confidence)


def _quote(hit: Hit, url: str) -> Quote | None:
    if hit.passage is None:
        return None
    anchor = f"#{hit.passage.anchor}" if hit.passage.anchor else ""
    return Quote(hit.passage.heading, hit.passage.pieces, f"{url}{anchor}")


def _most_wanted(language: str) -> Sequence[Source]:
    wanted = Article.objects.public().filter(service__isnull=False).order_by("-service__wanted", "title")
    pages = answers.load(list(wanted.values_list("pk", flat=True)[:MOST_WANTED]), language)
    return [page.source() for page in pages.values()]
