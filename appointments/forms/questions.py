"""What the services of one visit ask besides who comes: date of birth, children, numbers of documents, further questions.

Citizens answer on the page of their details or when they take an offer of the waiting list; clerks ask at the desk.
"""

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appointments.fairness import ready
from appointments.letters.summary import text_in
from appointments.models import Appointment
from appointments.pure.refusals import DocumentNotReady, WrongCohort
from appointments.times.orders import Order
from appointments.times.rules import RuleBook
from appointments.visit.enrolment import ChildData
from appointments.visit.holding import Contact
from portal.look import spoken
from portal.look.names import NameField
from portal.look.pickers import DayPicker


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        widget = DayPicker()
        formats = ["%Y-%m-%d", "%d.%m.%Y", "%d. %m. %Y"]
        super().__init__(widget=widget, input_formats=formats, **kwargs)


class QuestionsForm(forms.Form):
    """The fields that `order` makes necessary; `at` is when the visit was begun, which decides the season.

    What `before` has on record already stands in the fields; the numbers of documents are not kept.
    """

    def __init__(
        self,
        *args: Any,
        order: Order,
        book: RuleBook,
        at: datetime,
        before: Appointment | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        known = [(book.services[pk], count) for pk, count in order.lines if pk in book.services]
        self.services, self.switches = known, book.switches
        self.season = known[0][0].season_at(at) if known else None
        self.children_count = known[0][1] if self.season else 0
        said = set(self.fields)
        self._add_persons()
        self._add_documents()
        self._add_questions(get_language() or "de")
        self.questions = [name for name in self.fields if name not in said]
        self.before = before
        if before is not None:
            self.initial = {**self._told(before), **self.initial}

    @property
    def asked(self) -> list[Any]:
        """The fields of the services, for a page that sets them apart from who comes."""
        return [self[name] for name in self.questions]

    def clean_birth_date(self) -> date | None:
        return _past(self.cleaned_data["birth_date"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if "documents" in self.fields and values.get("documents"):
            self._check_documents(values)
        self._check_children(values)
        return values

    def contact(self) -> Contact:
        """What was typed, and what is on record of what the form does not ask; where it has errors, what of it is right."""
        values, before = self.cleaned_data, self.before
        answers = {
            key.removeprefix("answer_"): value.isoformat() if isinstance(value, date) else value
            for key, value in values.items()
            if key.startswith("answer_") and value not in (None, "")
        }
        typed = Contact(
            name=values.get("name", ""),
            email=values.get("email", ""),
            phone=values.get("phone", ""),
            birth_date=values.get("birth_date"),
            answers=answers,
            documents=values.get("ready", ()),
        )
        if before is None:
            return typed
        kept = {
            name: getattr(before, name)
            for name in ("name", "email", "phone", "birth_date", "documents")
            if name not in self.fields
        }
        others = {key: value for key, value in before.answers.items() if f"answer_{key}" not in self.fields}
        return replace(typed, answers=others | answers, **kept)

    def children(self, guardian: str = "") -> list[ChildData]:
        """The children of whom both name and birth are told; `guardian` comes with them, where the form asks no name."""
        values = self.cleaned_data
        guardians = [text for text in (values.get("name", guardian), values.get("second_guardian")) if text]
        told = [
            (values.get(f"child{n}_name"), values.get(f"child{n}_birth"))
            for n in range(1, self.children_count + 1)
        ]
        return [ChildData(name, born, guardians) for name, born in told if name and born]

    def object_to(self, field: str, sentence: str) -> None:
        """An answer does not fit what the service asks for."""
        self.add_error(field, sentence)

    def _told(self, before: Appointment) -> dict[str, Any]:
        told: dict[str, Any] = {
            name: getattr(before, name) for name in ("name", "email", "phone", "birth_date")
        }
        told |= {f"answer_{key}": value for key, value in before.answers.items()}
        for n, child in enumerate(before.children.all() if self.season else (), start=1):
            told |= {f"child{n}_name": child.name, f"child{n}_birth": child.birth_date}
            told["second_guardian"] = (child.guardians[1:] or [""])[0]
        return told

    def _add_persons(self) -> None:
        if self.season:
            self.fields["second_guardian"] = NameField(
                label=_("Second parent or guardian"), max_length=120, required=False
            )
        if any(rules.asks_birth_date for rules, _count in self.services):
            self.fields["birth_date"] = DayField(
                label=_("Date of birth"), help_text=_("So that nobody can resell the appointment.")
            )
        for n in range(1, self.children_count + 1):
            which = f" {n}" if self.children_count > 1 else ""
            self.fields[f"child{n}_name"] = NameField(label=_("Name of the child") + which, max_length=120)
            self.fields[f"child{n}_birth"] = DayField(label=_("Date of birth of the child") + which)

    def _add_documents(self) -> None:
        if not self.switches.check_ready_documents or not any(
            rules.only_ready for rules, _n in self.services
        ):
            return
        hint = _("You find it on the letter or message that told you to come. Several numbers: one per line.")
        if settings.DEMO:
            hint += " " + _("In this demo these are ready: %(numbers)s") % {"numbers": ready.DEMO_NUMBERS}
        self.fields["documents"] = forms.CharField(
            label=_("Number of the document"),
            max_length=400,
            widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
            help_text=hint,
        )

    def _add_questions(self, language: str) -> None:
        for rules, _count in self.services:
            for question in rules.extra_fields:
                field: forms.Field
                options: dict[str, Any] = {
                    "label": text_in(question.get("label", {}), language),
                    "help_text": text_in(question.get("hint", {}), language),
                    "required": bool(question.get("required")),
                }
                kind = question.get("kind", "text")
                if kind == "date":
                    field = DayField(**options)
                elif kind == "number":
                    field = forms.IntegerField(min_value=0, max_value=10**9, **options)
                else:
                    field = forms.CharField(max_length=200, **options)
                self.fields[f"answer_{question['key']}"] = field

    def _check_documents(self, values: dict[str, Any]) -> None:
        numbers = (part for part in re.split(r"[\n,;]+", values["documents"]) if part.strip())
        try:
            values["ready"] = ready.check(numbers)
        except DocumentNotReady as refusal:
            self.object_to("documents", str(refusal))

    def _check_children(self, values: dict[str, Any]) -> None:
        for n in range(1, self.children_count + 1):
            assert self.season is not None
            born = values.get(f"child{n}_birth")
            if born and not self.season.born_from <= born <= self.season.born_until:
                first, last = map(spoken.plain_day, (self.season.born_from, self.season.born_until))
                self.object_to(f"child{n}_birth", str(WrongCohort(first, last)))


def _past(day: date | None) -> date | None:
    if day is not None and not date(1900, 1, 1) <= day <= timezone.localdate():
        raise forms.ValidationError(_("Please check the date of birth."))
    return day
