"""Form fields in KERN's markup: `{{ form.field.as_field_group }}` is all that a page writes.

A widget's own attributes win; the admin draws its fields itself and is not touched.
"""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField, BoundWidget
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString
from django.utils.translation import gettext_noop

# What the browser may fill in, by the names our forms give their fields (WCAG 1.3.5).
AUTOCOMPLETE = {
    "name": "name",
    "full_name": "name",
    "first_name": "given-name",
    "last_name": "family-name",
    "email": "email",
    "phone": "tel",
    "street": "street-address",
    "postal_code": "postal-code",
    "town": "address-level2",
    "birth_date": "bday",
    "organisation": "organization",
}
# Django's own messages, said as our pages speak: the catalogues of the portal carry the words
REWORDED = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a valid time."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
)
KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.RadioSelect, "choices"),
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.CheckboxInput, "check"),
    (forms.SelectMultiple, "multiple"),
    (forms.Select, "select"),
)
CLASSES = {
    "choices": "",
    "check": "kern-form-check__checkbox",
    "select": "kern-form-input__select",
    "multiple": "kern-form-input__input",
    "input": "kern-form-input__input",
}


class KernBoundField(BoundField):
    """A bound field that knows which of KERN's shapes it takes."""

    @property
    def kind(self) -> str:
        """One of "choices", "check", "select", "multiple" and "input"."""
        return next((kind for widget, kind in KINDS if isinstance(self.field.widget, widget)), "input")

    @property
    def is_optional(self) -> bool:
        """Optional fields say so; a lone checkbox does not need to, nor do those of which one must be filled."""
        needed = self.field.required or self.name in getattr(self.form, "one_is_enough", ())
        return not needed and self.kind != "check" and not self.field.disabled

    @property
    def control(self) -> SafeString:
        """The input, select or textarea with KERN's class."""
        return self.as_widget(attrs=self._house_attrs())

    @property
    def options(self) -> list[BoundWidget]:
        """The radio buttons or checkboxes, one by one, with KERN's class."""
        shape = self.field.widget.input_type  # Django's checkboxes are a kind of its radio buttons
        attrs = self.build_widget_attrs({"id": self.auto_id, "class": f"kern-form-check__{shape}"})
        attrs.pop("aria-invalid", None)  # belongs to the group, not to each answer
        return [
            BoundWidget(self.field.widget, option, self.form.renderer)
            for option in self.field.widget.subwidgets(self.html_name, self.value(), attrs=attrs)
        ]

    def _house_attrs(self) -> dict[str, Any]:
        own, classes = self.field.widget.attrs, [CLASSES[self.kind]]
        if self.errors:
            classes.append(f"{classes[0]}--error")
        if "class" in own:
            classes.append(own["class"])
        attrs: dict[str, Any] = {"class": " ".join(classes)}
        if isinstance(self.field.widget, forms.Textarea):
            attrs["maxlength"] = (
                False  # browsers cut what is pasted there without a word; the form says what is too long
            )
        if "autocomplete" not in own and self.name in AUTOCOMPLETE:
            attrs["autocomplete"] = AUTOCOMPLETE[self.name]
        return attrs


class KernRenderer(TemplatesSetting):
    """FORM_RENDERER of the portal."""

    field_template_name = "forms/field.html"
    bound_field_class = KernBoundField
