"""From words to a case: once, with a number, a department and deadlines, and nothing half."""

import threading
import uuid

import pytest
from django.db import connection

from complaints.correspondence import telling
from complaints.intake import reporting
from complaints.intake.reporting import Contact, Report
from complaints.models import Case, Photo, Reporter
from complaints.places.place import Place
from complaints.rules import routing, words
from portal import numbers
from portal.models import AuditEntry, OutgoingMail
from tests.builders import a_clerk, a_department
from tests.complaints.builders import HERE, a_case, a_category, an_area, complaint_settings

pytestmark = pytest.mark.django_db


def test_a_report_gets_a_readable_number_a_department_and_deadlines():
    category = a_category(acknowledge_days=1, interim_days=3, answer_days=5)
    case = a_case(category=category, email="eva@example.org")
    assert numbers.normalise(case.number) == case.number
    assert case.department == category.department
    assert case.acknowledged_at is not None, "the receipt by mail acknowledges"
    assert case.due_at == case.interim_by < case.answer_by
    assert AuditEntry.objects.filter(verb="reported", subject_id=str(case.pk)).count() == 1


def test_the_first_mail_asks_to_confirm_and_names_the_number():
    case = a_case(email="Eva@Example.org", confirmed=False)
    mail = OutgoingMail.objects.get(kind="complaints/received")
    assert mail.recipient == "eva@example.org"
    assert case.number in mail.subject
    assert "/anliegen/mein/" in mail.text


def test_nobody_fills_the_mailbox_of_somebody_else_with_receipts(monkeypatch):
    monkeypatch.setattr(telling, "RECEIPTS_AN_HOUR", 2)
    cases = [a_case(email="eva@example.org", confirmed=False) for _ in range(3)]
    a_case(department=cases[0].department, email="kai@example.org", confirmed=False)
    told = OutgoingMail.objects.filter(kind="complaints/received").values_list("recipient", flat=True)
    assert sorted(told) == ["eva@example.org", "eva@example.org", "kai@example.org"]


def test_an_anonymous_report_is_a_report_and_nobody_is_mailed():
    case = a_case()
    assert not OutgoingMail.objects.exists()
    assert case.acknowledge_by is None, "there is nobody to acknowledge it to"


def test_the_same_form_sent_twice_is_one_case():
    key, category = uuid.uuid4(), a_category()
    assert a_case(category=category, form_key=key) == a_case(category=category, form_key=key)
    assert Reporter.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("", reporting.TextMissing), (" \n\x07", reporting.TextMissing), ("x" * 100_000, reporting.TextTooLong)],
)
def test_empty_and_endless_texts_are_refused_and_nothing_is_written(text, refusal):
    with pytest.raises(refusal):
        a_case(text=text)
    assert not Case.objects.exists()


def test_a_place_outside_the_city_is_refused():
    an_area()
    a_case(at=HERE)
    with pytest.raises(routing.OutsideCity):
        a_case(at=(52.5, 13.4))


def test_a_boundary_counts_before_the_areas():
    an_area()
    complaint_settings(boundary={"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]})
    with pytest.raises(routing.OutsideCity):
        a_case(at=HERE)


def test_a_category_that_needs_a_place_or_a_contact_says_so():
    with pytest.raises(reporting.PlaceMissing):
        a_case(category=a_category(place="required"))
    with pytest.raises(reporting.ContactMissing):
        a_case(category=a_category(anonymous_allowed=False))


def test_a_complaint_goes_to_its_own_unit_and_is_hidden_from_the_person_named():
    unit = a_department()
    complaint_settings(complaint_department=unit)
    named = a_clerk(department=unit, last_name="Brückner")
    other = a_clerk(department=unit, last_name="Ohlsen")
    case = a_case(
        kind="complaint", text="Herr Bruckner war unhöflich zu mir.", concerned="Herr Brückner, Bauamt"
    )
    assert case.department == unit
    assert case.acknowledged_at is None, "a complaint is acknowledged by a person"
    assert case in Case.objects.visible_to(other)
    assert case not in Case.objects.visible_to(named)


def test_not_even_an_administrator_sees_the_complaint_about_himself():
    boss = a_clerk("administrator", last_name="Feldkamp")
    case = a_case(kind="complaint", text="Frau Feldkamp hat mich angeschrien", concerned="Feldkamp")
    assert case not in Case.objects.visible_to(boss)
    assert case in Case.objects.visible_to(a_clerk("administrator"))


@pytest.mark.django_db(transaction=True)
def test_pressed_eight_times_at_once_it_is_one_case():
    key, category, seen = uuid.uuid4(), a_category(), []

    def press():
        try:
            said = Report(
                text="Lampe dunkel",
                category=category,
                contact=Contact(email="eva@example.org"),
                place=Place(*HERE),
            )
            seen.append(reporting.report(said, form_key=key).pk)
        finally:
            connection.close()

    presses = [threading.Thread(target=press) for _ in range(8)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) == 1
    assert OutgoingMail.objects.count() == 1
    assert Photo.objects.count() == 0


def test_a_number_that_somebody_has_is_drawn_again(monkeypatch):
    first = a_case()
    drawn = iter([first.number, first.number, "A-2222-2222"])
    monkeypatch.setattr(reporting.numbers, "new", lambda prefix: next(drawn))
    assert a_case().number == "A-2222-2222"
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    ("surname", "said"),
    [
        ("Maier", "Herr Maier! Maiers Ton"),
        ("von der Heide", "Frau von der Heide"),
        ("Müller-Lüdenscheidt", "Frau Mueller"),
        ("Nováková", "o paní Novákové"),
        ("Kowalski", "skarga na p. Kowalskiego"),
        ("Wałęsa", "na Walese"),
        ("Szabó", "Szabótól"),
        ("Маринова", "госпожа Маринова"),
    ],
)
def test_a_name_is_found_in_every_case_and_spelling(surname, said):
    assert words.is_named(surname, said)


@pytest.mark.parametrize(
    ("surname", "said"), [("Nagy", "nagyon rossz"), ("Ott", "Otto"), ("von der Heide", "von der Stadt")]
)
def test_the_beginning_of_another_word_is_no_name(surname, said):
    assert not words.is_named(surname, said)
