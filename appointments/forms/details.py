"""Who comes: only what is needed, with the reason beside it."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.fairness import contacts
from appointments.forms.guarded import GuardedForm
from appointments.forms.questions import QuestionsForm
from portal.look.names import NameField

_PHONE = re.compile(r"[0-9+()/ .-]{5,40}")
_MARKUP = re.compile(r"[<>]|https?://")


class AddressForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("The right e-mail address"), max_length=254)


class DetailsForm(GuardedForm, QuestionsForm):
    """Built for the services of one order: contact, further questions, document numbers, children."""

    one_is_enough = ("email", "phone")

    proof_challenge = forms.CharField(widget=forms.HiddenInput, required=False)
    proof_nonce = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = NameField(
            label=_("Your name (parent or guardian)") if self.season else _("First and last name"),
            max_length=120,
            help_text=_("We compare it with your identity document. It cannot be changed later."),
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
        self.order_fields(["name", "second_guardian", "birth_date", "email", "phone"])

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if _MARKUP.search(name) or sum(character.isalpha() for character in name) < 2:
            raise forms.ValidationError(_("Please write your name with letters."))
        return name

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
        return values
