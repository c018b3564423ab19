"""Answers from one article: the sentence, the facts computed from data, the passage word for word, the source."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from knowledge import money
from knowledge.assistant.phrases import named, words_of
from knowledge.assistant.replies import Button, Quote, Reply, Source
from knowledge.models import Article, ArticleText, Fee
from portal import opening, registries, richtext
from portal.language.marking import Piece
from portal.models import Office

SECTION = {
    "cost": "fees_note",
    "documents": "documents",
    "deadline": "deadlines",
    "duration": "processing_time",
    "who": "requirements",
    "how": "procedure",
}
LONGEST_QUOTE = 420
MOST_LINES = 8
IMPLIED = {"child": ("young",)}  # what is said of the young holds for children
PLACES = ("where", "hours", "phone")


@dataclass(frozen=True, slots=True)
class Page:
    """An article ready to be quoted, in the language it is read in."""

    article: Article
    text: ArticleText
    fees: tuple[Fee, ...]
    offices: tuple[Office, ...]
    free: tuple[str, ...] = ()  # the next free appointment, in words

    @property
    def url(self) -> str:
        return self.article.get_absolute_url()

    def source(self) -> Source:
        as_of = self.article.changed_at
        return Source(
            article_id=self.article.pk,
            key=self.article.external_id.rpartition("/")[2] or self.article.slug,
            title=self.text.title,
            url=self.url,
            as_of=timezone.localtime(as_of).date() if as_of else None,
        )


def load(article_ids: Sequence[int], language: str) -> dict[int, Page]:
    """The pages of these articles in `language`, else in the reference language; four queries however many."""
    articles = (
        Article.objects.public()
        .filter(pk__in=article_ids)
        .select_related("service")
        .prefetch_related("texts", "fees", "service__offices")
    )
    services = [article.service_id for article in articles if article.service_id]
    known = registries.facts_about(services, language)
    found = {}
    for article in articles:
        free = tuple(str(fact.label) for fact in known.get(article.service_id or 0, ()))
        texts = [text for text in article.texts.all() if not text.plain]
        best = min(texts, key=lambda text: (text.language != language, text.language != "de"), default=None)
        if best is not None:
            offices = tuple(o for o in article.service.offices.all() if o.active) if article.service else ()
            found[article.pk] = Page(article, best, tuple(article.fees.all()), offices, free)
    return found


def answer(page: Page, *, aspect: str, cases: Sequence[str], passage: Quote | None, language: str) -> Reply:
    """The answer of one page to one aspect; without an aspect the summary and what matters most."""
    fees = _fees(page, cases, language)
    facts: list[tuple[str, tuple[str, ...]]] = []
    if aspect == "cost":
        text, facts = _about_cost(page, fees, language)
        note = richtext.plain(page.text.fees_note)
        passage = Quote("", (Piece(shortened(note)),), page.url) if note else None
    elif aspect in PLACES:
        text, facts = _about_places(page, aspect)
    elif aspect == "documents" and page.text.documents:
        text = _("Please bring this:")
        facts = [(_("What to bring"), tuple(map(richtext.plain, page.text.documents[:MOST_LINES])))]
        passage = None
    elif aspect == "appointment":
        text, facts = _about_appointment(page)
    elif aspect == "online":
        text = (
            _("Yes, this works online.")
            if page.article.online_url
            else _("There is no online form for this.")
        )
    elif section := _section(page, aspect):
        text, passage = _first_sentence(section), _quote(page, aspect, section, passage)
    else:
        text = _first_sentence(richtext.plain(page.text.summary)) or page.text.title
        facts = _most_important(page, fees, language)
    return Reply(
        kind="answer",
        text=text,
        facts=tuple(facts),
        quote=passage,
        source=page.source(),
        buttons=_buttons(page, aspect),
        aspect=aspect,
        language=page.text.language,
    )


def _fees(page: Page, cases: Sequence[str], language: str) -> list[Fee]:
    """The fees that fit the person's case; all of them where none is named for it."""
    fees = [fee for fee in page.fees if fee.amount is not None or fee.condition]
    if cases:
        wanted = {other for case in cases for other in (case, *IMPLIED.get(case, ()))}
        fitting = [fee for fee in fees if wanted & set(named("cases", words_of(fee.condition), ("de",)))]
        if fitting:
            return fitting
    return fees


def _about_cost(page: Page, fees: list[Fee], language: str) -> tuple[str, list[tuple[str, tuple[str, ...]]]]:
    lines = tuple(_fee_line(fee, language) for fee in fees[:MOST_LINES])
    note = richtext.plain(page.text.fees_note)
    if not lines:
        said = _first_sentence(note)
        return said or _("The page says nothing about fees. Please ask the office."), []
    if len(lines) == 1:
        return _("That costs: %(fee)s.") % {"fee": lines[0]}, [(_("Fees"), lines)]
    span = money.span(fee.amount for fee in fees)
    return _("That depends on your case: %(span)s.") % {"span": span}, [(_("Fees"), lines)]


