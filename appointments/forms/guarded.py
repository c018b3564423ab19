"""The hidden fields every form of the booking carries."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from appointments.fairness import robots


class GuardedForm(forms.Form):
    """A form with a honeypot and the signed moment it was shown."""

    website = forms.CharField(
        required=False,
        label=_("Leave this field empty"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown"].initial = robots.stamp

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("website") or not robots.is_stamped(values.get("shown", "")):
            raise forms.ValidationError(_("This form is too old. Please send it once more."))
        return values

    @property
    def visible(self) -> list[Any]:
        """What people fill in, in order."""
        return [field for field in self if not field.is_hidden and field.name != "website"]

    def keep_typed(self, data: QueryDict) -> None:
        """Show what stands in the fields so far, unchecked: somebody is still typing."""
        self.initial = {
            **self.initial,
            **{field.name: data[field.name] for field in self.visible if field.name in data},
        }

    def renewed(self) -> "GuardedForm":
        """The same form with a fresh stamp, for the page that shows its errors."""
        if self.is_bound:
            data = QueryDict(mutable=True)
            data.update(self.data)
            data[self.add_prefix("shown")] = robots.stamp()
            self.data = data
        return self
