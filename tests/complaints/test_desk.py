"""The clerk's pages: who may see what, deeds with their refusals, many at once."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from complaints.correspondence import messages
from complaints.desk import alarms, handling
from complaints.models import Case, Message, OutsideBody, RoutingRule
from complaints.workflow import State
from portal.models import OutgoingMail
from tests.builders import a_clerk, a_department
from tests.complaints.builders import (
    HERE,
    a_case,
    a_category,
    act,
    an_area,
    complaint_settings,
    the_reporter,
)

pytestmark = pytest.mark.django_db


def test_the_inbox_shows_the_own_department_only(client, office):
    mine, other = a_case(department=office[1]), a_case()
    page = client.get("/amt/anliegen/").content.decode()
    assert mine.number in page
    assert other.number not in page
    assert client.get(f"/amt/anliegen/fall/{other.number}/").status_code == 404
    assert act(client, other, "take").status_code == 404


def test_a_lead_finds_the_cases_of_one_colleague_to_give_them_to_another(client, office):
    away, stranger = a_clerk(department=office[1], last_name="Krank"), a_clerk(last_name="Fremd")
    theirs, other = a_case(department=office[1]), a_case(department=office[1])
    Case.objects.filter(pk=theirs.pk).update(assignee=away)
    page = client.get("/amt/anliegen/", {"who": away.pk}).content.decode()
    assert theirs.number in page
    assert other.number not in page
    assert f'<option value="{away.pk}" selected>' in page
    assert str(stranger) not in page


def test_a_visitor_has_to_sign_in(client):
    case = a_case()
    assert client.get("/amt/anliegen/").status_code == 302
    assert client.get(f"/amt/anliegen/fall/{case.number}/").status_code == 302


def test_reception_may_look_and_receive_but_not_change(client, office):
    desk = a_clerk("reception", office[1])
    client.force_login(desk)
    case = a_case(department=office[1])
    assert client.get(f"/amt/anliegen/fall/{case.number}/").status_code == 200
    assert act(client, case, "take").status_code == 403
    category = a_category(department=office[1])
    key = re.search('name="key" value="([^"]+)"', client.get("/amt/anliegen/neu/").content.decode())[1]
    said = {"text": "am Telefon", "kind": "defect", "category": category.pk, "key": key}
    for _press in range(2):
        assert client.post("/amt/anliegen/neu/", said).status_code == 303
    assert Case.objects.filter(source="desk").count() == 1


def test_a_case_is_taken_answered_and_closed(client, office):
    case = a_case(department=office[1], email="eva@example.org")
    act(client, case, "take")
    act(client, case, "write", text="Wir schauen morgen nach.")
    answer = act(client, case, "move", to="solved", reason="Die Lampe leuchtet wieder.")
    assert answer.status_code == 303
    case.refresh_from_db()
    assert (case.state, case.assignee, case.due_at) == ("solved", office[0], None)
    kinds = set(OutgoingMail.objects.values_list("kind", flat=True))
    assert {"complaints/message", "complaints/closed"} <= kinds
    page = client.get(f"/amt/anliegen/fall/{case.number}/").content.decode()
    assert "Die Lampe leuchtet wieder." in page
    assert "Ada Lund" in page


def test_a_move_without_its_reason_comes_back_with_a_sentence(client, office):
    case = a_case(department=office[1])
    answer = act(client, case, "move", to="declined", reason="")
    assert answer.status_code == 422
    case.refresh_from_db()
    assert case.state == "received"
    assert not Message.objects.exists()


def test_a_complaint_closes_with_decision_and_corrective_action(client, office):
    lead = a_clerk("lead", office[1])
    client.force_login(lead)
    case = a_case(department=office[1], kind="complaint", text="Niemand ging ans Telefon")
    assert act(client, case, "move", to="solved", reason="Sie haben recht.").status_code == 422
    act(
        client,
        case,
        "move",
        to="solved",
        reason="Sie haben recht.",
        decision="justified",
        corrective_action="Zweite Leitung",
    )
    case.refresh_from_db()
    assert (case.state, case.decision, case.corrective_action) == ("solved", "justified", "Zweite Leitung")
    page = client.get(f"/amt/anliegen/jahr/{case.created_at.year}/").content.decode()
    assert "Zweite Leitung" in page
    assert "Zweite Leitung" in client.get("/amt/anliegen/jahr/?format=csv").content.decode()


def test_an_ordinary_clerk_does_not_see_formal_complaints(client, office):
    case = a_case(department=office[1], kind="complaint", text="Schlimm")
    assert client.get(f"/amt/anliegen/fall/{case.number}/").status_code == 404
    assert case.number not in client.get("/amt/anliegen/?state=all").content.decode()


def test_an_interim_notice_names_the_day_of_the_answer_and_meets_its_deadline(client, office):
    case = a_case(department=office[1], email="eva@example.org")
    act(client, case, "write", text="Wir warten auf das Ersatzteil.", interim="on")
    mail = OutgoingMail.objects.get(kind="complaints/interim")
    assert "Wir warten auf das Ersatzteil." in mail.text
    assert "spätestens" in mail.text
    case.refresh_from_db()
    assert case.due_at == case.answer_by


def test_a_note_stays_inside(client, office):
    case = a_case(department=office[1], email="eva@example.org")
    act(client, case, "note", text="Kennt die Rechtslage")
    assert not OutgoingMail.objects.filter(kind="complaints/message").exists()
    from complaints.correspondence import ways_in

    token = ways_in.on_screen(the_reporter(case))
    assert "Rechtslage" not in client.get(f"/anliegen/mein/{token}/").content.decode()


def test_publishing_needs_a_moderated_text_and_shows_only_that(client, office):
    case = a_case(department=office[1], text="Herr Maier hat die Lampe zerstört", at=HERE)
    act(client, case, "publish", public_text="Lampe zerstört", address="Hauptstraße 5")
    public = client.get(f"/anliegen/{case.number}/").content.decode()
    assert "Lampe zerstört" in public
    assert "Maier" not in public
    act(client, case, "hide")
    assert "Lampe zerstört" not in client.get(f"/anliegen/{case.number}/").content.decode()


def test_passing_on_writes_to_the_outside_body_without_the_reporter(client, office):
    case = a_case(department=office[1], email="eva@example.org")
    body = OutsideBody.objects.create(name="Stromwerk", email="dienst@stromwerk.example")
    act(
        client,
        case,
        "forward",
        body=body.pk,
        message="Bitte prüfen",
        public_note="Das Stromwerk kümmert sich.",
    )
    case.refresh_from_db()
    assert (case.state, case.outside_body) == ("forwarded", body)
    mail = OutgoingMail.objects.get(kind="complaints/outside")
    assert "eva@example.org" not in mail.text
    assert "Das Stromwerk kümmert sich." in OutgoingMail.objects.get(kind="complaints/moved").text


def test_the_routing_rehearsal_shows_and_changes_nothing(client, office):
    lead = a_clerk("lead", office[1])
    client.force_login(lead)
    area, other = an_area(), a_department()
    case = a_case(department=office[1], at=HERE, text="Der Spielplatz ist kaputt")
    RoutingRule.objects.create(name="Spielplätze", area=area, keywords="spielplatz", department=other)
    page = client.get("/amt/anliegen/probe/").content.decode()
    assert "Spielplätze" in page
    case.refresh_from_db()
    assert case.department == office[1]


def test_rules_look_at_category_area_and_words():
    area, other = an_area(), a_department()
    category = a_category()
    RoutingRule.objects.create(
        name="x", category=category.parent, area=area, keywords="glas, scherben", department=other
    )
    assert a_case(category=category, at=HERE, text="Überall Glasscherben").department == other
    assert a_case(category=category, at=HERE, text="Alles voll Laub").department == category.department
    assert a_case(category=category, text="Überall Glasscherben").department == category.department


def test_an_answer_to_a_closed_case_waits_until_somebody_has_read_it(client, office):
    case = a_case(department=office[1], email="eva@example.org")
    handling.take(case=case, actor=office[0])
    handling.move(case=case, to=State.SOLVED, reason="Fertig", actor=office[0])
    messages.from_citizen(reporter=the_reporter(case), text="Danke!")
    page = client.get("/amt/anliegen/?state=all&unread=1").content.decode()
    assert case.number in page
    assert tab_counts(page)["state=all&amp;unread=1"] == "1"
    office[0].email = "ada@stadt.example"
    office[0].save()
    assert alarms.digest(clerk=office[0], now=timezone.now())
    assert act(client, case, "read").status_code == 303
    case.refresh_from_db()
    assert not case.unread


def test_saved_filters_are_tabs_with_counts(client, office):
    a_case(department=office[1], text="Wasser tritt aus")
    client.post("/amt/anliegen/filter/", {"name": "Wasser", "query": "q=Wasser"})
    page = client.get("/amt/anliegen/?q=Wasser").content.decode()
    assert "Wasser</a>" in page or "Wasser <span" in page
    assert tab_counts(page)["q=Wasser"] == "1"


def tab_counts(page):
    return dict(re.findall(r'<a href="\?([^"]*)"[^>]*>[^<]+ <span class="count">([^<]+)</span>', page))


def test_ones_own_deed_is_counted_at_once_though_numbers_are_kept_for_seconds(client, office):
    case = a_case(department=office[1])
    before = tab_counts(client.get("/amt/anliegen/").content.decode())
    assert act(client, case, "take").status_code == 303
    after = tab_counts(client.get("/amt/anliegen/").content.decode())
    assert (before["who=me"], after["who=me"]) == ("0", "1")


def test_a_changed_row_is_drawn_anew(client, office):
    case = a_case(department=office[1], text="Laterne dunkel")
    client.get("/amt/anliegen/")
    Case.objects.filter(pk=case.pk).update(text="Laterne flackert")
    assert "Laterne flackert" in client.get("/amt/anliegen/").content.decode()


def test_a_number_typed_badly_still_finds_its_case(client, office):
    case = a_case(department=office[1])
    page = client.get("/amt/anliegen/", {"q": case.number.lower().replace("-", " ")}).content.decode()
    assert case.number in page


def test_a_change_of_topic_is_learnt_and_starts_other_deadlines(client, office):
    case = a_case(department=office[1])
    quick = a_category(department=office[1], answer_days=1, interim_days=0)
    act(client, case, "category", category=quick.pk)
    case.refresh_from_db()
    assert case.category == quick
    assert case.suggestion_feedback.chosen == quick
    assert case.due_at == case.answer_by


def test_assigning_over_somebody_elses_change_is_refused(client, office):
    case = a_case(department=office[1])
    seen = case.updated_at.isoformat()
    other = a_department()
    act(client, case, "assign", department=other.pk, seen=seen)
    client.force_login(a_clerk("administrator"))
    assert act(client, case, "assign", department=office[1].pk, seen=seen).status_code == 422


@pytest.mark.parametrize(
    ("deed", "words"), [("write", {"text": "Kommt morgen"}), ("redact", {"text": "Ohne Namen"})]
)
def test_words_written_on_an_old_page_come_back_and_may_be_sent_after_another_look(
    client, office, deed, words
):
    case = a_case(department=office[1])
    seen = case.updated_at.isoformat()
    messages.write(case=case, text="Ist schon erledigt", actor=a_clerk(department=office[1]))
    answer = act(client, case, deed, seen=seen, **words)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words["text"] in page
    assert "Ist schon erledigt" in page
    case.refresh_from_db()
    shown = re.findall('name="seen" value="([^"]+)"', page)
    assert set(shown) == {case.updated_at.isoformat()}
    assert act(client, case, deed, seen=shown[0], **words).status_code == 303


@pytest.mark.django_db(transaction=True)
def test_two_clerks_take_one_case_and_one_gets_it():
    case = a_case()
    clerks = [a_clerk(department=case.department) for _ in range(2)]
    lost = []

    def take(clerk):
        try:
            handling.take(case=case, actor=clerk)
        except handling.AlreadyTaken:
            lost.append(clerk)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[clerk]) for clerk in clerks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    case.refresh_from_db()
    assert len(lost) == 1
    assert case.assignee in clerks


def test_while_waiting_for_the_citizen_nothing_becomes_due(office):
    case = a_case(department=office[1], email="eva@example.org")
    messages.write(case=case, text="Welche Lampe?", actor=office[0], question=True)
    case.refresh_from_db()
    assert (case.state, case.due_at) == (State.WAITING, None)
    messages.from_citizen(reporter=the_reporter(case), text="Die linke")
    case.refresh_from_db()
    assert case.state == State.IN_PROGRESS
    assert case.due_at is not None
    assert case.unread


def test_another_topic_neither_forgets_the_rest_nor_that_the_case_was_opened_again(office):
    clerk, department = office
    monday = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    with time_machine.travel(monday, tick=False):
        case = a_case(department=department, email="eva@example.org")
        messages.write(case=case, text="Welche Lampe?", actor=clerk, question=True)
    with time_machine.travel(monday + timedelta(days=7), tick=False):
        messages.from_citizen(reporter=the_reporter(case), text="Die linke")
        case.refresh_from_db()
        promised = case.answer_by
        same_terms = a_category(department=department)
        case = handling.recategorise(case=case, category=same_terms, actor=clerk)
    assert case.answer_by == promised
    with time_machine.travel(monday + timedelta(days=90), tick=False):
        handling.move(case=case, to=State.SOLVED, reason="Neu", actor=clerk)
        handling.move(case=case, to=State.REOPENED, reason="Wieder dunkel", actor=clerk)
        case = handling.recategorise(case=case, category=a_category(department=department), actor=clerk)
        assert not case.is_overdue


def test_nobody_is_to_be_acknowledged_where_nobody_can_be_reached(office):
    case = a_case(department=office[1])
    case = handling.recategorise(case=case, category=a_category(department=office[1]), actor=office[0])
    assert case.due_at != case.acknowledge_by


def test_a_defect_that_is_a_complaint_is_acknowledged_by_a_person(office):
    complaint_settings()
    case = a_case(department=office[1], email="eva@example.org")
    case = handling.change_kind(case=case, kind=Case.Kind.COMPLAINT, actor=office[0])
    assert case.due_at == case.acknowledge_by
    case = handling.change_kind(case=case, kind=Case.Kind.DEFECT, actor=office[0])
    assert case.acknowledged_at is not None, "the receipt was one"


@pytest.mark.parametrize("rows", [1, 40])
def test_the_inbox_costs_the_same_queries_however_full(client, office, rows, django_assert_max_num_queries):
    category = a_category(department=office[1])
    for _ in range(rows):
        a_case(category=category)
    client.get("/amt/anliegen/")
    with django_assert_max_num_queries(15):
        assert client.get("/amt/anliegen/").status_code == 200
    complaint_settings()
