"""What leads an answer, aspect by aspect: the first sentence and the rows of the small table beneath it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from knowledge.articles.retrieval import MOTHER_TONGUE
from knowledge.assistant import fees, office_lines
from knowledge.assistant.office_lines import PLACES
from knowledge.assistant.phrases import words_of
from knowledge.assistant.quotable import Page
from knowledge.assistant.reading import TIMES, Asked
from knowledge.assistant.replies import Fact
from knowledge.assistant.sentences import NAMED_THINGS, Sentence, first_sentence, met_by, tells
from portal.look import money, richtext
from portal.models import City

MOST_LINES = 8
MOST_IMPORTANT = 4
MOST_CASES = 3
LONGEST_SUMMARY = 320
NOTHING = frozenset(
    ["keine", "kein", "nichts", "none", "nothing", "brak", "nic", "zadne", "nincs", "semmi", "няма"]
)
"""With which word a list of documents begins that says that there are none."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of a page, and what of it comes nearest: its fees and its sentences, the best first."""

    page: Page
    asked: Asked
    aspect: str
    chosen: fees.Chosen
    telling: tuple[Sentence, ...]
    language: str

    @property
    def best(self) -> Sentence | None:
        return self.telling[0] if self.telling else None

    def met_by_best(self, *, beside: Collection[str] = ()) -> int:
        """How many words of the question, other than those of the title and `beside`, the best sentence has."""
        if self.best is None:
            return 0
        text = self.page.text
        title, said = words_of(text.title), words_of(f"{self.best.heading} {self.best.text}")
        own = [word for word in self.asked.topic if not met_by(word, title, text.language)]
        return sum(met_by(word, said, text.language) for word in own if word not in beside)


class Told(NamedTuple):
    """The first sentence and the facts beneath it."""

    text: str
    facts: tuple[Fact, ...] = ()


def of(wish: Wish) -> Told | None:
    """What is told; None where the page does not say it."""
    of_aspect = OF_ASPECT.get(wish.aspect)
    return (of_aspect(wish) if of_aspect else None) or _sentence(wish)


def _cost(wish: Wish) -> Told | None:
    """The fee in one sentence."""
    page, best, chosen = wish.page, wish.best, wish.chosen
    unmet = wish.met_by_best(beside=chosen.met)
    lines = tuple(fees.line(fee, wish.language) for fee in chosen.fees[:MOST_LINES])
    facts = (Fact(_("Fees"), lines, fees.language_of(chosen.fees, wish.language)),) if lines else ()
    if best is not None and (money.is_named(best.text) or wish.asked.yes_no) and (unmet or not lines):
        return Told(best.text, facts)  # the page says it in words, nearer to the question than its table
    if lines:
        return Told(_price(chosen, wish.language), facts)
    note = first_sentence(richtext.plain(page.text.fees_note))
    return Told(note) if note else None


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


def _place(wish: Wish) -> Told | None:
    """The offices; before them the sentence that has a place, hours or a number for just what is asked about."""
    best, offices = wish.best, wish.page.offices
    if not offices:
        return None
    text, facts = office_lines.places(offices, wish.aspect)
    called = words_of(" ".join(office.name for office in offices))
    of_office = [word for word in wish.asked.topic if met_by(word, called, MOTHER_TONGUE)]
    if best and tells(best.text, wish.aspect) and wish.met_by_best(beside=of_office):
        text = best.text
    return Told(text, tuple(facts))


def _documents(wish: Wish) -> Told | None:
    listed = wish.page.text.documents
    if not listed:
        return None
    if wish.best and wish.asked.yes_no and wish.met_by_best():  # "is a copy enough?"
        return Told(wish.best.text, (_to_bring(wish.page, MOST_LINES),))
    is_nothing = len(listed) == 1 and not NOTHING.isdisjoint(words_of(listed[0])[:1])
    text = _("You need not bring anything.") if is_nothing else _("Please bring this:")
    return Told(text, (_to_bring(wish.page, MOST_LINES),))


def _appointment(wish: Wish) -> Told | None:
    free = wish.page.free
    return Told(_("You can book an appointment for this."), (Fact(_("Appointment"), free),)) if free else None


def _online(wish: Wish) -> Told | None:
    return Told(_("This works online.")) if wish.page.article.online_url else None


def _by_phone(wish: Wish) -> Told | None:
    """What the page says of it goes before another way that it has."""
    says_it = wish.best is not None and tells(wish.best.text, wish.aspect)
    return None if says_it else _online(wish)


def _form(wish: Wish) -> Told | None:
    article = wish.page.article
    if article.forms:
        labels = tuple(form["label"] for form in article.forms)
        return Told(_("This is the form:"), (Fact(_("Forms"), labels, MOTHER_TONGUE),))
    return Told(_("You fill in the form online.")) if article.online_url else None


OF_ASPECT: dict[str, Callable[[Wish], Told | None]] = {
    "cost": _cost,
    "documents": _documents,
    "appointment": _appointment,
    "online": _online,
    "by_phone": _by_phone,
    "form": _form,
    **dict.fromkeys(PLACES, _place),
}
"""What a page has in its own fields. Where it has not, a sentence of its text may tell it."""


def _sentence(wish: Wish) -> Told | None:
    page, best = wish.page, wish.best
    if _must_tell(wish.aspect, wish.asked) and not (best and tells(best.text, wish.aspect)):
        return None
    text = best.text if best else first_sentence(richtext.plain(page.text.summary)) or page.text.title
    return Told(text, (*_around(wish), *_in_short(wish)))


def _must_tell(aspect: str, asked: Asked) -> bool:
    """Whether only a sentence that names such a thing answers; "who gets it" needs no word of a husband or a proxy."""
    if aspect == "who":
        return "person" in asked.ways and not asked.own
    return aspect in (*PLACES, *NAMED_THINGS, "cost", "validity")


def _around(wish: Wish) -> list[Fact]:
    """The facts beside a sentence: times beside a time, the phone beside a phone; what matters most where nothing is asked."""
    text = wish.page.text
    if wish.aspect == "phone":
        return _number_of_the_city()
    if wish.aspect in TIMES:
        said = ((_("Deadlines"), text.deadlines), (_("Processing time"), text.processing_time))
        return [Fact(label, (richtext.plain(value),), text.language) for label, value in said if value]
    return [] if wish.aspect else _most_important(wish)


def _in_short(wish: Wish) -> list[Fact]:
    """What the page is about, where the passage comes from further down: short, as its editors wrote it."""
    summary = richtext.plain(wish.page.text.summary)
    is_shown = wish.best is not None and wish.best.section == "summary"
    if is_shown or not 0 < len(summary) <= LONGEST_SUMMARY:
        return []
    return [Fact(_("In short"), (summary,), wish.page.text.language)]


def _number_of_the_city() -> list[Fact]:
    """The city's own number, where a page belongs to no office."""
    city = City.current()
    number = " · ".join(filter(None, [city.phone, city.phone_hours]))
    return [Fact(_("By phone"), (number,))] if city.phone else []


def _most_important(wish: Wish) -> list[Fact]:
    page, shown = wish.page, wish.chosen.fees[:MOST_IMPORTANT]
    facts: list[Fact] = []
    if shown:
        lines = tuple(fees.line(fee, wish.language) for fee in shown)
        facts.append(Fact(_("Fees"), lines, fees.language_of(shown, wish.language)))
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
