"""One question in, replies and a memory out. Every text comes from published pages or from this program's own sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.utils import translation

from knowledge.assistant import (
    answers,
    authorities,
    going_on,
    guard,
    meant,
    office_lines,
    other_places,
    questions,
    quotable,
    reading,
    routes,
    seeking,
    tongue,
    urgent,
)
from knowledge.assistant.decision import (
    ANSWER_FROM,
    LIKELY_FROM,
    NAMED,
    Decision,
    decide,
    is_a_guess,
)
from knowledge.assistant.reading import TIMES, Asked
from knowledge.assistant.replies import Memory, Reply, Source
from knowledge.models import Article
from portal.language.search import Found
from portal.models import Office

MOST_WANTED = 4
FAR = ("task", "private", "advice")
"""Declined without pages beside it: none can be meant."""
MOST_NEAR = 3
VEHICLES = (
    "bus", "bahn", "tram", "strassenbahn", "zug", "auto", "rad", "fahrrad", "linie", "train", "car", "bike", "metro", "subway",
    "fahr", "faehrt", "stop", "autobus", "pociag", "vlak", "vonat", "villamos", "автобус", "трамва", "влак", "кола",
)  # fmt: skip
"""With what one gets somewhere: no word of where."""
CALLED, FAIRLY_SURE = 0.6, 0.6  # a page is called what was asked
TITLED_SO = 0.3
NAMED_SO = 0.25  # of the question: such a page is worth a look where nothing is sure


def converse(
    text: str, *, memory: Memory, language: str, reword: seeking.Reword | None = None
) -> tuple[list[Reply], Memory]:
    """Answer a text: several questions one by one. `language` is that of the page; the question's own goes first.

    `reword` may give other words to search for where our own are not sure.
    """
    try:
        plain = guard.clean(text)
    except guard.Rejected as rejection:
        return [routes.rejected(rejection.why).with_(spoken=language)], memory
    spoken = tongue.spoken(plain, language)
    replies: list[Reply] = []
    with translation.override(spoken):
        for question in _each_subject(questions.one_by_one(plain, spoken), spoken):
            reply, memory = _one(question, memory, spoken, goes_on=bool(replies), reword=reword)
            if not (reply.is_choice and _same_choice(reply, replies)):
                replies.append(routes.with_its_language(reply.with_(question=question, spoken=spoken)))
    return replies, memory


def _same_choice(reply: Reply, said: Sequence[Reply]) -> bool:
    """Whether just these pages stand to be chosen already: three wishes for one unclear thing are one question back."""
    pages = {source.article_id for source in reply.candidates}
    return any(one.is_choice and pages == {source.article_id for source in one.candidates} for one in said)


def _each_subject(asked: Sequence[str], language: str) -> Iterator[str]:
    """A question about two things, each sure of a page of its own, becomes two."""
    for question in asked:
        read = reading.read(question, language)
        both = questions.two_subjects(question, read) if read.aspect else None
        yield from both if both and _have_own_pages(both, language) else (question,)


def _have_own_pages(both: Sequence[str], language: str) -> bool:
    found = [seeking.search(question, reading.read(question, language), language) for question in both]
    first = [one.hits[0] for one in found if one.hits and one.confidence >= FAIRLY_SURE]
    return len({hit.key for hit in first}) == len(both) and all(hit.why.name >= CALLED for hit in first)


def _one(
    question: str, memory: Memory, language: str, *, goes_on: bool, reword: seeking.Reword | None
) -> tuple[Reply, Memory]:
    """The sentences around an answer are in the language of the question, whatever its pages are in."""
    put_right = questions.corrected(question, language) if memory.article_id else ""
    question = put_right or question
    asked = reading.read(question, language)
    states = not (asked.aspects or asked.routes) and questions.is_stated(question, language)
    asked = replace(
        asked,
        refers_back=asked.refers_back or goes_on,
        whole=questions.asks(question, language) and not states,
        yes_no=questions.is_yes_no(question, language),
        states=states,
        corrects=bool(put_right),
    )
    for route in asked.routes:
        if route in reading.URGENT:
            near = () if route == "crisis" else _beside_danger(question, asked, language)
            return urgent.reply(route, near), memory
    if number := asked.number or (asked.mistyped_number if "status" in asked.routes else ""):
        return routes.deed("status", number, (), language), memory
    if "privacy" in asked.routes and not asked.own_matter:
        return routes.privacy(), memory
    if talk := reading.small_talk(asked):
        return routes.small_talk(talk), memory
    goes_there = asked.refers_back or asked.aspect == "way" or (asked.is_bare and not memory.article_id)
    if memory.offices and goes_there and (on_places := _on_offices(question, asked, memory, language)):
        return on_places, memory
    goes_on_so = memory.article_id and not asked.own and not going_on.chosen(asked, memory, language)
    only_a_day = not asked.own and asked.ways == ("day",)
    if asked.is_bare or goes_on_so or only_a_day or (asked.says_little and not memory.article_id):
        return _bare(question, asked, memory, language)
    return _about(question, asked, memory, language, reword)


def _on_offices(question: str, asked: Asked, memory: Memory, language: str) -> Reply | None:
    """The offices spoken of, asked on: when, where, how to get there (pages on buses stand beside), "and on Friday?"."""
    offices = list(Office.objects.filter(pk__in=memory.offices, active=True).order_by("pk"))
    of_another = any(not word.startswith(VEHICLES) for word in asked.own)
    aspect = "hours" if asked.ways == ("day",) and not asked.aspects else asked.aspect
    aspect = "way" if asked.own and not of_another else aspect
    if not offices or of_another or aspect not in (*office_lines.PLACES, "way"):
        return None
    if aspect != "way":
        return routes.office_facts(aspect, offices)
    near = _near(seeking.search(question, asked, language), language, most=1)
    return routes.office_facts("where", offices).with_(candidates=tuple(near))


def _bare(question: str, asked: Asked, memory: Memory, language: str) -> tuple[Reply, Memory]:
    """Only an aspect or a case: of the last article, of the offices, or of what?"""
    # "when do I get it?" of a page that tells how long
    when_done = memory.article_id and asked.aspect in TIMES
    for route in reading.FIRM:
        if route in asked.routes and not (route == "own" and when_done):
            return routes.live(route), memory
    says_something = (
        asked.aspect
        or asked.cases
        or asked.age
        or (asked.counts and not memory.pending)
        or asked.refers_back
        or asked.ways
    )
    if (
        memory.article_id
        and says_something
        and (said := going_on.of_the_last(asked, memory, language)) is not None
    ):
        return said
    if asked.cases and not asked.aspect:
        told = _about(question, asked, memory, language)
        if told[0].kind != "refusal":  # "children" is what pages are about, "at once" is not
            return told
    for deed in reading.DEEDS:
        if deed in asked.routes:
            return _deed(deed, question, [memory.article_id], language), memory
    if memory.pending and asked.aspect:
        pages = quotable.load(memory.pending, language)
        offered = routes.which([page.source() for page in pages.values()], asked.aspect)
        return offered, replace(memory, aspect=asked.aspect)
    if asked.aspect in office_lines.PLACES:
        return routes.office_facts(asked.aspect), replace(memory, aspect=asked.aspect)
    for route in reading.LIVE:
        if route in asked.routes:
            return routes.live(route), memory
    aspect = asked.aspect or memory.aspect
    near = _near(seeking.search(question, asked, language), language) if asked.aspect else []
    reply = routes.what_about(_most_wanted(language), aspect)
    return reply.with_(candidates=tuple(near)), Memory(0, aspect, asked.cases)


def _about(
    question: str, asked: Asked, memory: Memory, language: str, reword: seeking.Reword | None = None
) -> tuple[Reply, Memory]:
    found = seeking.search(question, asked, language, reword)
    other, named = authorities.responsible([*asked.words, *asked.verbs])
    if not named:
        other, named = authorities.responsible_in_german(question, language)
    if (
        named
        and not meant.is_named_for(named, found)
        and (own := meant.without_others(question, asked, named, found, language))
    ):
        found, named = own, ()
    elsewhere = bool(named) and len(named) >= len(asked.topic)  # "Und Bürgergeld?" says only what is not ours
    if not elsewhere and (said := going_on.follow_up(question, asked, memory, found, language)) is not None:
        return said
    goes_on = asked.refers_back or asked.states or asked.corrects or not memory.article_id
    aspect = asked.aspect or (memory.aspect if goes_on else "")
    if named and meant.is_named_for(named, found):
        named = ()
    on_page = not named or meant.first_speaks_of(named, asked, found, language)
    decision = decide(found, asked, authority_words=len(named), on_page=on_page)
    if aspect == "hours":  # a page knows more of them than the table of offices: the holidays, the sauna
        decision = meant.unless_one_is_named(decision, asked, found, language)
    if aspect in office_lines.PLACES and decision in (Decision.CANDIDATES, Decision.REFUSE, Decision.OFFICES):
        offices = office_lines.named_offices(asked.topic, language)
        if offices or decision == Decision.OFFICES:
            told_of = tuple(office.pk for office in offices)
            return routes.office_facts(aspect, offices), replace(memory, aspect=aspect, offices=told_of)
    decision = meant.unless_one_is_named(decision, asked, found, language)
    decision = meant.unless_one_says_it(decision, asked, found, language)
    if decision == Decision.AUTHORITY and other is not None:
        near = _near(found, language, going_on.may_go_on(asked, memory))
        return routes.authority(other, near), Memory()
    if other_places.is_asked_about(asked):
        return routes.elsewhere(question, _near(found, language)), going_on.without_wish(memory)
    if decision == Decision.LIVE:
        route = next(route for route in reading.LIVE if route in asked.routes)
        near = [] if route in FAR or is_a_guess(found) else _near(found, language)
        offered = tuple(page.article_id for page in near)
        return routes.live(route, near), replace(going_on.without_wish(memory), pending=offered)
    if decision == Decision.DEED:
        deed = next(deed for deed in reading.DEEDS if deed in asked.routes)
        likely = [int(hit.key) for hit in found.hits[:1] if _is_likely(found)]
        reply = _deed(deed, question, [*likely, memory.article_id], language)
        return reply.with_(candidates=tuple(_beside_deed(found, language))), memory
    reply, kept = _from_pages(question, asked, aspect, language, found, decision, memory)
    return _with_its_deed(reply, kept, question, asked, language), kept


def _with_its_deed(reply: Reply, kept: Memory, question: str, asked: Asked, language: str) -> Reply:
    """The reply with the way to do what is wanted, or to report what is broken, in front of the others."""
    for route in (*reading.DEEDS, reading.DEFECT):
        if route in asked.routes and reply.kind != "refusal":
            deed = route if route != reading.DEFECT else "report"
            ways = _deed(deed, question, [kept.article_id], language).buttons
            rest = tuple(button for button in reply.buttons if button not in ways)
            return reply.with_(buttons=(*ways, *rest))
    return reply


def _is_likely(found: Found) -> bool:
    return found.confidence >= LIKELY_FROM or found.hits[0].why.title >= NAMED


def _deed(route: str, question: str, article_ids: Sequence[int], language: str) -> Reply:
    """A deed for what the conversation is about."""
    services = Article.objects.filter(pk__in=article_ids, service__isnull=False)
    service_ids = list(services.values_list("service_id", flat=True))
    return routes.deed(route, "" if route == "status" else question, service_ids, language)


def _near(found: Found, language: str, last: Sequence[int] = (), *, most: int = MOST_NEAR) -> list[Source]:
    """Pages of our own that come near, to be offered beside somebody else's name or an honest no."""
    likely = found.confidence >= LIKELY_FROM
    keys = [int(hit.key) for hit in found.hits if likely or hit.why.name >= NAMED_SO]
    keys = list(dict.fromkeys([*keys[: most - len(last)], *last]))
    pages = quotable.load(keys, language)
    return [pages[key].source() for key in keys if key in pages]


