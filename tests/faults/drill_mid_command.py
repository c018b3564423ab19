"""The connection to the database dies in the very middle of a command: a kind page, nothing half, and the next press works."""

import threading
from collections.abc import Callable

import psycopg
import pytest
import requests

from portal.demo.city import PASSWORD
from tests.faults.citizen import Citizen, Refused
from tests.faults.stage import Stage, set_up, wait_until
from tests.html_forms import Form, Page

SERVICE = "personalausweis"
PICTURE = """SELECT jsonb_build_object(
  'visits', (SELECT jsonb_agg(to_jsonb(a) ORDER BY a.id) FROM appointments_appointment a),
  'units', (SELECT jsonb_agg(to_jsonb(s) ORDER BY s.pool_id, s.unit) FROM appointments_slotload s WHERE s.taken > 0),
  'offers', (SELECT jsonb_agg(to_jsonb(o) ORDER BY o.id) FROM appointments_waitingoffer o),
  'entries', (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.id) FROM appointments_waitingentry e),
  'mails', (SELECT count(*) FROM portal_outgoingmail), 'audit', (SELECT count(*) FROM portal_auditentry))::text"""
OFFERED = f"""
from datetime import timedelta
from django.urls import reverse
from django.utils import timezone
from appointments.waiting import mails, opened, waitlist
from appointments.models import BookableService, WaitingOffer
from portal import links
service, today = BookableService.objects.get(service__slug="{SERVICE}"), timezone.localdate()
wanted = waitlist.Wanted(service.pk, 1, today, today + timedelta(days=60))
entry = waitlist.join(wanted=wanted, name="Wanda Wartet", email="wanda@example.org", language="de")
waitlist.confirm_entry(entry=entry)
noon = timezone.localtime().replace(hour=12, minute=0) + timedelta(days=1)
opened.offer_opened(noon)
offer = WaitingOffer.objects.get(entry=entry)
print(reverse("appointments:offer", args=[links.issue(subject=offer, purpose=mails.OFFER_LINK)]))
"""


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with set_up(tmp_path_factory.mktemp("faults")) as stage:
        stage.worker.kill()  # its own writing would be in the picture
        stage.worker.wait()
        yield stage


def cut_in_the_middle(stage: Stage, table: str, press: Callable[[], object]) -> Refused:
    """Press while somebody else keeps `table`; the server process that waits for it is ended. Gives the refusal."""
    answers: list[object] = []

    def pressed() -> None:
        try:
            answers.append(press())
        except (Refused, requests.RequestException) as error:
            answers.append(error)

    waiting = f"FROM pg_locks WHERE NOT granted AND relation = '{table}'::regclass"
    with psycopg.connect(stage.url) as keeper:
        keeper.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        thread = threading.Thread(target=pressed)
        thread.start()
        wait_until(lambda: stage.ask(f"SELECT count(*) {waiting}") == 1, 10)
        stage.ask(f"SELECT count(pg_terminate_backend(pid)) {waiting}")
        thread.join(30)
        keeper.rollback()
    (answer,) = answers
    assert isinstance(answer, Refused), answer
    return answer


def survives(stage: Stage, citizen: Citizen, table: str, form: Form, typed: dict[str, str]) -> Page:
    before = stage.ask(PICTURE)
    assert cut_in_the_middle(stage, table, lambda: citizen._send(form, typed)).status == 503
    assert stage.ask(PICTURE) == before
    after = citizen._send(form, typed)  # pressed again, the same form
    stage.manage("check_capacity")
    assert stage.ask(PICTURE) != before
    return after


def test_hold_details_confirm_and_move(stage: Stage):
    citizen = Citizen(stage.address, 1)
    form = citizen.find_times(SERVICE).form("/halten/")
    slots = [entry.value for entry in [*form.buttons, *form.fields] if entry.name == "slot"]
    details = survives(stage, citizen, "appointments_dayload", form, {"slot": slots[0]})

    form = next(form for form in details.forms if "name" in form.names())
    known = {"name": "Probe Person", "email": "person@example.org"}
    check = survives(stage, citizen, "appointments_appointment", form, known)

    mine = survives(stage, citizen, "portal_outgoingmail", check.form("/pruefen/"), {})
    move = citizen._get(mine.address.split("?")[0] + "verschieben/")
    form = next(form for form in move.forms if any(b.name == "slot" for b in form.buttons))
    slot = [entry.value for entry in form.buttons if entry.name == "slot"][-1]
    survives(stage, citizen, "portal_outgoingmail", form, {"slot": slot})
    assert stage.ask("SELECT count(*) FROM appointments_appointment WHERE name = 'Probe Person'") == 1


def test_taking_an_offer(stage: Stage):
    path = stage.manage("shell", "-v0", "-c", OFFERED).split()[-1]
    citizen = Citizen(stage.address, 2)
    form = next(form for form in citizen._get(path).forms if any(b.value == "accept" for b in form.buttons))
    before = stage.ask(PICTURE)
    press = lambda: citizen._read(  # noqa: E731
        citizen.session.post(form.action, data=form.values() | {"do": "accept"}, timeout=30)
    )
    assert cut_in_the_middle(stage, "portal_outgoingmail", press).status == 503
    assert stage.ask(PICTURE) == before
    press()
    stage.manage("check_capacity")
    assert stage.ask("SELECT state FROM appointments_waitingoffer") == "taken"


def test_a_clerk_changes_time_and_person_at_once(stage: Stage):
    """Everything is written when the mail is: the new time, the name, the record of both."""
    Citizen(stage.address, 3).book(SERVICE)
    pk, office = stage.ask(
        "SELECT a.id || ' ' || o.slug FROM appointments_appointment a JOIN appointments_pool p ON p.id = a.pool_id"
        " JOIN portal_office o ON o.id = p.office_id WHERE a.name = 'Probe Person 3'"
    ).split()
    clerk = Citizen(stage.address, 4)
    sign_in = next(form for form in clerk._get("/amt/login/").forms if "password" in form.names())
    clerk._send(sign_in, {"username": "leitung", "password": PASSWORD})
    page = clerk._get(f"/amt/schalter/{office}/gebucht/{pk}/aendern/")
    form = next(form for form in page.forms if "seen" in form.names())
    later = [entry.value for entry in form.fields if entry.name == "start"][-1]
    survives(stage, clerk, "portal_outgoingmail", form, {"start": later, "name": "Probe Anders"})
    assert stage.ask("SELECT count(*) FROM appointments_appointment WHERE name = 'Probe Anders'") == 1
