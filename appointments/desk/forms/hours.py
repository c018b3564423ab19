"""The hours of an office: closing days, absences, other hours on single days, the week."""

from datetime import time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.models import Absence, BookableService, Opening, Pool, SpecialDay
from portal.look.pickers import DayPicker, MomentPicker, TimePicker
from portal.models import Office

LONGEST_CLOSURE = timedelta(days=400)


def days_in_order(form: forms.BaseForm, values: dict[str, Any]) -> None:
    """Days that can be meant: from today on, the last not before the first, not for years."""
    first, last = values.get("first_day"), values.get("last_day")
    if first and last and last < first:
        form.add_error("last_day", _("The last day lies before the first."))
    elif first and last and last - first > LONGEST_CLOSURE:
        form.add_error("last_day", _("This is longer than a year. Please end the openings instead."))
    if first and first < timezone.localdate():
        form.add_error("first_day", _("This day is over."))


def hours_in_order(form: forms.BaseForm, values: dict[str, Any]) -> None:
    """Hours that end after they began, with no more counters online than there are. 00:00 as an end is midnight."""
    opens, closes = values.get("opens"), values.get("closes")
    if opens and closes and time(0) != closes <= opens:
        form.add_error("closes", _("The end lies before the start."))
    counters, online = values.get("capacity"), values.get("public_capacity")
    if counters and online and online > counters:
        form.add_error("public_capacity", _("More than there are counters."))


class CloseForm(forms.Form):
    """Whole days on which the office stays shut."""

    first_day = forms.DateField(label=_("First day"), widget=DayPicker())
    last_day = forms.DateField(label=_("Last day"), widget=DayPicker())
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Citizens read this in their mail.")
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        days_in_order(self, values)
        return values


class AbsenceForm(forms.ModelForm[Absence]):
    """Counters that nobody staffs for a while."""

    class Meta:
        model = Absence
        fields = ("pool", "starts_at", "ends_at", "places", "note")
        widgets = {"starts_at": MomentPicker(), "ends_at": MomentPicker()}

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _pools_of(office, self)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        starts, ends = values.get("starts_at"), values.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The end lies before the start."))
        elif ends and ends <= timezone.now():
            self.add_error("ends_at", _("This time is over."))
        return values


class SpecialDayForm(forms.ModelForm[SpecialDay]):
    """Other hours on single days: closed, changed or extra, for one group of counters."""

    class Meta:
        model = SpecialDay
        fields = (
            "pool", "kind", "first_day", "last_day", "opens", "closes", "capacity", "public_capacity", "services",
            "reason",
        )  # fmt: skip
        widgets = {
            "first_day": DayPicker(),
            "last_day": DayPicker(),
            "opens": TimePicker(),
            "closes": TimePicker(),
        }

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _pools_of(office, self)
        self.fields["kind"].initial = SpecialDay.Kind.CHANGED
        for name in ("capacity", "public_capacity"):
            self.fields[name].required = False
        self.fields["closes"].help_text = _("Closed with no times: the whole day.")
        _services_of(Pool.objects.filter(office=office), self)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        days_in_order(self, values)
        if values.get("kind") == SpecialDay.Kind.CLOSED:
            if bool(values.get("opens")) != bool(values.get("closes")) and not self.errors:
                self.add_error("closes", _("Give a start and an end, or neither to close the whole day."))
            hours_in_order(self, values)
            return values | {"capacity": 0, "public_capacity": 0}
        for name in ("opens", "closes", "capacity"):
            if not values.get(name) and name not in self.errors:
                self.add_error(name, _("Needed unless the counters are closed."))
        values["public_capacity"] = values.get("public_capacity") or 0
        hours_in_order(self, values)
        return values


def _pools_of(office: Office, form: forms.ModelForm[Any]) -> None:
    pools: Any = form.fields["pool"]
    pools.queryset = Pool.objects.filter(office=office, active=True)
    pools.empty_label = None


def _services_of(pools: Any, form: forms.ModelForm[Any]) -> None:
    services: Any = form.fields["services"]
    offered = BookableService.objects.filter(offers__pool__in=pools).select_related("service")
    services.queryset = offered.order_by("service__name").distinct()
    services.widget = forms.CheckboxSelectMultiple(choices=services.choices)
    services.help_text = _("None ticked: for everything that is offered here.")


class OpeningForm(forms.ModelForm[Opening]):
    class Meta:
        model = Opening
        fields = (
            "weekday", "opens", "closes", "capacity", "public_capacity", "valid_from", "valid_until",
            "every_weeks", "nth_of_month", "services",
        )  # fmt: skip
        widgets = {
            "opens": TimePicker(),
            "closes": TimePicker(),
            "valid_from": DayPicker(),
            "valid_until": DayPicker(),
        }

    def __init__(self, *args: Any, pool: Pool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _services_of([pool], self)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        hours_in_order(self, values)
        if not 1 <= (values.get("every_weeks") or 1) <= 53:
            self.add_error("every_weeks", _("Every 1 to 53 weeks: 1 is every week."))
        first, last = values.get("valid_from"), values.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The last day lies before the first."))
        return values


MOST_ROWS = 200
"""A page that claims to have more rows is not drawn with them: thousands of forms kept a worker for half a minute."""
OpeningFormSet = forms.inlineformset_factory(
    Pool, Opening, form=OpeningForm, extra=1, can_delete=True, max_num=MOST_ROWS, absolute_max=MOST_ROWS
)