def _beside_deed(found: Found, language: str) -> list[Source]:
    """Pages called what is said, beside a way to do it: a complaint shares many a word with pages that are not meant."""
    hits = tuple(hit for hit in found.hits if hit.why.title >= NAMED or hit.why.name >= CALLED)
    return _near(replace(found, hits=hits), language)


def _beside_danger(question: str, asked: Asked, language: str) -> list[Source]:
    """Pages that help with a threat; of a fire those whose title says what happened, as a lamp may burn, too."""
    found = seeking.search(question, asked, language)
    if "emergency" not in asked.routes:
        return _near(found, language)
    return _near(
        replace(found, hits=tuple(hit for hit in found.hits if hit.why.title >= TITLED_SO)), language
    )


def _from_pages(
    question: str,
    asked: Asked,
    aspect: str,
    language: str,
    found: Found,
    decision: Decision,
    memory: Memory,
) -> tuple[Reply, Memory]:
    keys = [int(hit.key) for hit in found.hits] if decision != Decision.REFUSE else []
    means_something = asked.refers_back or len(found.unknown) < max(len(found.words), 1)
    last = going_on.may_go_on(asked, memory) if decision != Decision.ANSWER and means_something else []
    if last and (spoken_of := quotable.load(last, language)):
        own = keys if found.confidence >= LIKELY_FROM else keys[:1]
        keys = [
            *own[:1],
            *last,
            *own[1:],
            *going_on.in_its_light(question, asked, spoken_of[last[0]], language),
            *keys,
        ]
        decision = Decision.CANDIDATES if decision == Decision.REFUSE else decision
    keys = list(dict.fromkeys(keys))[: seeking.CANDIDATES]
    pages = quotable.load(keys, language)
    shown = [pages[key] for key in dict.fromkeys(keys) if key in pages]
    if (decision == Decision.REFUSE or not shown) and (talk := reading.small_talk(asked, alone=False)):
        return routes.small_talk(talk), memory
    if decision == Decision.REFUSE or not shown:
        near = _near(found, language, going_on.may_go_on(asked, memory))
        return routes.refusal(question, near), going_on.without_wish(memory)
    if decision == Decision.CANDIDATES and not last and is_a_guess(found):
        if "insult" in asked.routes:
            return routes.small_talk("insult"), memory
        offered = [near.source() for near in shown[:MOST_NEAR]]
        return routes.unsure(question, offered), going_on.without_wish(memory)
    page = shown[0]
    likely = Memory(
        page.article.pk, aspect, asked.cases, age=asked.age, offices=going_on.told_of(page, aspect)
    )
    goes_on_with = memory.article_id if memory.article_id in last else 0
    if decision in (Decision.CANDIDATES, Decision.WHICH):
        return _choice(shown, found, decision, likely, goes_on_with)
    hit = next(hit for hit in found.hits if int(hit.key) == page.article.pk)
    reply = answers.answer(
        page, asked=asked, aspect=aspect, cases=asked.cases, met=hit.why.terms, language=language
    )
    if reply.kind != "answer" and found.confidence < ANSWER_FROM:  # it does not say that: another page may
        return _choice(shown, found, Decision.CANDIDATES, likely, goes_on_with)
    return reply.with_(confidence=found.confidence), likely


def _choice(
    shown: Sequence[quotable.Page], found: Found, decision: Decision, likely: Memory, goes_on_with: int
) -> tuple[Reply, Memory]:
    """Which of these pages? A likely first one is what the next question goes on with, else the one before."""
    sources = [near.source() for near in shown[: seeking.CANDIDATES]]
    is_open = decision == Decision.WHICH or found.confidence < LIKELY_FROM
    first = goes_on_with if is_open else likely.article_id
    kept = replace(likely, article_id=first, pending=tuple(near.article.pk for near in shown))
    reply = routes.which(sources, likely.aspect) if decision == Decision.WHICH else routes.candidates(sources)
    return reply.with_(confidence=found.confidence), kept


def _most_wanted(language: str) -> Sequence[Source]:
    wanted = Article.objects.public().filter(service__isnull=False).order_by("-service__wanted", "title")
    pages = quotable.load(list(wanted.values_list("pk", flat=True)[:MOST_WANTED]), language)
    return [page.source() for page in pages.values()]
