"""Who comes: only what is needed, with the reason beside it."""

import re
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from appointments.fairness import contacts, ready
from appointments.forms.guarded import GuardedForm
from appointments.letters.summary import text_in
from appointments.models import Switches
from appointments.pure.refusals import DocumentNotReady, WrongCohort
from appointments.times.rules import SeasonRules, ServiceRules
from appointments.visit.enrolment import ChildData
from appointments.visit.holding import Contact
from portal.look.names import NameField
from portal.look.pickers import DayPicker

_PHONE = re.compile(r"[0-9+()/ .-]{5,40}")
_MARKUP = re.compile(r"[<>]|https?://")


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        widget = DayPicker()
        formats = ["%Y-%m-%d", "%d.%m.%Y", "%d. %m. %Y"]
        super().__init__(widget=widget, input_formats=formats, **kwargs)


class AddressForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("The right e-mail address"), max_length=254)


class DetailsForm(GuardedForm):
    """Built for the services of one order: contact, further questions, document numbers, children."""

    one_is_enough = ("email", "phone")

    proof_challenge = forms.CharField(widget=forms.HiddenInput, required=False)
    proof_nonce = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        services: list[tuple[ServiceRules, int]],
        switches: Switches,
        season: SeasonRules | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.services, self.switches, self.season = services, switches, season
        language = get_language() or "de"
        self.children_count = services[0][1] if season else 0
        name_label = _("Your name (parent or guardian)") if season else _("First and last name")
        self.fields["name"] = NameField(
            label=name_label,
            max_length=120,
            help_text=_("We compare it with your identity document. It cannot be changed later."),
        )
        if season:
            self.fields["second_guardian"] = NameField(
                label=_("Second parent or guardian"), max_length=120, required=False
            )
        if any(rules.asks_birth_date for rules, _count in services):
            self.fields["birth_date"] = DayField(
                label=_("Date of birth"), help_text=_("So that nobody can resell the appointment.")
            )
        self.fields["email"] = forms.EmailField(
            label=_("E-mail"),
            max_length=254,
            required=False,
            help_text=_("For the confirmation, the reminder and the link to cancel or move."),
        )
        self.fields["phone"] = forms.CharField(
            label=_("Phone"),
            max_length=40,
            required=False,
            widget=forms.TextInput(attrs={"type": "tel"}),
            help_text=_("One of both is enough: e-mail or phone."),
        )
        self._add_children(language)
        self._add_documents()
        self._add_questions(language)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if _MARKUP.search(name) or sum(character.isalpha() for character in name) < 2:
            raise forms.ValidationError(_("Please write your name with letters."))
        return name

    def clean_birth_date(self) -> date | None:
        return _past(self.cleaned_data["birth_date"])

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"]).strip()
        if phone and (not _PHONE.fullmatch(phone) or not contacts.normal_phone(phone)):
            raise forms.ValidationError(_("Please write the phone number with digits, such as 0170 1234567."))
        return phone

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if (
            not values.get("email")
            and not values.get("phone")
            and not {"email", "phone"} & self.errors.keys()
        ):
            self.add_error("email", _("Please give an e-mail address or a phone number."))
        if "documents" in self.fields and values.get("documents"):
            self._check_documents(values)
        if self.season:
            self._check_children(values)
        return values

    def contact(self) -> Contact:
        """What was typed; where the form has errors, what of it is right."""
        values = self.cleaned_data
        answers = {
            key.removeprefix("answer_"): value.isoformat() if isinstance(value, date) else value
            for key, value in values.items()
            if key.startswith("answer_") and value not in (None, "")
        }
        return Contact(
            name=values.get("name", ""),
            email=values.get("email", ""),
            phone=values.get("phone", ""),
            birth_date=values.get("birth_date"),
            answers=answers,
            documents=values.get("ready", ()),
        )

    def children(self) -> list[ChildData]:
        """The children of whom both name and birth are told."""
        values = self.cleaned_data
        guardians = [text for text in (values.get("name"), values.get("second_guardian")) if text]
        told = [
            (values.get(f"child{n}_name"), values.get(f"child{n}_birth"))
            for n in range(1, self.children_count + 1)
        ]
        return [ChildData(name, born, guardians) for name, born in told if name and born]

    def _add_children(self, language: str) -> None:
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
            self.add_error("documents", str(refusal))

    def _check_children(self, values: dict[str, Any]) -> None:
        assert self.season is not None
        for n in range(1, self.children_count + 1):
            born = values.get(f"child{n}_birth")
            if born and not self.season.born_from <= born <= self.season.born_until:
                first, last = date_format(self.season.born_from), date_format(self.season.born_until)
                self.add_error(f"child{n}_birth", str(WrongCohort(first, last)))


def _past(day: date | None) -> date | None:
    if day is not None and not date(1900, 1, 1) <= day <= timezone.localdate():
        raise forms.ValidationError(_("Please check the date of birth."))
    return day
