"""The boxes of a case's page: reply templates, and words that stay where they were typed."""

import pytest

from complaints.models import ReplyTemplate
from tests.complaints.builders import a_case, act
from tests.html_forms import Page

pytestmark = pytest.mark.django_db


def test_a_template_is_filled_with_the_facts(client, office):
    case = a_case(department=office[1], address="Hauptstraße 5")
    template = ReplyTemplate.objects.create(
        name="Fertig", state="solved", text="Nr. {number}, {place}: fertig. {clerk} {foo}"
    )
    found = client.get(f"/amt/anliegen/fall/{case.number}/vorlage/", {"template": template.pk}).json()
    assert found == {"text": f"Nr. {case.number}, Hauptstraße 5: fertig. Ada Lund {{foo}}", "state": "solved"}


def test_a_template_or_a_refusal_in_one_box_costs_the_others_no_word(client, office):
    case = a_case(department=office[1])
    template = ReplyTemplate.objects.create(name="Danke", text="Vielen Dank.")
    address = f"/amt/anliegen/fall/{case.number}/"
    boxes = Page(client.get(address).content.decode(), address).form("/note/").values()
    words = {
        "note-text": "Hausmeister fragen",
        "move-reason": "Weil",
        "write-text": "Guten Tag,",
        "move-to": "planned",
    }
    typed = {**boxes, **words, "write-question": "on", "write-template": template.pk}
    begun = act(client, case, "write", **typed, use="1").context["forms"]
    assert begun["note"]["text"].value() == "Hausmeister fragen"
    assert (begun["move"]["reason"].value(), begun["move"]["to"].value()) == ("Weil", "planned")
    assert begun["write"]["text"].value() == "Guten Tag,\n\nVielen Dank."
    assert not case.messages.exists()
    refused = act(client, case, "write", **{**typed, "write-text": " "})
    assert refused.status_code == 422
    assert refused.context["forms"]["note"]["text"].value() == "Hausmeister fragen"
    assert act(client, case, "note", **typed).status_code == 303
    assert [said.text for said in case.messages.all()] == ["Hausmeister fragen"], (
        "the button says which box is meant"
    )


@pytest.mark.parametrize(
    ("state", "deed", "field"),
    [("solved", "move", "reason"), ("", "write", "text"), ("merged", "write", "text")],
)
def test_without_a_script_a_template_stands_behind_what_was_typed(client, office, state, deed, field):
    case = a_case(department=office[1])
    template = ReplyTemplate.objects.create(name="Fertig", state=state, text="Nr. {number}: fertig.")
    page = client.get(f"/amt/anliegen/fall/{case.number}/")
    assert page.context["templates"][deed] == [template]
    typed = {
        "use": "1",
        "template": template.pk,
        field: "Guten Tag,",
        "public_note": "Bald",
        "question": "on",
    }
    once = act(client, case, deed, **typed)
    begun = once.context["forms"][deed]
    assert begun[field].value() == f"Guten Tag,\n\nNr. {case.number}: fertig."
    assert begun["to"].value() == "solved" if state == "solved" else begun["question"].value()
    assert "Bald</textarea>" in once.content.decode() or deed == "write"
    again = act(client, case, deed, **{**typed, field: begun[field].value()})
    assert again.context["forms"][deed][field].value() == begun[field].value(), (
        "pressed twice, it stands once"
    )
    assert not case.messages.exists()
    assert act(client, case, deed, use="1", template="9" * 30).status_code == 404
    assert client.get(f"/amt/anliegen/fall/{case.number}/{deed}/").status_code == 303, "the page loaded again"
