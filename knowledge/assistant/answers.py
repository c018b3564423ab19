"""Answers from one article: the sentence, the facts computed from data, the passage word for word, the source."""

from collections.abc import Collection, Sequence

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from knowledge.articles.retrieval import MOTHER_TONGUE
from knowledge.assistant import fees, office_lines
from knowledge.assistant.phrases import named, words_of
from knowledge.assistant.quotable import Page, is_about, load, neighbours
from knowledge.assistant.reading import TIMES, Asked
from knowledge.assistant.replies import Button, Fact, Quote, Reply
from knowledge.assistant.sentences import (
    NAMED_THINGS,
    Sentence,
    best_sentences,
    first_sentence,
    met_by,
    sentences,
    tells,
)
from knowledge.models import Fee
from portal.language.analysis import LANGUAGES, analyser
from portal.language.marking import Piece, mark
from portal.look import money, richtext
from portal.models import City

LONGEST_QUOTE = 600
MOST_LINES = 8
MOST_IMPORTANT = 4
MOST_CASES = 3
FEW = 2  # words
LONGEST_SUMMARY = 320
MOST_BESIDE = 4
PLACES = ("where", "hours", "phone")
NOTHING = (
    ["keine"],
    ["kein"],
    ["nichts"],
    ["none"],
    ["nothing"],
    ["brak"],
    ["nic"],
    ["zadne"],
    ["nincs"],
    ["semmi"],
    ["няма"],
)
"""How a list of documents begins that says that there are none."""


