"""What a question goes on with: the page spoken of, a sister of it, or one of those offered."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge.articles import retrieval
from knowledge.articles.retrieval import MOTHER_TONGUE
from knowledge.assistant import answers, fees, office_lines, quotable, reading, seeking
from knowledge.assistant.decision import ANSWER_FROM, LIKELY_FROM, NAMED
from knowledge.assistant.phrases import named, words_of
from knowledge.assistant.reading import Asked
from knowledge.assistant.replies import Memory, Reply
from knowledge.assistant.sentences import holds, met_by
from portal.language.analysis import analyser
from portal.language.search import Found

MOST_IN_FOLLOW_UP = 3  # words of topic: a longer question speaks for itself
MOST_NEAR = 3
SHORTEST_SUBJECT = 3
DEEDS = ("anmelden", "abmelden", "ummelden", "verlangern", "abholen")
"""What has a page of its own beside that of the matter, here and there."""
IMPLIED = {"payment": "payment", "form": "form", "day": "hours", "person": "who"}
"""What is asked with such a word where nothing more telling is: "and on Saturdays?", "can my husband do it?"."""
ONE_MORE = "second"  # "the third dog" is one more of what was spoken of
OPEN = ("", "allowed", "how", "when", "appointment")


def of_the_last(asked: Asked, memory: Memory, language: str) -> tuple[Reply, Memory] | None:
    """Go on with the last article or a sister of it: its aspect and case hold until another one is named."""
    page = quotable.load([memory.article_id], language).get(memory.article_id)
    if page is None:
        return None
    if (other := _sister(page, asked, language) or _on_that_day(page, asked, language)) is not None:
        page, memory = other, replace(memory, slots=())
    if asked.aspect in OPEN and (meant := next((IMPLIED[way] for way in IMPLIED if way in asked.ways), "")):
        said_there = meant == "hours" and quotable.speaks_of(page, asked.topic)
        asked = asked if said_there else replace(asked, aspects=(meant, *asked.aspects))
    return on(page, asked, memory, language)


def _sister(page: quotable.Page, asked: Asked, language: str) -> quotable.Page | None:
    """The page about the same thing whose title says what is to be done, where the last one's does not."""
    title = page.article.title
    deed = next((way for way in asked.ways if way in DEEDS), "")
    if not deed or holds(f"{title} {' '.join(page.text.synonyms)}", [deed], MOTHER_TONGUE):
        return None
    little = analyser(MOTHER_TONGUE)
    own = [
        word
        for word in words_of(title)
        if not (little.is_stop(word) or named("ways", [word], [MOTHER_TONGUE]))
    ]
    found = retrieval.search(f"{title} {deed}", language=MOTHER_TONGUE, limit=MOST_NEAR, quote=False)
    for hit in found.hits:
        said = words_of(hit.title)
        shared = [word for word in own if _is_alike(word, said)]
        if (
            int(hit.key) != page.article.pk
            and holds(hit.title, [deed], MOTHER_TONGUE)
            and 2 * len(shared) >= len(own) > 0
        ):
            return quotable.load([int(hit.key)], language).get(int(hit.key))
    return None


def _on_that_day(page: quotable.Page, asked: Asked, language: str) -> quotable.Page | None:
    """A page called so: "and on Saturday?" after the registration of a marriage is about the wedding."""
    if (
        "day" not in asked.ways
        or not asked.topic
        or asked.aspect not in OPEN
        or quotable.speaks_of(page, asked.topic)
    ):
        return None
    found = retrieval.search(
        f"{page.text.title} {asked.subject}", language=language, limit=MOST_NEAR, quote=False
    )
    pages = quotable.load([int(hit.key) for hit in found.hits], language).values()
    return next((near for near in pages if quotable.is_about(near, asked.topic)), None)


def _is_alike(word: str, said: Sequence[str]) -> bool:
    """Whether one of two words is the other or a part of it: an Ausweis may be a Personalausweis."""
    longer = [
        other for other in said if len(other) > SHORTEST_SUBJECT and met_by(other, [word], MOTHER_TONGUE)
    ]
    return bool(longer) or met_by(word, said, MOTHER_TONGUE)


