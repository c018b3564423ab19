"""What citizens fill in. Texts are bounded before anything else looks at them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from complaints.correspondence import photos
from complaints.correspondence.photos import Clean
from complaints.intake import reporting
from complaints.intake.reporting import Contact
from complaints.models import Area, Attribute, Category
from complaints.places.place import Place
from complaints.workflow import Kind
from portal import untrusted
from portal.look.pickers import MomentPicker

ASKED_KINDS = [
    (Kind.DEFECT, _("Something is broken, dirty or dangerous")),
    (Kind.COMPLAINT, _("I want to complain about the city or a decision")),
    (Kind.IDEA, _("I have an idea")),
    (Kind.PRAISE, _("I want to praise")),
    (Kind.QUESTION, _("I have a question")),
]

REFUSALS = {
    photos.TooLarge: _(
        "This photo is too large. Please choose one of at most 15 MB and 25 megapixels (JPEG: 60)."
    ),
    photos.NotAPhoto: _("This file is not a photo we can read. JPEG, PNG, WebP and GIF work."),
    photos.Infected: _("This file could not be checked for viruses and was not accepted."),
    photos.TooMany: _("At most five photos, please."),
}


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files


class SomeRefused(forms.ValidationError):
    """One of several photos cannot be taken; the `good` ones can."""

    good: list[Clean]


class PhotosField(forms.FileField):
    """Up to five photos, cleaned while the form is checked: the form's value is a list of photos.Clean."""

    widget = ManyFiles

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": "image/jpeg,image/png,image/webp,image/gif", "multiple": True}

    def clean(self, data: Any, initial: Any = None) -> list[Clean]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if len(files) > photos.MOST_PHOTOS:
            raise forms.ValidationError(REFUSALS[photos.TooMany])
        good: list[Clean] = []
        refused: list[str] = []
        for file in files:
            try:
                good.append(self._clean_one(file))
            except photos.PhotoRefused as reason:
                sentence = str(REFUSALS[type(reason)])
                refused.append(f"{file.name}: {sentence}" if len(files) > 1 else sentence)
        if refused:
            refusal = SomeRefused(" ".join(refused))
            refusal.good = good
            raise refusal
        return good

    def _clean_one(self, file: Any) -> photos.Clean:
        if file.size > photos.MOST_BYTES:
            raise photos.TooLarge
        return photos.clean(file.read())


