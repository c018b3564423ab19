"""Many cases with one press: looked at first, done, and taken back."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.correspondence import messages
from complaints.desk import handling, taking_back
from complaints.models import Case, Message
from complaints.public import status
from portal import outbox
from portal.models import OutgoingMail
from tests.builders import a_clerk
from tests.complaints.builders import a_case, complaint_settings, the_reporter

pytestmark = pytest.mark.django_db


def many(client, cases, **wanted):
    """The deed, looked at before."""
    chosen = {"case": [case.number for case in cases], **wanted}
    page = client.post("/amt/anliegen/sammeln/", chosen).content.decode()
    client.post("/amt/anliegen/sammeln/", {**chosen, "sure": "1"})
    return page


def test_many_cases_are_previewed_then_changed(client, office):
    free, taken = a_case(department=office[1]), a_case(department=office[1])
    handling.take(case=taken, actor=a_clerk(department=office[1]))
    chosen = {"case": [free.number, taken.number, a_case().number], "deed": "take", "query": "who=nobody&x=1"}
    preview = client.post("/amt/anliegen/sammeln/", chosen).content.decode()
    assert free.number in preview
    assert 'name="query" value="who=nobody"' in preview
    free.refresh_from_db()
    assert free.assignee is None
    done = client.post("/amt/anliegen/sammeln/", {**chosen, "sure": "1"})
    assert done["Location"] == "/amt/anliegen/?who=nobody", "the list from which they were chosen"
    free.refresh_from_db()
    taken.refresh_from_db()
    assert free.assignee == office[0]
    assert taken.assignee != office[0]


@pytest.mark.parametrize("wanted", [{"deed": "take"}, {"deed": "assign"}, {"deed": "move", "to": "planned"}])
def test_looking_at_many_costs_as_many_statements_as_looking_at_one(client, office, wanted):
    chosen = {**wanted, "assignee": office[0].pk} if wanted["deed"] == "assign" else wanted
    cases = [a_case(department=office[1]) for _ in range(12)]
    asked = []
    for some in (cases[:1], cases[:1], cases):  # the first look fetches what a process keeps
        with CaptureQueriesContext(connection) as statements:
            client.post("/amt/anliegen/sammeln/", {"case": [case.number for case in some], **chosen})
        asked.append(len(statements))
    assert asked[1] == asked[2]


def test_what_was_handed_over_to_many_can_be_given_back_unless_it_changed_since(client, office):
    mine, colleague = [a_case(department=office[1]) for _ in range(2)], a_clerk(department=office[1])
    handling.take(case=mine[0], actor=colleague)
    chosen = {"case": [case.number for case in mine], "deed": "assign", "assignee": office[0].pk, "sure": "1"}
    client.post("/amt/anliegen/sammeln/", chosen)
    assert set(Case.objects.values_list("assignee", flat=True)) == {office[0].pk}
    assert "sammeln/zurueck" in client.get("/amt/anliegen/").content.decode()
    messages.write(case=mine[1], text="Schon in Arbeit", actor=office[0])
    client.post("/amt/anliegen/sammeln/zurueck/")
    assert [Case.objects.get(pk=case.pk).assignee for case in mine] == [colleague, office[0]]
    assert "sammeln/zurueck" not in client.get("/amt/anliegen/").content.decode()


def test_the_preview_says_how_many_people_get_a_mail(client, office):
    cases = [a_case(department=office[1], email=f"{n}@example.org") for n in range(2)] + [
        a_case(department=office[1], email="unbestaetigt@example.org", confirmed=False)
    ]
    wanted = {"case": [case.number for case in cases], "deed": "move", "to": "planned"}
    assert "<strong>2 " in client.post("/amt/anliegen/sammeln/", wanted).content.decode()
    assert (
        "<strong>2 " not in client.post("/amt/anliegen/sammeln/", {**wanted, "deed": "take"}).content.decode()
    )


def test_a_change_of_state_for_many_is_taken_back_before_anybody_hears_of_it(client, office):
    first, second = [a_case(department=office[1], email=f"{n}@example.org") for n in "ab"]
    outbox.deliver_due()
    due = Case.objects.get(pk=first.pk).answer_by
    many(client, [first, second], deed="move", to="solved", text="Alles erledigt")
    assert outbox.deliver_due() == 0, "the mails wait"
    messages.from_citizen(reporter=the_reporter(second), text="Wirklich?")
    assert "sammeln/zurueck" in client.get("/amt/anliegen/").content.decode()
    client.post("/amt/anliegen/sammeln/zurueck/")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.closed_at, first.answer_by) == ("received", None, due)
    assert first.due_at is not None
    assert second.state == "solved", "somebody has changed it since"
    assert not first.messages.exclude(visibility=Message.Visibility.INTERNAL).exists()
    told = [event.text for event in status.story(first, the_reporter(first))]
    assert "Alles erledigt" not in told
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        outbox.deliver_due()
    gone = OutgoingMail.objects.filter(kind="complaints/closed", state=OutgoingMail.State.SENT)
    assert [mail.recipient for mail in gone] == ["b@example.org"]


def test_what_citizens_were_told_is_not_taken_back(client, office):
    case = a_case(department=office[1], email="eva@example.org")
    many(client, [case], deed="move", to="planned")
    way = client.session["complaints.before"]
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert "sammeln/zurueck" not in client.get("/amt/anliegen/").content.decode()
        case.refresh_from_db()
        with pytest.raises(taking_back.TooLate):
            taking_back.take_back(case=case, before=way[0][1], seen=case.updated_at, actor=office[0])


def test_the_preview_names_what_is_missing_and_who_may_not(client, office):
    complaint_settings()
    named = a_clerk(department=office[1])
    case = a_case(department=office[1])
    assert "den neuen Stand" in many(client, [case], deed="move")
    assert "eine Person" in many(client, [case], deed="assign")
    complaint = a_case(kind="complaint", text="Schlimm", department=office[1])
    complaint.concerned_people.add(named)
    handling.assign(case=complaint, department=office[1], assignee=office[0], actor=office[0])
    assert "betrifft" in many(client, [complaint], deed="assign", assignee=named.pk)
