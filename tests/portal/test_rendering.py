"""Form fields in KERN's markup, read together by screen readers."""

import pytest
from django import forms
from django.template.loader import render_to_string


class Contact(forms.Form):
    name = forms.CharField(label="Name", help_text="Wie im Ausweis")
    email = forms.EmailField(label="E-Mail", required=False)
    reason = forms.ChoiceField(
        label="Grund", choices=[("a", "Abholen"), ("b", "Bringen")], widget=forms.RadioSelect
    )
    place = forms.ChoiceField(label="Ort", choices=[("m", "Mitte")])
    agree = forms.BooleanField(label="Einverstanden")
    note = forms.CharField(label="Notiz", widget=forms.Textarea, required=False)
    photo = forms.FileField(label="Foto", required=False)


@pytest.fixture
def refused() -> Contact:
    form = Contact({"name": "", "email": "<b>"})
    form.is_valid()
    return form


def drawn(form: forms.Form, name: str) -> str:
    return str(form[name].as_field_group())


def test_a_field_ties_its_hint_and_its_error_to_the_input(refused: Contact):
    field = drawn(refused, "name")
    assert 'aria-describedby="id_name_helptext id_name_error"' in field
    assert 'id="id_name_helptext"' in field
    assert 'id="id_name_error"' in field
    assert 'aria-invalid="true"' in field
    assert "kern-form-input__input--error" in field


def test_what_was_typed_comes_back_escaped(refused: Contact):
    assert 'value="&lt;b&gt;"' in drawn(refused, "email")


def test_the_browser_may_fill_in_what_it_knows():
    assert 'autocomplete="name"' in drawn(Contact(), "name")
    assert 'autocomplete="email"' in drawn(Contact(), "email")


def test_optional_fields_say_so_and_required_ones_do_not():
    assert "kern-label__optional" in drawn(Contact(), "email")
    assert "kern-label__optional" not in drawn(Contact(), "name")


def test_radio_buttons_are_a_group_with_one_label_each(refused: Contact):
    group = drawn(refused, "reason")
    assert "<fieldset" in group
    assert '<legend class="kern-label">Grund' in group
    assert group.count("kern-form-check__radio") == 2
    assert 'for="id_reason_1"' in group
    assert 'aria-describedby="id_reason_error"' in group


def test_select_checkbox_textarea_and_file_take_kerns_shapes():
    assert "kern-form-input__select-wrapper" in drawn(Contact(), "place")
    assert "kern-form-check__checkbox" in drawn(Contact(), "agree")
    assert "<textarea" in drawn(Contact(), "note")
    assert 'type="file"' in drawn(Contact(), "photo")


def test_the_summary_leads_to_each_field_and_takes_focus(refused: Contact):
    summary = render_to_string("components/_form_errors.html", {"form": refused})
    assert 'href="#id_name"' in summary
    assert 'href="#id_reason"' in summary
    assert 'tabindex="-1"' in summary
    assert "data-focus" in summary


def test_a_form_without_errors_has_no_summary():
    assert render_to_string("components/_form_errors.html", {"form": Contact()}).strip() == ""
