"""What visitors fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.look.context import page_name

RATINGS = (
    ("5", _("very helpful")),
    ("4", _("helpful")),
    ("3", _("partly")),
    ("2", _("hardly")),
    ("1", _("not at all")),
)


class FeedbackForm(forms.Form):
    """Rating and an optional sentence. `website` is a trap: people don't see it, robots fill it in."""

    rating = forms.ChoiceField(
        label=_("How helpful was this page?"), choices=RATINGS, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("What can we do better?"),
        help_text=_("Please write no names, addresses or numbers. We can't answer you here."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
    page = forms.CharField(widget=forms.HiddenInput, max_length=300)
    website = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_page(self) -> str:
        page: str = self.cleaned_data["page"]
        if not page.startswith("/") or page.startswith("//"):
            raise forms.ValidationError(_("This is not a page of ours."))
        return page_name(page)

    def answer(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"path": data["page"], "rating": int(data["rating"]), "text": data["text"]}
