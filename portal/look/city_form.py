"""The form in which administrators say what their city is: nothing in it has to be known by heart."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.look.per_language import PerLanguageField
from portal.models import City
from portal.running.one_country import country_holidays


class CityForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages offered"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy(
            "None ticked: all. The language of the installation (LANGUAGE_CODE) is always among them; the city's texts are written in it first."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            first = City.before_set_up()
            self.initial = {**self.initial, "name": "", "country": first.country}

    def clean_languages(self) -> list[str]:
        """In the order of the portal, the installation's own first; whatever is ticked, its pages are there."""
        own, ticked = settings.LANGUAGE_CODE, self.cleaned_data["languages"]
        others = [code for code, _name in settings.LANGUAGES if code in ticked and code != own]
        return [own, *others] if ticked else []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        country, part = data.get("country"), data.get("subdivision")
        if country and part:
            known = country_holidays(country).subdivisions
            if part not in known:
                self.add_error(
                    "subdivision",
                    _("This country's calendar knows: %(codes)s.") % {"codes": ", ".join(known)}
                    if known
                    else _("In this country all places have the same holidays; please leave it empty."),
                )
        return data


class ServiceForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    names = PerLanguageField(label=gettext_lazy("Names in other languages"))
