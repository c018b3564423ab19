"""Forms of the back office."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from appointments.models import BookableService, Season
from portal.look.per_language import PerLanguageField

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
LARGEST_LIST = 1024 * 1024


class ReadyListForm(forms.Form):
    numbers = forms.CharField(
        label=_("Document numbers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_("One number a line. What follows a semicolon is ignored."),
    )
    file = forms.FileField(label=_("Or a file (text or CSV)"), required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        upload = values.get("file")
        if upload is not None and upload.size > LARGEST_LIST:
            self.add_error("file", _("This file is too large."))
        elif not values.get("numbers") and upload is None:
            self.add_error("numbers", _("Please paste the numbers or choose a file."))
        return values

    def lines(self) -> list[str]:
        upload = self.cleaned_data.get("file")
        text = str(self.cleaned_data.get("numbers") or "")
        if upload is not None:
            text += "\n" + upload.read().decode("utf-8", errors="replace")
        return text.splitlines()


class BookableServiceForm(forms.ModelForm[BookableService]):
    bring = PerLanguageField(
        lines=True,
        label=_("what to bring"),
        help_text=_("A line for each thing. Where a language is empty, the installation's is shown."),
    )
    fee = PerLanguageField(label=_("fee"), help_text=_("As citizens read it, such as: 37,50 Euro."))

    def clean_extra_fields(self) -> list[dict[str, Any]]:
        """A list of questions as the form of the citizens can draw them."""
        asked = self.cleaned_data.get("extra_fields") or []
        if not isinstance(asked, list) or not all(map(_is_question, asked)):
            raise ValidationError(
                _(
                    "Write a list of questions as in the example: each has a key of small letters and a label, and "
                    "its kind is text, date or number."
                )
            )
        if len({question["key"] for question in asked}) < len(asked):
            raise ValidationError(_("Each question needs a key of its own."))
        return asked


def _is_question(question: Any) -> bool:
    return (
        isinstance(question, dict)
        and isinstance(key := question.get("key"), str)
        and bool(_KEY.fullmatch(key))
        and all(_are_texts(question.get(part, {})) for part in ("label", "hint"))
        and bool(question.get("label"))
        and question.get("kind", "text") in ("text", "date", "number")
    )


def _are_texts(texts: Any) -> bool:
    return isinstance(texts, dict) and all(isinstance(text, str) for pair in texts.items() for text in pair)


class SeasonForm(forms.ModelForm[Season]):
    checklist = PerLanguageField(
        lines=True, label=_("documents to bring"), help_text=_("A line for each document.")
    )