def on(page: quotable.Page, asked: Asked, memory: Memory, language: str) -> tuple[Reply, Memory]:
    """This page is meant: answer from it what is asked now or was asked before."""
    aspect = asked.aspect or ("" if asked.whole and asked.topic else memory.aspect)
    cases = asked.cases or memory.slots
    asked = asked if asked.age or not memory.age else replace(asked, age=memory.age)
    row = asked.words if asked.topic or asked.counts else memory.row
    if aspect == "cost" and row is memory.row:
        asked = replace(asked, topic=row, words=(*asked.words, *row))
    reply = answers.answer(page, asked=asked, aspect=aspect, cases=cases, language=language)
    if reply.kind != "answer" and not asked.aspect:  # what was asked before need not be what is asked now
        aspect = ""
        reply = answers.answer(page, asked=asked, aspect=aspect, cases=cases, language=language)
    kept = Memory(page.article.pk, aspect, cases, age=asked.age, offices=told_of(page, aspect), row=row)
    return reply.with_(confidence=1.0), kept


def told_of(page: quotable.Page, aspect: str) -> tuple[int, ...]:
    """The offices that an answer from this page names."""
    return tuple(office.pk for office in page.offices) if aspect in office_lines.PLACES else ()


def follow_up(
    question: str, asked: Asked, memory: Memory, found: Found, language: str
) -> tuple[Reply, Memory] | None:
    """The answer, if the question goes on with what was said; None if it stands for itself."""
    if len(asked.topic) > MOST_IN_FOLLOW_UP or any(route in asked.routes for route in reading.LIVE):
        return None
    if memory.pending and (page := chosen(asked, memory, language)) is not None:
        return on(page, asked, memory, language)
    if not memory.article_id or not (
        page := quotable.load([memory.article_id], language).get(memory.article_id)
    ):
        return None
    first = found.hits[0] if found.hits else None
    if first is not None and int(first.key) == memory.article_id:
        return on(page, asked, memory, language)
    if first is not None and found.confidence >= ANSWER_FROM and first.why.title >= NAMED:
        return None
    named = first is not None and found.confidence >= LIKELY_FROM and first.why.title >= NAMED
    if len(asked.topic) == 1 and quotable.is_about(page, asked.topic, by_title=named):
        return on(page, asked, memory, language)
    sure = found.confidence >= ANSWER_FROM
    is_named = first is not None and first.why.title >= NAMED
    is_settled = not memory.pending  # not one of several that were only offered
    if is_settled and (asked.states or ONE_MORE in asked.cases) and not (sure or is_named):
        return on(page, asked, memory, language)
    # a word alone that names other pages
    is_new = first is not None and first.why.name >= NAMED and not asked.whole
    of_it = asked.refers_back or not (sure or is_new)
    if (of_it or asked.states) and quotable.spoken_of(page, asked.topic, language):
        return on(page, asked, memory, language)
    if memory.aspect == "cost" and not (sure or asked.aspect) and _names_a_fee(page, asked, language):
        return on(page, asked, memory, language)
    if asked.refers_back and not sure:
        both = seeking.search(f"{page.text.title} {question}", asked, language)
        other = next((hit for hit in both.hits[:2] if int(hit.key) != memory.article_id), None)
        pages = quotable.load([int(other.key)], language) if other else {}
        for near in pages.values():
            if quotable.is_about(near, asked.topic):
                return on(near, asked, replace(memory, slots=()), language)
    return None


def _names_a_fee(page: quotable.Page, asked: Asked, language: str) -> bool:
    """Whether all that is said is a row of the fees that were asked for: "a family" after the swimming pool."""
    said = fees.choose(
        page.fees, asked=asked, cases=(), title=page.article.title, called=page.text.title, language=language
    )
    return said.narrowed and bool(said.met) and said.met >= set(asked.own or asked.topic)


def chosen(asked: Asked, memory: Memory, language: str) -> quotable.Page | None:
    """The one of the pages offered that the citizen names."""
    pages = quotable.load(memory.pending, language).values()
    named = [page for page in pages if quotable.is_about(page, asked.topic)]
    exact = [page for page in named if quotable.is_named(page, asked.topic)]
    return (exact or named)[0] if len(exact or named) == 1 else None


def in_its_light(question: str, asked: Asked, last: quotable.Page, language: str) -> list[int]:
    """Pages for a short question read together with what was spoken of: "and if I stop again?" after a trade's begin."""
    found = seeking.search(f"{last.text.title} {asked.subject or question}", asked, language)
    near = [int(hit.key) for hit in found.hits if int(hit.key) != last.article.pk]
    return [*near[:MOST_NEAR], *quotable.neighbours(last.article)]


def without_wish(memory: Memory) -> Memory:
    """What is kept after a question that had no answer: the page before it, but not what was wanted or offered."""
    return replace(memory, aspect="", slots=(), pending=())


def may_go_on(asked: Asked, memory: Memory) -> list[int]:
    """What was spoken of, where a question is so short that it may still be meant."""
    last = [memory.article_id] if memory.article_id else list(memory.pending[:1])
    return last if len(asked.topic) <= MOST_IN_FOLLOW_UP else []