class WhatForm(forms.Form):
    """Page 1: text first."""

    text = forms.CharField(
        label=_("What happened?"),
        help_text=_("Describe it in your own words. Please write no names or number plates of other people."),
        max_length=reporting.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Please write a few words."),
            "max_length": _("Please shorten your text to 4,000 characters."),
        },
    )
    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=ASKED_KINDS,
        initial=Kind.DEFECT,
        widget=forms.RadioSelect,
        required=False,
    )
    concerned = forms.CharField(
        label=_("Only for complaints: whom is it about?"),
        help_text=_("A department or a person. That person will not see your complaint."),
        max_length=200,
        required=False,
    )
    photos = PhotosField(
        label=_("Photos"),
        help_text=_("Up to five. We remove the place and the data of your camera from them."),
        required=False,
    )

    def __init__(self, *args: Any, already: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.already = already

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Kind.DEFECT

    def clean_photos(self) -> list[Clean]:
        fresh: list[Clean] = self.cleaned_data["photos"]
        if len(fresh) + self.already > photos.MOST_PHOTOS:
            raise forms.ValidationError(REFUSALS[photos.TooMany])
        return fresh

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")

    @property
    def good_photos(self) -> list[Clean]:
        """What can be kept although something else on the page is refused."""
        refused = (one for one in self.errors.as_data().get("photos", []) if isinstance(one, SomeRefused))
        found: list[Clean] = self.cleaned_data.get("photos") or next((one.good for one in refused), [])
        return found[: max(0, photos.MOST_PHOTOS - self.already)]


class FigureField(forms.FloatField):
    """A number with a point or, as most of Europe writes it, a comma."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class PlaceForm(forms.Form):
    """Page 2: topic and place, and what the topic asks further."""

    category = forms.TypedChoiceField(
        label=_("Topic"),
        coerce=int,
        empty_value=None,
        error_messages={"required": _("Please choose a topic.")},
    )
    address = forms.CharField(
        label=_("Address or description of the place"),
        help_text=_("For example: Hauptstraße 5, opposite the bakery"),
        max_length=250,
        required=False,
    )
    meant = forms.CharField(
        label=_("Which address do you mean?"), max_length=250, required=False, widget=forms.RadioSelect
    )
    latitude = FigureField(label=_("Latitude"), min_value=-90, max_value=90, required=False)
    longitude = FigureField(label=_("Longitude"), min_value=-180, max_value=180, required=False)

    def __init__(self, *args: Any, categories: Sequence[Category], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories = {category.pk: category for category in categories}
        self.fields["category"].choices = _grouped(categories, language)  # type: ignore[attr-defined]  # the stubs know a Field only
        for name in ("latitude", "longitude"):
            self.fields[name].widget.attrs |= {"step": "any", "data-place": name}
        self.fields["address"].widget.attrs |= {"autocomplete": "off", "list": "addresses"}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        category = self.categories.get(values.get("category") or 0)
        if (values.get("latitude") is None) != (values.get("longitude") is None):
            self.add_error("latitude", _("Latitude and longitude belong together."))
        known = values.get("latitude") is not None or values.get("address")
        if (
            category
            and category.place == Category.Place.REQUIRED
            and not known
            and "address" not in self.errors
        ):
            self.add_error("address", _("Please say where: choose a point on the map or write an address."))
        return values

    @staticmethod
    def as_typed(posted: QueryDict) -> dict[str, Any]:
        """What stands in the fields, the further questions included, as `initial` of the page takes it."""
        found: dict[str, Any] = {
            name: posted.get(name, "")[:250] for name in ("address", "latitude", "longitude")
        }
        if category := untrusted.row_number(posted.get("category")):
            found["category"] = category
        answers = {name[2:]: values for name, values in posted.lists() if name.startswith("f-")}
        found["answers"] = {
            code[:80]: [value[:2000] for value in values[:50]] if len(values) > 1 else values[0][:2000]
            for code, values in list(answers.items())[:50]
        }
        return found

    @property
    def chosen(self) -> Category | None:
        return self.categories.get(self.cleaned_data.get("category") or 0)

    @property
    def place(self) -> Place:
        values = self.cleaned_data
        address = values.get("meant") or values.get("address", "")
        return Place(values.get("latitude"), values.get("longitude"), address)

    def ask_back(self, addresses: Sequence[str]) -> None:
        """Offer addresses that may be meant, beside the words as they were written."""
        as_written = ("", _("None of these: keep it as I wrote it"))
        widget = self.fields["meant"].widget
        widget.choices = [(one, one) for one in addresses] + [as_written]


class QuestionsForm(forms.Form):
    """The further questions of a category, as its Open311 attributes say."""

    def __init__(self, *args: Any, attributes: Sequence[Attribute], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": "f"})
        for attribute in attributes:
            if attribute.variable:
                self.fields[attribute.code] = _field(attribute)

    @property
    def answers(self) -> dict[str, Any]:
        """JSON values by code, empty ones left out."""
        return {
            code: value.isoformat() if hasattr(value, "isoformat") else value
            for code, value in self.cleaned_data.items()
            if value not in (None, "", [])
        }


class ContactForm(forms.Form):
    """Page 3: who, if the person likes to say."""

    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("For the answer and for news about your report."),
        max_length=254,
        required=False,
    )
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)

    def __init__(self, *args: Any, needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needed = needed

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.needed and not (values.get("email") or values.get("phone")) and "email" not in self.errors:
            self.add_error("email", _("For this topic we need an e-mail address or a phone number."))
        return values

    @property
    def contact(self) -> Contact:
        return Contact(**{name: self.cleaned_data.get(name, "") for name in ("name", "email", "phone")})


class AnswerForm(forms.Form):
    """A citizen writes on the own page."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=reporting.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Please write a few words.")},
    )
    photos = PhotosField(label=_("Photos"), required=False)


class ReasonForm(forms.Form):
    """Why the case shall be opened again."""

    reason = forms.CharField(
        label=_("What is not in order yet?"),
        max_length=reporting.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please tell us what is not in order yet.")},
    )


class SurveyForm(forms.Form):
    satisfied = forms.TypedChoiceField(
        label=_("Has it been solved?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        empty_value=None,
    )
    comment = forms.CharField(
        label=_("What do you want to tell us?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    open_again = forms.BooleanField(label=_("Please open the report again"), required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("open_again") and not values.get("satisfied") and not values.get("comment", "").strip():
            self.add_error("comment", _("Please tell us what is not in order yet."))
        return values


class SubscribeForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    area = forms.ModelChoiceField(
        label=_("Area"),
        empty_label=_("whole city"),
        queryset=Area.objects.filter(is_public=True),
        required=False,
    )
    category = forms.ModelChoiceField(
        label=_("Topic"),
        empty_label=_("all topics"),
        queryset=Category.objects.filter(active=True),
        required=False,
    )


def _grouped(categories: Sequence[Category], language: str) -> list[tuple[str, Any]]:
    groups: dict[str, list[tuple[int, str]]] = {}
    for category in categories:
        parent = category.parent.name_in(language) if category.parent else ""
        groups.setdefault(parent, []).append((category.pk, category.name_in(language)))
    return [("", _("Please choose")), *groups.items()]


def _field(attribute: Attribute) -> forms.Field:
    kind = Attribute.Datatype
    common: dict[str, Any] = {
        "label": attribute.description,
        "help_text": attribute.datatype_description,
        "required": attribute.required,
    }
    choices = [(str(value.get("key", "")), str(value.get("name", ""))) for value in attribute.values]
    if attribute.datatype == kind.NUMBER:
        return FigureField(**common)
    if attribute.datatype == kind.DATETIME:
        return forms.DateTimeField(widget=MomentPicker(), **common)
    if attribute.datatype == kind.TEXT:
        return forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), **common)
    if attribute.datatype == kind.SINGLE:
        return forms.ChoiceField(choices=[("", "–"), *choices], **common)
    if attribute.datatype == kind.MULTI:
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
    return forms.CharField(max_length=400, **common)
