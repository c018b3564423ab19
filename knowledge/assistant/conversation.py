"""One question in, replies and a memory out. Every text comes from published pages or from this program's own sentences."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils import translation

from knowledge import retrieval
from knowledge.assistant import answers, guard, reading, routes
from knowledge.assistant.decision import NAMED, SURE_OF_TOPIC, Decision, decide
from knowledge.assistant.reading import Asked
from knowledge.assistant.replies import Memory, Quote, Reply, Source
from knowledge.models import Article
from portal.language.recognition import recognise
from portal.language.search import Found, Hit

CANDIDATES = 5
MOST_WANTED = 4
MOST_IN_FOLLOW_UP = 3
NO_DOUBT = 0.9  # of the whole question: its topic alone need not be asked


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
        return _bare(question, asked, memory, language)
    return _about(question, asked, memory, language)


def _bare(question: str, asked: Asked, memory: Memory, language: str) -> tuple[Reply, Memory]:
    """Only an aspect or a case: of the last article, of the offices, or of what?"""
    goes_on = memory.article_id and (asked.aspect or asked.cases)
    if goes_on and (said := _of_the_last(asked, memory, language)) is not None:
        return said
    if asked.cases and not asked.aspect:
        return _about(question, asked, memory, language)
    for deed in reading.DEEDS:
        if deed in asked.routes:
            return routes.deed(asked, deed), memory
    if asked.aspect in answers.PLACES:
        return routes.office_facts(asked.aspect), memory
    for route in reading.LIVE:
        if route in asked.routes:
            return routes.live(route), memory
    aspect = asked.aspect or memory.aspect
    return routes.what_about(_most_wanted(language), aspect), Memory(0, aspect, asked.cases)


def _of_the_last(asked: Asked, memory: Memory, language: str) -> tuple[Reply, Memory] | None:
    """Go on with the last article: its aspect and case hold until another one is named."""
    page = answers.load([memory.article_id], language).get(memory.article_id)
    if page is None:
        return None
    aspect = asked.aspect or memory.aspect
    cases = asked.cases or memory.slots
    reply = answers.answer(page, asked=asked, aspect=aspect, cases=cases, found=None, language=language)
    return reply.with_(confidence=1.0), Memory(memory.article_id, aspect, cases)


def _about(question: str, asked: Asked, memory: Memory, language: str) -> tuple[Reply, Memory]:
    found = _search(question, asked, language)
    if (
        _goes_on(asked, memory, found, language)
        and (said := _of_the_last(asked, memory, language)) is not None
    ):
        return said
    other, named = routes.authority_for(asked.words)
    decision = decide(found, asked, authority_words=named if other else 0)
    if decision == Decision.AUTHORITY and other is not None:
        return routes.authority(other), memory
    if decision == Decision.LIVE:
        return routes.live(next(route for route in reading.LIVE if route in asked.routes)), memory
    if decision == Decision.DEED:
        return routes.deed(asked, next(deed for deed in reading.DEEDS if deed in asked.routes)), memory
    if decision == Decision.OFFICES:
        return routes.office_facts(asked.aspect or "hours"), memory
    return _from_pages(question, asked, memory, language, found, decision)


def _goes_on(asked: Asked, memory: Memory, found: Found, language: str) -> bool:
    """A follow-up by its words, unless it names another page more clearly than it refers back."""
    if not memory.article_id or len(asked.topic) > MOST_IN_FOLLOW_UP:
        return False
    if found.hits and int(found.hits[0].key) == memory.article_id:
        return True
    if asked.refers_back:
        return not (found.hits and found.confidence >= SURE_OF_TOPIC and found.hits[0].why.title >= NAMED)
    page = answers.load([memory.article_id], language).get(memory.article_id)
    return page is not None and len(asked.topic) == 1 and answers.is_about(page, asked.topic)


def _search(question: str, asked: Asked, language: str) -> Found:
    """The whole question, or its topic alone where that is surer: "mein Sohn ist 5 und" says nothing of the matter."""
    found = retrieval.search(question, language=language, limit=CANDIDATES)
    if found.confidence >= NO_DOUBT or len(asked.topic) == len(asked.words):
        return found
    short = retrieval.search(asked.topic_text, language=language, limit=CANDIDATES)
    better, other = (short, found) if short.confidence > found.confidence else (found, short)
    known = {hit.key for hit in better.hits}
    return replace(better, hits=(*better.hits, *(hit for hit in other.hits if hit.key not in known)))


def _from_pages(
    question: str, asked: Asked, memory: Memory, language: str, found: Found, decision: Decision
) -> tuple[Reply, Memory]:
    pages = answers.load([int(hit.key) for hit in found.hits], language)
    shown = [pages[int(hit.key)] for hit in found.hits if int(hit.key) in pages]
    sources = [page.source() for page in shown[:CANDIDATES]]
    if decision == Decision.REFUSE or not shown:
        return routes.refusal(question), memory
    aspect = asked.aspect or memory.aspect * (memory.article_id == 0)
    page = shown[0]
    likely = Memory(page.article.pk, aspect, asked.cases)
    if decision == Decision.CANDIDATES:
        return routes.candidates(sources, found.confidence), likely
    if decision == Decision.WHICH:
        return routes.which(sources[:3], aspect).with_(confidence=found.confidence), likely
    hit = next(hit for hit in found.hits if int(hit.key) == page.article.pk)
    reply = answers.answer(
        page, asked=asked, aspect=aspect, cases=asked.cases, found=_quote(hit, page.url), language=language
    )
    return reply.with_(confidence=found.confidence), likely


def _quote(hit: Hit, url: str) -> Quote | None:
    if hit.passage is None:
        return None
    anchor = f"#{hit.passage.anchor}" if hit.passage.anchor else ""
    return Quote(hit.passage.heading, hit.passage.pieces, f"{url}{anchor}")


def _most_wanted(language: str) -> Sequence[Source]:
    wanted = Article.objects.public().filter(service__isnull=False).order_by("-service__wanted", "title")
    pages = answers.load(list(wanted.values_list("pk", flat=True)[:MOST_WANTED]), language)
    return [page.source() for page in pages.values()]
