"""Booking for somebody at the desk or on the phone."""

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from appointments.forms.questions import QuestionsForm
from appointments.models import BookableService
from appointments.times.orders import Order
from appointments.visit.holding import Contact
from appointments.visit.records import Record
from portal.look.names import NameField
from portal.look.pickers import DayPicker
from portal.models import Office
from portal.untrusted import row_number


class PersonForm(QuestionsForm):
    """One of the times that the page lists, and who comes; nothing but the name is needed.

    What the services ask is asked here too. A clerk may go on without an answer, or with one that does not fit.
    """

    start = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": _("Please choose one of the times.")}
    )
    name = NameField(label=_("Name"), max_length=120)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("For the confirmation and reminders, if wanted.")
    )
    language = forms.ChoiceField(
        label=_("Language of the mails"),
        choices=settings.LANGUAGES,
        initial=settings.LANGUAGE_CODE,
    )
    anyway = forms.BooleanField(
        label=_("Book all the same"),
        required=False,
        help_text=_("Without the answers that are missing, or although something does not fit."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waived = self.is_bound and bool(self.data.get(self.add_prefix("anyway")))
        for name in self.questions:
            known = name == "documents" and self.before is not None and self.before.documents
            self.fields[name].required = self.fields[name].required and not (self.waived or known)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for n in range(1, self.children_count + 1):
            half = {f"child{n}_name", f"child{n}_birth"}
            if len([name for name in half if values.get(name)]) == 1 and not half & self.errors.keys():
                self.add_error(f"child{n}_name", _("Please give name and date of birth, or neither."))
        return values

    def contact(self) -> Contact:
        typed = super().contact()
        return replace(typed, documents=typed.documents or (self.before.documents if self.before else ()))

    def object_to(self, field: str, sentence: str) -> None:
        on_record = self.before is not None and self.initial.get(field) == self.cleaned_data[field]
        if not self.waived and not on_record:  # about what stands there a colleague decided already
            super().object_to(field, sentence)

    @property
    def offers_anyway(self) -> bool:
        """Only where an answer stands in the way."""
        return self.waived or bool(self.errors.keys() & set(self.questions))

    @property
    def record(self) -> Record:
        return Record(self.contact(), self.cleaned_data["language"], self.children())


class DeskBookingForm(PersonForm):
    """The person at the desk or on the phone."""

    by_phone = forms.BooleanField(label=_("The person is on the phone"), required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput)


class DeskChangeForm(PersonForm):
    """An appointment becomes another one; `seen` is the state of which the page was made."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def record(self) -> Record:
        return replace(super().record, seen=self.cleaned_data["seen"])

    def look_again(self, moved_from: str) -> None:
        """The page shows the appointment as it is now: what was typed stays, and may be sent after another look.

        Who left it at the time that it had, `moved_from`, leaves it at the time that it has.
        """
        typed = self.data.dict()  # type: ignore[attr-defined]  # the form is bound
        stays = {"start": self.initial["start"]} if typed.get("start") == moved_from else {}
        self.data = {**typed, "seen": self.initial["seen"], **stays}

    def versions(self) -> list[tuple[str, str, str]]:
        """Label, what is on record, and what was typed instead."""
        told = [self[name] for name in self.changed_data if name not in ("start", "seen", "anyway")]
        return [
            (str(field.label), _shown(field, field.initial), _shown(field, self.cleaned_data[field.name]))
            for field in told
        ]


def _shown(field: forms.BoundField, value: Any) -> str:
    """As people write it."""
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return str(dict(getattr(field.field, "choices", ())).get(value, "" if value is None else value))


class CancelForm(forms.Form):
    """The person on the phone does not come after all."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("Citizens read this in their mail.")
    )


class DeskSearchForm(forms.Form):
    """What for, for how many, from which day."""

    service = forms.ModelChoiceField(label=_("Matter"), queryset=BookableService.objects.none())
    count = forms.IntegerField(label=_("Persons or documents"), min_value=1, max_value=20, initial=1)
    first_day = forms.DateField(label=_("From"), widget=DayPicker(), required=False)
    in_a_row = forms.TypedChoiceField(
        label=_("List to pass on"),
        choices=[("", _("no list")), *((most, most) for most in (5, 10, 20))],
        coerce=int,
        required=False,
    )
    also = forms.ModelMultipleChoiceField(
        label=_("Something else in the same visit"),
        queryset=BookableService.objects.none(),
        widget=forms.CheckboxSelectMultiple,
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
        if main := row_number(
            str(self["service"].value() or "")
        ):  # what goes with it, and what is ticked already
            ticked = [row_number(str(pk)) for pk in self["also"].value() or ()]
            also.queryset = also.queryset.filter(Q(combinable=main) | Q(pk__in=ticked))

    def lines(self, before: Order | None = None) -> tuple[tuple[int, int], ...]:
        """Each service with its count; what is done besides is done once, or as often as `before` says."""
        values, had = self.cleaned_data, dict(before.lines) if before else {}
        main = values["service"].pk
        besides = [row.pk for row in values["also"] if row.pk != main]
        return ((main, values["count"]), *((pk, had.get(pk, 1)) for pk in besides))
