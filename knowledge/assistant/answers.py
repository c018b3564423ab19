"""Answers from one article: the sentence, the facts computed from data, the passage word for word, the source."""

from collections.abc import Collection, Sequence

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from knowledge.assistant import fees, leads
from knowledge.assistant.phrases import named, words_of
from knowledge.assistant.quotable import Page, is_about, load, neighbours
from knowledge.assistant.reading import Asked
from knowledge.assistant.replies import Button, Fact, Quote, Reply
from knowledge.assistant.sentences import Sentence, best_sentences, first_sentence, sentences
from portal.language.analysis import LANGUAGES, analyser
from portal.language.marking import Piece, mark
from portal.look import money, richtext

LONGEST_QUOTE = 600
FEW = 2  # words
MOST_BESIDE = 4


def answer(
    page: Page, *, asked: Asked, aspect: str, cases: Sequence[str], language: str, met: Collection[str] = ()
) -> Reply:
    """The answer of one page to one question; without an aspect the sentence that fits best and what matters most.

    `cases` narrow the fees down; `met` are the terms by which the search found the page, to be marked.
    """
    chosen = fees.choose(
        page.fees,
        asked=asked,
        cases=cases,
        title=page.article.title,
        called=page.text.title,
        language=language,
    )
    only_named = not (aspect or cases) and _is_only_named(page, asked, language)
    telling = (only_named and _what_it_is_about(page)) or best_sentences(page.text, asked, aspect, met)
    told = leads.of(leads.Wish(page, asked, aspect, chosen, tuple(telling), language))
    if told is None:
        return _says_nothing(page, aspect)
    best = telling[0] if telling else None
    quote = _quote(best, page, met) if best and not _is_told(best, told.facts) else None
    shown = [told.text, *(line for fact in told.facts for line in fact.lines)]
    return Reply(
        kind="answer",
        text=told.text,
        facts=(*told.facts, *_see_also(page, telling[1:], aspect, shown, quote)),
        quote=quote,
        source=page.source(),
        buttons=(*_variants(chosen, aspect, cases, language), *_buttons(page, aspect)),
        aspect=aspect,
        language=page.text.language,
        spoken=language,
        is_quoted=told.text in _said_by(page, best),
    )


def _what_it_is_about(page: Page) -> list[Sentence]:
    """The first statement of the summary."""
    summary = [said for said, _place in sentences(page.text) if said.section == "summary"]
    return [said for said in summary if not said.text.endswith("?")][:1]


def _said_by(page: Page, best: Sentence | None) -> tuple[str, ...]:
    """What of the page may stand as the first sentence."""
    parts = (page.text.summary, page.text.fees_note)
    firsts = (first_sentence(richtext.plain(part)) for part in parts)
    return (page.text.title, *firsts, best.text if best else "")


def _is_only_named(page: Page, asked: Asked, language: str) -> bool:
    """A word or two that name the page and ask nothing: then it is told what it is about."""
    if asked.whole or len(asked.topic) > FEW:
        return False
    return page.text.language != language or is_about(page, asked.topic)


def _see_also(
    page: Page, second: Sequence[Sentence], aspect: str, shown: Sequence[str], quote: Quote | None
) -> list[Fact]:
    """A second sentence that is not shown already; beside a fee only one that tells of money."""
    passage = "".join(piece.text for piece in quote.pieces) if quote else ""
    return [
        Fact(_("See also"), (sentence.text,), page.text.language)
        for sentence in second[:1]
        if (aspect != "cost" or money.is_named(sentence.text))
        and not any(sentence.text.rstrip(".") in said for said in (*shown, passage))
    ]


def _is_told(best: Sentence, facts: Sequence[Fact]) -> bool:
    """Whether the facts are the passage, word for word: a list of documents need not stand there twice."""
    told = {line for fact in facts for line in fact.lines}
    return best.section == "documents" and set(best.around.splitlines()) <= told


def _says_nothing(page: Page, aspect: str) -> Reply:
    """The right page perhaps, but not what was asked: it is offered with its neighbours, not told as an answer."""
    beside = load(neighbours(page.article)[:MOST_BESIDE], page.text.language)
    return Reply(
        kind="candidates",
        text=_("I have found this page, but it does not say that."),
        candidates=(page.source(), *(near.source() for near in beside.values())),
        aspect=aspect,
        buttons=_buttons(page, aspect),
        language=page.text.language,
    )


def _variants(chosen: fees.Chosen, aspect: str, cases: Sequence[str], language: str) -> tuple[Button, ...]:
    """Which case is yours? Asked where the fee depends on it and the citizen has not said."""
    if aspect != "cost" or cases or chosen.narrowed or len(chosen.fees) < 2:
        return ()
    known = [fee for fee in chosen.fees if named("cases", words_of(fee.condition), ("de",))]
    return tuple(
        Button(condition, question=_("And: %(case)s?") % {"case": condition})
        for condition in (fee.condition_in(language) for fee in known[:3])
    )


def _quote(telling: Sentence, page: Page, met: Collection[str]) -> Quote:
    """The section around the sentence, the words that were asked for marked."""
    anchor = f"#{telling.section.replace('_', '-')}" if telling.section not in ("summary", "body") else ""
    words = analyser(page.text.language if page.text.language in LANGUAGES else "de")
    text = shortened(telling.around, telling.text)
    return Quote("", mark(text, met, words) if met else (Piece(text),), f"{page.url}{anchor}")


def shortened(text: str, centre: str) -> str:
    """At most LONGEST_QUOTE characters of `text` with the sentence `centre` in them."""
    if len(text) <= LONGEST_QUOTE:
        return text
    start = max(0, text.find(centre))
    start = 0 if start + len(centre) < LONGEST_QUOTE else start
    cut = text[start : start + LONGEST_QUOTE]
    stop = max(cut.rfind(". "), cut.rfind("\n"))
    return cut[: stop + 1] if stop > LONGEST_QUOTE // 2 else f"{cut.rsplit(' ', 1)[0]} …"


def _buttons(page: Page, aspect: str) -> tuple[Button, ...]:
    """Ways on: book, online, and the aspects one asks next."""
    found = []
    service = page.article.service
    if service is not None and page.free:
        found.append(Button(_("Book an appointment"), url=way("appointments:what", service.slug)))
    if page.article.online_url:
        found.append(Button(_("Apply online"), url=page.article.online_url))
    if aspect == "form":
        found += [Button(form["label"], url=form["url"]) for form in page.article.forms]
    asked = {
        "cost": (bool(page.fees), _("What does it cost?")),
        "documents": (bool(page.text.documents), _("What do I bring?")),
        "duration": (bool(page.text.processing_time), _("How long does it take?")),
        "where": (bool(page.offices), _("Where is it?")),
    }
    found += [
        Button(text, question=text) for name, (there, text) in asked.items() if there and name != aspect
    ]
    return tuple(button for button in found if button.url or button.question)


def way(name: str, *args: str) -> str:
    """The address of another service's page, or nothing where the city does not run that service."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