def answer(
    page: Page, *, asked: Asked, aspect: str, cases: Sequence[str], language: str, met: Collection[str] = ()
) -> Reply:
    """The answer of one page to one question; without an aspect the sentence that fits best and what matters most.

    `cases` narrow the fees down; `met` are the terms by which the search found the page, to be marked.
    """
    chosen = fees.choose(page.fees, asked=asked, cases=cases, title=page.article.title, language=language)
    only_named = not (aspect or cases) and _is_only_named(page, asked, language)
    telling = (only_named and _what_it_is_about(page)) or best_sentences(page.text, asked, aspect, met)
    best, facts = telling[0] if telling else None, list[Fact]()
    if aspect == "cost":
        text, facts = _about_cost(page, asked, chosen, best, language)
        if not text:
            return _says_nothing(page, aspect)
    elif aspect in PLACES and page.offices:
        text, facts = office_lines.places(page.offices, aspect)
    elif aspect == "documents" and page.text.documents:
        is_nothing = len(page.text.documents) == 1 and words_of(page.text.documents[0])[:1] in NOTHING
        text = _("You need not bring anything.") if is_nothing else _("Please bring this:")
        facts = [_to_bring(page, MOST_LINES)]
    elif aspect == "appointment" and page.free:
        text, facts = _("You can book an appointment for this."), [Fact(_("Appointment"), page.free)]
    elif aspect == "online" and page.article.online_url:
        text = _("This works online.")
    elif aspect == "form" and page.article.forms:
        text = _("This is the form:")
        facts = [Fact(_("Forms"), tuple(form["label"] for form in page.article.forms), MOTHER_TONGUE)]
    elif aspect == "form" and page.article.online_url:
        text = _("You fill in the form online.")
    else:
        if _must_tell(aspect, asked) and not (best and tells(best.text, aspect)):
            return _says_nothing(page, aspect)
        text = best.text if best else first_sentence(richtext.plain(page.text.summary)) or page.text.title
        facts = [*_around(page, aspect, chosen.fees, language), *_in_short(page, telling)]
    quote = _quote(best, page, met) if best and not _is_told(best, facts) else None
    shown = [text, *(line for fact in facts for line in fact.lines)]
    facts += _see_also(page, telling[1:], aspect, shown, quote)
    return Reply(
        kind="answer",
        text=text,
        facts=tuple(facts),
        quote=quote,
        source=page.source(),
        buttons=(*_variants(chosen, aspect, cases, language), *_buttons(page, aspect)),
        aspect=aspect,
        language=page.text.language,
        spoken=language,
        is_quoted=text in _said_by(page, best),
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


def _must_tell(aspect: str, asked: Asked) -> bool:
    """Whether only a sentence that names such a thing answers; "who gets it" needs no word of a husband or a proxy."""
    return aspect in PLACES or (
        aspect in NAMED_THINGS if aspect != "who" else "person" in asked.ways and not asked.own
    )


def _in_short(page: Page, telling: Sequence[Sentence]) -> list[Fact]:
    """What the page is about, where the passage comes from further down: short, as its editors wrote it."""
    summary = richtext.plain(page.text.summary)
    is_shown = any(sentence.section == "summary" for sentence in telling[:1])
    return (
        []
        if is_shown or not 0 < len(summary) <= LONGEST_SUMMARY
        else [Fact(_("In short"), (summary,), page.text.language)]
    )


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


def _around(page: Page, aspect: str, fitting: Sequence[Fee], language: str) -> list[Fact]:
    """The facts beside a sentence: times beside a time, the phone beside a phone; what matters most where nothing is asked."""
    if aspect == "phone":
        return _by_phone()
    if aspect in TIMES:
        said = (
            (_("Deadlines"), page.text.deadlines),
            (_("Processing time"), page.text.processing_time),
        )
        return [Fact(label, (richtext.plain(value),), page.text.language) for label, value in said if value]
    return [] if aspect else _most_important(page, fitting, language)


def _about_cost(
    page: Page, asked: Asked, chosen: fees.Chosen, best: Sentence | None, language: str
) -> tuple[str, list[Fact]]:
    """The fee in one sentence; no text where the page says nothing of money."""
    lines = tuple(fees.line(fee, language) for fee in chosen.fees[:MOST_LINES])
    facts = [Fact(_("Fees"), lines, fees.language_of(chosen.fees, language))] if lines else []
    if best is not None and money.is_named(best.text) and not chosen.narrowed:
        title, said = words_of(page.text.title), words_of(best.text)
        own = [word for word in asked.topic if not met_by(word, title, page.text.language)]
        if not lines or any(met_by(word, said, page.text.language) for word in own):
            return best.text, facts  # the page says it in words, nearer to the question than its table
    if not lines:
        return first_sentence(richtext.plain(page.text.fees_note)), facts
    return _price(chosen, language), facts


def _price(chosen: fees.Chosen, language: str) -> str:
    """The fee itself in one sentence; a few cases are told one by one, many as a span. Surcharges stand in the table."""
    told = [fees.line(fee, language).rstrip(".") for fee in chosen.main]
    if len(told) == 1:
        is_free = chosen.main[0].amount == 0
        return f"{told[0]}." if is_free else _("That costs: %(fee)s.") % {"fee": told[0]}
    if len(told) > MOST_CASES and all(fee.amount is not None for fee in chosen.main):
        span = money.span(fee.amount for fee in chosen.main if fee.amount) or told[0]
    else:
        span = "; ".join(told[:MOST_CASES])
    return _("That depends on your case: %(span)s.") % {"span": span}


def _variants(chosen: fees.Chosen, aspect: str, cases: Sequence[str], language: str) -> tuple[Button, ...]:
    """Which case is yours? Asked where the fee depends on it and the citizen has not said."""
    if aspect != "cost" or cases or chosen.narrowed or len(chosen.fees) < 2:
        return ()
    known = [fee for fee in chosen.fees if named("cases", words_of(fee.condition), ("de",))]
    return tuple(
        Button(condition, question=_("And: %(case)s?") % {"case": condition})
        for condition in (fee.condition_in(language) for fee in known[:3])
    )


def _by_phone() -> list[Fact]:
    """The city's own number, where a page belongs to no office."""
    city = City.current()
    return (
        [Fact(_("By phone"), (" · ".join(filter(None, [city.phone, city.phone_hours])),))]
        if city.phone
        else []
    )


def _most_important(page: Page, fitting: Sequence[Fee], language: str) -> list[Fact]:
    facts: list[Fact] = []
    if fitting:
        shown = fitting[:MOST_IMPORTANT]
        lines = tuple(fees.line(fee, language) for fee in shown)
        facts.append(Fact(_("Fees"), lines, fees.language_of(shown, language)))
    if page.text.documents:
        facts.append(_to_bring(page, MOST_IMPORTANT))
    if page.text.processing_time:
        how_long = first_sentence(richtext.plain(page.text.processing_time))
        facts.append(Fact(_("Processing time"), (how_long,), page.text.language))
    if page.free:
        facts.append(Fact(_("Appointment"), page.free))
    return facts


def _to_bring(page: Page, most: int) -> Fact:
    lines = tuple(map(richtext.plain, page.text.documents[:most]))
    return Fact(_("What to bring"), lines, page.text.language)


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
