"""Forms of the lead's work: closing days, absences, weekly hours, booking for a citizen."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.models import Absence, BookableService, Opening, Pool
from portal.models import Office

LONGEST_CLOSURE = timedelta(days=400)


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CloseForm(forms.Form):
    """Whole days on which the office stays shut."""

    first_day = forms.DateField(label=_("First day"), widget=_date())
    last_day = forms.DateField(label=_("Last day"), widget=_date())
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Citizens read this in their mail.")
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        first, last = values.get("first_day"), values.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day lies before the first."))
        elif first and last and last - first > LONGEST_CLOSURE:
            self.add_error("last_day", _("This is longer than a year. Please end the openings instead."))
        if first and first < timezone.localdate():
            self.add_error("first_day", _("This day is over."))
        return values


class AbsenceForm(forms.ModelForm[Absence]):
    """Counters that nobody staffs for a while."""

    class Meta:
        model = Absence
        fields = ("pool", "starts_at", "ends_at", "places", "note")
        widgets = {
            name: forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            for name in ("starts_at", "ends_at")
        }

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pools: Any = self.fields["pool"]
        pools.queryset = Pool.objects.filter(office=office, active=True)
        pools.empty_label = None


class OpeningForm(forms.ModelForm[Opening]):
    class Meta:
        model = Opening
        fields = ("weekday", "opens", "closes", "capacity", "public_capacity", "valid_from", "valid_until")
        widgets = {
            "opens": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "closes": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "valid_from": _date(),
            "valid_until": _date(),
        }


OpeningFormSet = forms.inlineformset_factory(Pool, Opening, form=OpeningForm, extra=1, can_delete=True)


class DeskBookingForm(forms.Form):
    """The person at the desk or on the phone; nothing but the name is needed."""

    name = forms.CharField(label=_("Name"), max_length=120)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("For the confirmation and reminders, if wanted.")
    )
    by_phone = forms.BooleanField(label=_("The person is on the phone"), required=False)
    start = forms.CharField(widget=forms.HiddenInput)
    form_key = forms.UUIDField(widget=forms.HiddenInput)


class DeskSearchForm(forms.Form):
    """What for, for how many, from which day."""

    service = forms.ModelChoiceField(label=_("Matter"), queryset=BookableService.objects.none())
    count = forms.IntegerField(label=_("Persons or documents"), min_value=1, max_value=20, initial=1)
    first_day = forms.DateField(label=_("From"), widget=_date(), required=False)
    in_a_row = forms.TypedChoiceField(
        label=_("List to pass on"),
        choices=[("", _("no list")), *((most, most) for most in (5, 10, 20))],
        coerce=int,
        required=False,
    )

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services: Any = self.fields["service"]
        services.queryset = (
            BookableService.objects.filter(offers__pool__office=office, active=True)
            .select_related("service")
            .distinct()
        )
