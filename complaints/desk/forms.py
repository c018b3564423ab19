"""What clerks fill in on the page of a case."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints import workflow
from complaints.intake import reporting
from complaints.models import Case, Category, OutsideBody
from complaints.workflow import Decision, Kind, State
from portal import numbers
from portal.models import Department, User

_WIDE = forms.Textarea(attrs={"rows": 5})


class CaseForm(forms.Form):
    """Base: every form of the page knows its case and the person at the desk."""

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.user = case, user
        self.set_up()

    def set_up(self) -> None:
        """Narrow the choices to this case."""


class SeenForm(CaseForm):
    """A form whose words answer to what its page showed: `seen` is when that was changed last."""

    seen = forms.DateTimeField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.case.updated_at.isoformat()

    def look_again(self) -> None:
        """The page shows the case as it is now: what was typed stays, and may be sent after another look."""
        self.data = {**self.data.dict(), self.add_prefix("seen"): self.case.updated_at.isoformat()}  # type: ignore[attr-defined]  # the form is bound


class TakeForm(CaseForm):
    pass


class ReadForm(CaseForm):
    pass


class AssignForm(SeenForm):
    department = forms.ModelChoiceField(label=_("Department"), queryset=Department.objects.all())
    assignee = forms.ModelChoiceField(label=_("Clerk"), queryset=User.objects.none(), required=False)

    def set_up(self) -> None:
        staff = User.objects.filter(is_active=True, is_staff=True).order_by("last_name", "username")
        concerned = self.case.concerned_people.values("pk")
        self.fields["assignee"].queryset = staff.exclude(pk__in=concerned)  # type: ignore[attr-defined]  # the stubs know a Field only
        self.initial = {
            "department": self.case.department_id,
            "assignee": self.case.assignee_id,
        }


class MoveForm(SeenForm):
    to = forms.ChoiceField(
        label=_("New state"),
        widget=forms.Select(attrs={"data-key": "s", "data-key-label": _("Change the state")}),
    )
    reason = forms.CharField(
        label=_("Text to the citizen"), help_text=_("Why, in plain words. It is sent and stays in the thread."),
        required=False, widget=_WIDE, max_length=8000,
    )  # fmt: skip
    public_note = forms.CharField(
        label=_("Public note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    decision = forms.ChoiceField(label=_("Decision"), choices=[("", "–"), *Decision.choices], required=False)
    corrective_action = forms.CharField(
        label=_("Corrective action"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def set_up(self) -> None:
        offered = workflow.allowed(State(self.case.state), Kind(self.case.kind))
        self.fields["to"].choices = [(state.value, state.label) for state in offered]  # type: ignore[attr-defined]  # the stubs know a Field only
        if self.case.kind != Kind.COMPLAINT:
            del self.fields["decision"], self.fields["corrective_action"]
        else:
            del self.fields["public_note"]

    def clean_to(self) -> State:
        return State(self.cleaned_data["to"])


class WriteForm(SeenForm):
    text = forms.CharField(
        label=_("Message to the citizen"), max_length=8000,
        widget=forms.Textarea(attrs={"rows": 5, "data-key": "w", "data-key-label": _("Write to the citizen")}),
    )  # fmt: skip
    question = forms.BooleanField(
        label=_("This is a question: the deadline rests until the answer"), required=False
    )
    interim = forms.BooleanField(
        label=_("This is an interim notice: the mail names the day of the answer"), required=False
    )

    def set_up(self) -> None:
        if not self.case.is_open:
            del self.fields["question"], self.fields["interim"]


class NoteForm(CaseForm):
    text = forms.CharField(
        label=_("Internal note"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 3, "data-key": "i", "data-key-label": _("Internal note")}),
    )


class CategoryForm(SeenForm):
    category = forms.ModelChoiceField(label=_("Topic"), queryset=Category.objects.none())
    route_again = forms.BooleanField(
        label=_("Give it to the department in charge of it"), required=False, initial=True
    )

    def set_up(self) -> None:
        self.fields["category"].queryset = Category.objects.filter(  # type: ignore[attr-defined]  # the stubs know a Field only
            active=True, parent__isnull=False
        ).order_by("parent__order", "order", "name")
        self.initial.setdefault("category", self.case.category_id)


class KindForm(SeenForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)

    def set_up(self) -> None:
        self.initial.setdefault("kind", self.case.kind)

    def clean_kind(self) -> Kind:
        return Kind(self.cleaned_data["kind"])


class PublishForm(SeenForm):
    public_text = forms.CharField(
        label=_("Text for everyone"), help_text=_("No names, no number plates, no telephone numbers."),
        widget=_WIDE, max_length=4000,
    )  # fmt: skip
    address = forms.CharField(label=_("Place for everyone"), required=False, max_length=250)

    def set_up(self) -> None:
        self.initial["public_text"] = self.case.public_text or self.case.text
        self.initial["address"] = self.case.shown_address


class HideForm(CaseForm):
    pass


class RedactForm(SeenForm):
    text = forms.CharField(label=_("Text without personal data"), widget=_WIDE, max_length=8000)
    message = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def set_up(self) -> None:
        self.initial.setdefault("text", self.case.text)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("message") and len(values.get("text", "")) > reporting.LONGEST_TEXT:
            self.add_error("text", _("This text is too long."))
        return values


class PhotoForm(CaseForm):
    photo = forms.IntegerField(widget=forms.HiddenInput)
    boxes = forms.CharField(
        label=_("Blurred boxes"), help_text=_("Left, top, width, height in per cent, one box a line."),
        required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    public = forms.BooleanField(label=_("Show this photo to everyone"), required=False)
    for_good = forms.BooleanField(required=False)

    def clean_boxes(self) -> list[tuple[float, float, float, float]]:
        boxes = []
        for line in self.cleaned_data["boxes"].replace(";", "\n").splitlines():
            parts = line.replace("%", " ").replace(",", " ").split()
            if not parts:
                continue
            try:
                left, top, width, height = (min(100.0, max(0.0, float(part))) / 100 for part in parts)
            except ValueError:
                raise forms.ValidationError(_("A box is four numbers: left, top, width, height.")) from None
            boxes.append((left, top, width, height))
        return boxes[:50]


class ConcernedForm(CaseForm):
    people = forms.ModelMultipleChoiceField(
        label=_("Hidden from"), queryset=User.objects.filter(is_active=True, is_staff=True), required=False
    )

    def set_up(self) -> None:
        self.initial.setdefault("people", list(self.case.concerned_people.all()))


class OtherCaseForm(CaseForm):
    number = forms.CharField(label=_("Number of the other case"), max_length=30)

    def clean_number(self) -> Case:
        try:
            number = numbers.normalise(self.cleaned_data["number"])
        except numbers.NotANumber:
            raise forms.ValidationError(_("This is not a number of ours.")) from None
        other = Case.objects.visible_to(self.user).filter(number=number).first()
        if other is None:
            raise forms.ValidationError(_("We do not know this number."))
        return other


class ApartForm(CaseForm):
    reason = forms.CharField(label=_("Why"), max_length=2000)


class PartForm(OtherCaseForm):
    number = forms.CharField(label=_("Number of the larger case"), required=False, max_length=30)

    def clean_number(self) -> Case | None:  # type: ignore[override]  # a case instead of its number
        return super().clean_number() if self.cleaned_data["number"] else None


class SplitForm(CaseForm):
    text = forms.CharField(label=_("Text of the new case"), widget=_WIDE, max_length=4000)
    category = forms.ModelChoiceField(
        label=_("Topic"), queryset=Category.objects.filter(active=True, parent__isnull=False)
    )


class ForwardForm(SeenForm):
    body = forms.ModelChoiceField(label=_("Outside body"), queryset=OutsideBody.objects.filter(active=True))
    message = forms.CharField(label=_("Words to them"), required=False, widget=_WIDE, max_length=4000)
    public_note = forms.CharField(
        label=_("Public note"), help_text=_("Who looks after it from now on. Citizens read this."),
        max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class BulkForm(forms.Form):
    """One deed for many cases: chosen on the list, looked at, then done."""

    deed = forms.ChoiceField(
        label=_("With the chosen cases"),
        choices=[
            ("take", _("take over")),
            ("assign", _("assign")),
            ("move", _("change state")),
            ("note", _("add a note")),
        ],
    )
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.all(), required=False
    )
    assignee = forms.ModelChoiceField(
        label=_("Clerk"), queryset=User.objects.filter(is_active=True, is_staff=True), required=False
    )
    to = forms.ChoiceField(label=_("New state"), choices=[("", "–"), *State.choices], required=False)
    text = forms.CharField(label=_("Text"), required=False, widget=_WIDE, max_length=8000)


class NewCaseForm(forms.Form):
    """Somebody stands at the counter or is on the phone."""

    key = forms.UUIDField(
        widget=forms.HiddenInput, initial=uuid4, required=False
    )  # pressed twice, it is one case
    text = forms.CharField(label=_("What happened?"), widget=_WIDE, max_length=4000)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    category = forms.ModelChoiceField(
        label=_("Topic"), queryset=Category.objects.filter(active=True, parent__isnull=False)
    )
    address = forms.CharField(label=_("Place"), required=False, max_length=250)
    name = forms.CharField(label=_("Name"), required=False, max_length=150)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
