"""The form of the article editor: one language at a time, fields in the order of the public page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from knowledge.articles.drafts import Draft, FeeDraft, LinkDraft, TextDraft
from knowledge.articles.sections import SECTIONS
from knowledge.models import Article, Topic
from portal.look.pickers import DayPicker
from portal.models import Service
from portal.registries import report_topics

LONGEST_CONDITION = 300
LINE_HINT = _("One per line.")
SEPARATOR = "|"
AMOUNT = re.compile(r"^\d{1,7}(?:[.,]\d{1,2})?$")


def lines(text: str) -> tuple[str, ...]:
    """Filled lines, each once."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _area(label: Any, rows: int, hint: Any = "", limit: int = 60_000) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, widget=widget, required=False, max_length=limit)


class TopicsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """Topics to tick, each with the one above it."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.parent} › {obj}" if obj.parent else str(obj)


class ArticleForm(forms.Form):
    """Read with `ArticleForm.of(draft, language)`, taken over with `form.onto(draft)`."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)
    title = forms.CharField(label=_("Title"), max_length=250)
    summary = _area(_("Summary"), 3, _("One or two sentences that answer the question."), 1000)
    fees = _area(_("Fees"), 3, _("One per line: amount | what for, e.g. “37,50 | under 24 years”."), 4000)
    fee_conditions = _area(
        _("Fees in this language"), 3, _("What each fee is for, line by line in the same order."), 4000
    )
    processing_time = _area(SECTIONS["processing_time"], 2)
    requirements = _area(SECTIONS["requirements"], 6)
    documents = _area(SECTIONS["documents"], 5, LINE_HINT)
    procedure = _area(SECTIONS["procedure"], 8)
    fees_note = _area(_("Note on fees"), 2)
    deadlines = _area(SECTIONS["deadlines"], 3)
    body = _area(SECTIONS["body"], 8)
    forms_list = _area(_("Forms"), 2, _("One per line: name | address."), 8000)
    links_list = _area(_("Links"), 2, _("One per line: name | address."), 8000)
    legal_basis = _area(SECTIONS["legal_basis"], 2)
    synonyms = _area(_("Search words"), 4, _("What people call it. One per line."), 8000)
    questions = _area(_("Example questions"), 4, _("As citizens would ask. One per line."), 20_000)
    kind = forms.ChoiceField(label=_("Kind"), choices=Article.Kind.choices)
    service = forms.ModelChoiceField(Service.objects.none(), label=_("Service"), required=False)
    topics = TopicsField(
        Topic.objects.none(),
        label=_("Topics"),
        required=False,
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
    )
    related = _area(_("Related articles"), 2, _("Title, short name or address, one per line."), 4000)
    audience = forms.ChoiceField(label=_("For whom"), required=False)
    online_url = forms.URLField(
        label=_("Online form"), max_length=1000, required=False, assume_scheme="https"
    )
    complaint_category = forms.ChoiceField(
        label=_("Category of a report"),
        required=False,
        help_text=_("The page then leads to the form for reports."),
    )
    valid_from = forms.DateField(
        label=_("Valid from"),
        required=False,
        widget=DayPicker(),
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=DayPicker(),
    )
    fee_conditions.strip = False  # the first line may be empty: its place is its meaning
    note = forms.CharField(label=_("What did you change?"), max_length=200, required=False)

    TEXT = (
        "title",
        "summary",
        "processing_time",
        "requirements",
        "procedure",
        "fees_note",
        "deadlines",
        "body",
        "legal_basis",
    )
    LISTS = ("documents", "synonyms", "questions")

    def __init__(
        self, *args: Any, language: str, plain: bool = False, reference: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.language, self.plain, self.reference = language, plain, reference
        chosen: Any = self.fields["service"]
        chosen.queryset = Service.objects.order_by("name")
        topics: Any = self.fields["topics"]
        topics.queryset = Topic.objects.select_related("parent").order_by(
            Coalesce("parent__order", "order"),
            Coalesce("parent__name", "name"),
            F("parent").asc(nulls_first=True),
            "order",
            "name",
        )
        self._offer("audience", _("everybody"), Article.Audience.choices)
        self._offer("complaint_category", _("none"), [pair for topics in report_topics for pair in topics()])
        self.fields["title"].required = reference and not plain  # another text may be taken away
        del self.fields["fee_conditions" if reference else "fees"]

    def _offer(self, name: str, nothing: Any, choices: Iterable[tuple[Any, Any]]) -> None:
        """What the house knows, and whatever an import brought for an article already."""
        field: Any = self.fields[name]
        known = list(choices)
        used = Article.objects.order_by(name).values_list(name, flat=True).distinct()
        others = [(value, value) for value in used if value and value not in dict(known)]
        field.choices = [("", nothing), *known, *others]

    @classmethod
    def of(
        cls, draft: Draft, *, language: str, plain: bool, reference: bool, based_on: int, note: str = ""
    ) -> ArticleForm:
        return cls(
            initial={**initial(draft, language, plain=plain, based_on=based_on), "note": note},
            language=language,
            plain=plain,
            reference=reference,
        )

    def clean_fees(self) -> tuple[FeeDraft, ...]:
        return tuple(_each(self.cleaned_data["fees"], _fee))

    def clean_forms_list(self) -> tuple[LinkDraft, ...]:
        return tuple(_each(self.cleaned_data["forms_list"], _link))

    def clean_links_list(self) -> tuple[LinkDraft, ...]:
        return tuple(_each(self.cleaned_data["links_list"], _link))

    def clean_related(self) -> tuple[int, ...]:
        names = lines(self.cleaned_data["related"])
        known = Article.objects.named(names)
        if unknown := [name for name in names if name not in known]:
            raise forms.ValidationError(_("There is no article “%(name)s”.") % {"name": unknown[0]})
        return tuple(dict.fromkeys(known[name] for name in names))

    def _clean_lines(self, name: str, longest: int) -> tuple[str, ...]:
        found = lines(self.cleaned_data[name])
        if any(len(line) > longest for line in found):
            raise forms.ValidationError(
                _("A line may have up to %(number)s characters.") % {"number": longest}
            )
        return found

    def clean_synonyms(self) -> tuple[str, ...]:
        return self._clean_lines("synonyms", 120)

    def clean_questions(self) -> tuple[str, ...]:
        return self._clean_lines("questions", 300)

    def clean_documents(self) -> tuple[str, ...]:
        return lines(self.cleaned_data["documents"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("valid_from"), data.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The end lies before the beginning."))
        if not data.get("title") and any(data.get(name) for name in (*self.TEXT, *self.LISTS)):
            self.add_error("title", _("The text needs a title. To take the text away, empty all its fields."))
        return data

    def onto(self, base: Draft) -> Draft:
        """`base` with what was typed; the other languages stay."""
        data = self.cleaned_data
        text = TextDraft(
            self.language,
            plain=self.plain,
            **{name: data[name].strip().replace("\r\n", "\n") for name in self.TEXT},
            **{name: data[name] for name in self.LISTS},
        )
        return replace(
            base.with_text(text),
            kind=data["kind"],
            service=data["service"].pk if data["service"] else None,
            topics=tuple(topic.slug for topic in data["topics"]),
            related=data["related"],
            audience=data["audience"],
            online_url=data["online_url"],
            complaint_category=data["complaint_category"],
            forms=data["forms_list"],
            links=data["links_list"],
            fees=_with_translations(data["fees"], base.fees)
            if self.reference
            else _translated(base.fees, self.language, data["fee_conditions"].splitlines()),
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
        )


def initial(draft: Draft, language: str, *, plain: bool, based_on: int) -> dict[str, Any]:
    """What the fields show for `draft` in one language."""
    text = draft.text(language, plain=plain) or TextDraft(language, plain=plain)
    slugs = dict(Article.objects.filter(pk__in=draft.related).values_list("pk", "slug"))
    return {
        "based_on": based_on,
        **{name: getattr(text, name) for name in ArticleForm.TEXT},
        **{name: "\n".join(getattr(text, name)) for name in ArticleForm.LISTS},
        "fees": "\n".join(map(_fee_line, draft.fees)),
        "fee_conditions": "\n".join(fee.conditions.get(language, fee.condition) for fee in draft.fees),
        "forms_list": "\n".join(f"{link.label} {SEPARATOR} {link.url}" for link in draft.forms),
        "links_list": "\n".join(f"{link.label} {SEPARATOR} {link.url}" for link in draft.links),
        "related": "\n".join(slugs[pk] for pk in draft.related if pk in slugs),
        **{
            name: getattr(draft, name)
            for name in (
                "kind",
                "service",
                "topics",
                "audience",
                "online_url",
                "complaint_category",
                "valid_from",
                "valid_until",
            )
        },
    }


def _fee_line(fee: FeeDraft) -> str:
    amount = "" if fee.amount is None else f"{fee.amount:.2f}".replace(".", ",")
    return f"{amount} {SEPARATOR} {fee.condition}".strip()


def _each(text: str, read: Callable[[str], Any]) -> Iterable[Any]:
    return [read(line) for line in lines(text)]


def _figure(amount: str) -> str:
    """What is left of "37,50 €" or "1 500 Ft" without the sign and the gaps."""
    return re.sub(r"(?<=\d)\s+(?=\d{3}\b)|\s*(?:€|zł|Kč|Ft)$", "", amount)


def _fee(line: str) -> FeeDraft:
    amount, separator, condition = (part.strip() for part in line.partition(SEPARATOR))
    if not separator and not AMOUNT.match(_figure(amount)):
        amount, condition = "", line
    amount = _figure(amount)
    if amount and not AMOUNT.match(amount):
        raise forms.ValidationError(_("“%(amount)s” is no amount.") % {"amount": amount[:40]})
    if not amount and not condition:
        raise forms.ValidationError(_("A fee needs an amount or a condition."))
    try:
        value = Decimal(amount.replace(",", ".")) if amount else None
    except InvalidOperation:  # pragma: no cover - the pattern above lets only figures through
        value = None
    if len(condition) > LONGEST_CONDITION:
        raise forms.ValidationError(
            _("A line may have up to %(number)s characters.") % {"number": LONGEST_CONDITION}
        )
    return FeeDraft(value, condition)


def _link(line: str) -> LinkDraft:
    label, _separator, url = (part.strip() for part in line.rpartition(SEPARATOR))
    if not url.startswith(("https://", "http://")) or " " in url or len(url) > 1000:
        raise forms.ValidationError(_("“%(address)s” is no web address.") % {"address": url[:60]})
    return LinkDraft((label or url)[:200], url)


def _with_translations(fees: Iterable[FeeDraft], known: tuple[FeeDraft, ...]) -> tuple[FeeDraft, ...]:
    """The words of the other languages stay with their fee: that of the same words, else that in the same place."""
    by_words = {fee.condition: fee.conditions for fee in reversed(known) if fee.condition}
    by_place = [fee.conditions for fee in known]
    return tuple(
        replace(fee, conditions=by_words.get(fee.condition, by_place[n] if n < len(by_place) else {}))
        for n, fee in enumerate(fees)
    )


def _translated(fees: tuple[FeeDraft, ...], language: str, conditions: Sequence[str]) -> tuple[FeeDraft, ...]:
    """The nth line is of the nth fee; an empty line, or the reference's words, take a translation away."""
    found = []
    for fee, line in zip(fees, [*conditions, *[""] * len(fees)], strict=False):
        others = {code: words for code, words in fee.conditions.items() if code != language}
        text = line.strip()
        mine = {language: text[:LONGEST_CONDITION]} if text and text != fee.condition else {}
        found.append(replace(fee, conditions=others | mine))
    return tuple(found)
