"""Booking for somebody at the desk or on the phone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models import BookableService
from portal.look.names import NameField
from portal.look.pickers import DayPicker
from portal.models import Office


class TimeForm(forms.Form):
    """One of the times that the page lists."""

    start = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": _("Please choose one of the times.")}
    )


class DeskBookingForm(TimeForm):
    """The person at the desk or on the phone; nothing but the name is needed."""

    name = NameField(label=_("Name"), max_length=120)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("For the confirmation and reminders, if wanted.")
    )
    by_phone = forms.BooleanField(label=_("The person is on the phone"), required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput)


class CancelForm(forms.Form):
    """The person on the phone does not come after all."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("Citizens read this in their mail.")
    )


class FirstDayForm(forms.Form):
    """From which day on free times are listed."""

    first_day = forms.DateField(label=_("From"), widget=DayPicker(), required=False)


class DeskSearchForm(FirstDayForm):
    """What for, for how many, from which day."""

    field_order = ("service", "count", "first_day", "in_a_row", "also")

    service = forms.ModelChoiceField(label=_("Matter"), queryset=BookableService.objects.none())
    count = forms.IntegerField(label=_("Persons or documents"), min_value=1, max_value=20, initial=1)
    also = forms.ModelMultipleChoiceField(
        label=_("Something else in the same visit"),
        queryset=BookableService.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    in_a_row = forms.TypedChoiceField(
        label=_("List to pass on"),
        choices=[("", _("no list")), *((most, most) for most in (5, 10, 20))],
        coerce=int,
        required=False,
    )

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services: Any = self.fields["service"]
        also: Any = self.fields["also"]
        services.queryset = (
            BookableService.objects.filter(offers__pool__office=office, active=True)
            .select_related("service")
            .distinct()
        )
        also.queryset = services.queryset.exclude(combinable=None)

    @property
    def lines(self) -> tuple[tuple[int, int], ...]:
        """Each service with its count; what is done besides is done once."""
        values = self.cleaned_data
        main = values["service"].pk
        return ((main, values["count"]), *((row.pk, 1) for row in values["also"] if row.pk != main))
