"""Forms of the back office."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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