def _fee_line(fee: Fee, language: str) -> str:
    amount = money.euros(fee.amount) if fee.amount is not None else ""
    return ": ".join(filter(None, [fee.condition_in(language), amount]))


def _about_places(page: Page, aspect: str) -> tuple[str, list[tuple[str, tuple[str, ...]]]]:
    if not page.offices:
        return _first_sentence(richtext.plain(page.text.summary)) or page.text.title, []
    return places(page.offices, aspect)


def places(offices: Sequence[Office], aspect: str) -> tuple[str, list[tuple[str, tuple[str, ...]]]]:
    """Address, phone and doors of offices, computed now."""
    states = opening.states(offices)
    facts = []
    for office in offices[:4]:
        lines = [office.address, office.phone, doors(states[office.pk])]
        facts.append((office.name, tuple(filter(None, lines))))
    first = offices[0]
    if aspect == "phone" and first.phone:
        return _("You reach %(office)s at %(phone)s.") % {"office": first.name, "phone": first.phone}, facts
    if aspect == "hours":
        return f"{first.name}: {doors(states[first.pk])}", facts
    names = ", ".join(office.name for office in offices[:4])
    return _("Here: %(offices)s.") % {"offices": names}, facts


def doors(state: opening.OfficeState) -> str:
    """ "open now until 16:00" or when it opens next, in words."""
    today = ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in state.today)
    if state.is_open and state.closes_at:
        return _("open now, until %(time)s") % {
            "time": date_format(timezone.localtime(state.closes_at), "TIME_FORMAT")
        }
    if state.opens_next:
        local = timezone.localtime(state.opens_next)
        when = date_format(local, "l, j. F") + ", " + date_format(local, "TIME_FORMAT")
        closed = _("closed now, opens %(when)s") % {"when": when}
        return f"{closed} ({_('today')} {today})" if today else closed
    return _("closed now")


def _about_appointment(page: Page) -> tuple[str, list[tuple[str, tuple[str, ...]]]]:
    if page.free:
        return _("You can book an appointment for this."), [(_("Appointment"), page.free)]
    return _("For this no appointment can be booked here."), _about_places(page, "where")[1]


def _most_important(page: Page, fees: list[Fee], language: str) -> list[tuple[str, tuple[str, ...]]]:
    facts = []
    if fees:
        facts.append((_("Fees"), tuple(_fee_line(fee, language) for fee in fees[:4])))
    if page.text.documents:
        facts.append((_("What to bring"), tuple(map(richtext.plain, page.text.documents[:4]))))
    if page.text.processing_time:
        facts.append((_("Processing time"), (_first_sentence(richtext.plain(page.text.processing_time)),)))
    if page.free:
        facts.append((_("Appointment"), page.free))
    return facts


def _section(page: Page, aspect: str) -> str:
    name = SECTION.get(aspect, "")
    if not name or name == "documents":
        return ""
    return richtext.plain(str(getattr(page.text, name)))


def _quote(page: Page, aspect: str, section: str, passage: Quote | None) -> Quote:
    """The section of the aspect; the found passage with its marks if it is the same one."""
    if passage is not None and "".join(piece.text for piece in passage.pieces).strip() in section:
        return passage
    return Quote(heading="", pieces=(Piece(shortened(section)),), url=page.url)


def shortened(text: str) -> str:
    """At most LONGEST_QUOTE characters, cut at a sentence or a word."""
    if len(text) <= LONGEST_QUOTE:
        return text
    cut = text[:LONGEST_QUOTE]
    stop = max(cut.rfind(". "), cut.rfind("\n"))
    return cut[: stop + 1] if stop > LONGEST_QUOTE // 2 else f"{cut.rsplit(' ', 1)[0]} …"


def _first_sentence(text: str) -> str:
    """The first sentence; a numbered step or an abbreviation does not end it."""
    line = next((part.strip(" -•") for part in text.splitlines() if part.strip()), "")
    for end in range(20, len(line)):
        if (
            line[end - 1] in ".!?"
            and line[end] == " "
            and line[end + 1 : end + 2].isupper()
            and not line[end - 2].isdigit()
        ):
            return line[:end]
    return line


def _buttons(page: Page, aspect: str) -> tuple[Button, ...]:
    """Ways on: book, online, and the aspects one asks next."""
    found = []
    service = page.article.service
    if service is not None and page.free:
        found.append(Button(_("Book an appointment"), url=_way("appointments:what", service.slug)))
    if page.article.online_url:
        found.append(Button(_("Apply online"), url=page.article.online_url))
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


def _way(name: str, *args: str) -> str:
    """The address of another service's page, or nothing where the city does not run that service."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
