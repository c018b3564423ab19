"""Joining the waiting list, finding lost links."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.forms.guarded import GuardedForm
from appointments.forms.questions import DayField
from appointments.times.orders import Order
from appointments.times.rules import PoolFacts
from appointments.times.wishes import PARTS, Filters
from appointments.waiting.wanted_times import Wanted
from portal.look.names import NameField
from portal.models.places import Weekday

MOST_DAYS = 180


class WaitingForm(GuardedForm):
    name = NameField(label=_("First and last name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, help_text=_("We write to this address as soon as a time is free.")
    )
    first_day = DayField(label=_("From"))
    last_day = DayField(label=_("Until"))
    offices = forms.MultipleChoiceField(
        label=_("Offices"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        required=False,
        coerce=int,
        choices=Weekday.choices[:6],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all."),
    )
    part = forms.ChoiceField(
        label=_("Time of day"),
        required=False,
        choices=[("", _("any time")), *((key, row[0]) for key, row in PARTS.items())],
    )

    def __init__(self, *args: Any, pools: list[PoolFacts], filters: Filters, **kwargs: Any) -> None:
        """`filters` of the page of times, where nothing was free, are the first proposal."""
        super().__init__(*args, **kwargs)
        places = {pool.place.id: pool.place.name for pool in pools}
        field = self.fields["offices"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(pk), name) for pk, name in sorted(places.items(), key=lambda row: row[1])]
        if len(places) < 2:
            del self.fields["offices"]
        today = timezone.localdate()
        day = max(filters.day or today, today)
        self.initial = {
            **self.initial,
            "first_day": day,
            "last_day": day if filters.day else today + timedelta(days=30),
            "offices": [str(pool.place.id) for pool in pools if pool.place.slug in filters.offices],
            "weekdays": list(filters.weekdays),
            "part": filters.part,
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        first, last = values.get("first_day"), values.get("last_day")
        today = timezone.localdate()
        if isinstance(first, date) and isinstance(last, date):
            if last < first or last < today:
                self.add_error("last_day", _("The last day must lie after the first one."))
            elif last > today + timedelta(days=MOST_DAYS):
                self.add_error("last_day", _("Please choose a day within the next half year."))
        return values

    def wanted(self, order: Order) -> Wanted:
        values = self.cleaned_data
        _label, from_time, until_time = PARTS.get(values["part"], ("", None, None))
        return Wanted(
            service_id=order.lines[0][0],
            count=order.lines[0][1],
            further=order.lines[1:],
            first_day=values["first_day"],
            last_day=values["last_day"],
            offices=frozenset(int(pk) for pk in values.get("offices", ())),
            weekdays=frozenset(values["weekdays"]),
            from_time=from_time,
            until_time=until_time,
        )


class LostLinkForm(GuardedForm):
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, help_text=_("The address you gave when you booked.")
    )
