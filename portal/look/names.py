"""The field for a person's name."""

from typing import Any

from django import forms

from portal.untrusted import one_line


class NameField(forms.CharField):
    """A name in one line, without signs that nobody sees: it stands in lists, mails and calendars beside other words."""

    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "")
