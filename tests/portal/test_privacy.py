"""What is kept about a person can be told in full, and is gone when its time is over; the log never knew it."""

import io
import json
import logging
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appointments.desk.models import Visit
from appointments.desk.people import arrivals
from appointments.models import Appointment
from appointments.visit import booking, holding
from complaints.correspondence import messages, photos, ways_in
from complaints.desk import handling
from complaints.intake import drafting
from complaints.models import Case, Photo, Reporter, Survey
from complaints.places.place import Place
from complaints.public import publishing
from complaints.workflow import Kind, State
from knowledge.articles import steering
from knowledge.editing import searches
from knowledge.search import searched
from portal import links, masking, retention
from portal.models import AuditEntry, CitizenLink, Role
from portal.running.logs import DiscreetFormatter
from tests.appointments.builders import NOW, a_bookable, a_pool, an_order
from tests.builders import a_clerk, a_department, the_city
from tests.complaints.builders import a_case, a_category, a_photo, the_reporter
from tests.knowledge.builders import a_public_article

pytestmark = pytest.mark.django_db
ANNA = "anna@example.org"
NAME = "Annegret Sonderbar"
YEARS_LATER = timedelta(days=800)


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    the_city()
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def visit(time_machine):
    """Anna booked and came; the reception wrote a note."""
    time_machine.move_to(NOW, tick=False)
    service = a_bookable()
    pool = a_pool(service)
    start = NOW.replace(hour=8)
    held = holding.hold(order=an_order(service), pool_id=pool.pk, start=start, now=NOW)
    holding.fill(appointment=held, contact=holding.Contact(name=NAME, email=ANNA), now=NOW)
    booking.confirm(appointment=held, now=NOW)
    made = arrivals.arrive(appointment=Appointment.objects.get(pk=held.pk), actor=a_clerk())
    Visit.objects.filter(pk=made.pk).update(note=f"{NAME} hört schlecht")
    return made


@pytest.fixture
def case(uploads):
    """Anna reported, wrote, and answered the survey; her neighbours' photo was published blurred."""
    made = a_case(
        email=ANNA,
        text=f"Ich bin Frau Sonderbar, Telefon 0171 2345678. {NAME} war hier. Lampe dunkel.",
        images=[photos.clean(a_photo()), photos.clean(a_photo())],
        address="Hofstraße 3",
    )
    Reporter.objects.update(name=NAME)
    publishing.show_photo(photo=made.photos.all()[0], boxes=[], public=True, actor=a_clerk())
    messages.from_citizen(reporter=the_reporter(made), text=f"Gruß, {NAME}")
    handling.move(case=made, to=State.SOLVED, reason=f"Liebe {NAME}, erledigt.", actor=a_clerk())
    handling.answer_survey(reporter=the_reporter(made), satisfied=True, comment=f"Danke! {NAME}")
    return made


def export(email: str) -> dict:
    out = io.StringIO()
    call_command("export_person", email, stdout=out)
    return json.loads(out.getvalue())


def test_the_export_tells_everything_in_every_room(visit, case):
    told = export(ANNA.upper())
    (report,) = told["complaints"]
    assert report["address"] == "Hofstraße 3"
    assert len(report["photos"]) == 2
    assert report["surveys"][0]["comment"].startswith("Danke")
    assert told["appointments"][0]["name"] == NAME
    assert told["visits"][0]["note"].endswith("hört schlecht")
    assert {mail["kind"] for mail in told["mails"]} >= {"complaints/received", "appointments/confirmation"}
    a_clerk(email="clerk@example.org")
    assert export("clerk@example.org")["staff"][0]["roles"]


def test_names_and_notes_of_the_desk_are_forgotten_with_the_appointment(visit, time_machine):
    token = links.issue(subject=visit.appointment, purpose="appointment")
    time_machine.move_to(NOW + timedelta(days=20), tick=False)
    retention.run()
    visit.refresh_from_db()
    assert visit.name
    time_machine.move_to(NOW + timedelta(days=32), tick=False)
    retention.run()
    visit.refresh_from_db()
    assert (visit.name, visit.note) == ("", "")
    with pytest.raises(links.LinkUnknown):
        links.resolve(token, purpose="appointment", model=Appointment)


def test_nothing_of_a_person_is_left_of_an_old_case(
    case, uploads, time_machine, django_capture_on_commit_callbacks
):
    ways_in.on_screen(the_reporter(case))
    assert len(list(uploads.rglob("*.jpg"))) == 5
    time_machine.move_to(timezone.now() + YEARS_LATER, tick=False)
    with django_capture_on_commit_callbacks(execute=True):
        retention.run()
    everything = json.dumps(_rows(), default=str, ensure_ascii=False)
    for personal in (ANNA, "Annegret", "0171", "Liebe"):
        assert personal not in everything
    assert not CitizenLink.objects.filter(subject_type="complaints.reporter").exists()
    (left,) = Photo.objects.all()
    assert left.is_public
    assert [path.name for path in uploads.rglob("*.jpg")] == [left.published.name.rsplit("/")[-1]]
    assert Case.objects.get().state == State.SOLVED  # the statistics keep it


def _rows() -> list:
    tables = (Case, Reporter, Survey, AuditEntry)
    return [list(table.objects.values()) for table in tables] + [
        list(row.messages.values()) for row in Case.objects.all()
    ]


def test_of_an_old_formal_complaint_not_even_masked_words_stay(time_machine):
    case = a_case(kind=Kind.COMPLAINT, text="Herr Klein am Schalter 3 war grob.", concerned="Klein")
    handling.move(
        case=case, to=State.SOLVED, reason="Das tut uns leid.", decision="justified", actor=a_clerk()
    )
    time_machine.move_to(timezone.now() + YEARS_LATER, tick=False)
    retention.run()
    case.refresh_from_db()
    assert (case.text, case.concerned_text, case.decision) == ("…", "", "justified")


def test_forgetting_twice_changes_nothing_more(case, time_machine):
    time_machine.move_to(timezone.now() + YEARS_LATER, tick=False)
    retention.run()
    before = _rows()
    assert not any(retention.run().values())
    assert _rows() == before


def test_the_log_names_nobody_even_when_the_database_refuses_a_row():
    case = a_case(email=ANNA, department=a_department())
    token = ways_in.on_screen(the_reporter(case))
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(DiscreetFormatter("%(levelname)s %(message)s"))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        Client().get(reverse("complaints:mine", args=["x" * 22]))
        draft = uuid4()
        logger.error("Not Found: %s", reverse("appointments:details", args=[f"12:{'y' * 43}"]))
        logger.error("Not Found: %s", reverse("complaints:report_where", args=[draft]))
        logger.error("Internal Server Error: %s", reverse("complaints:mine", args=[token]))
        try:
            with transaction.atomic():
                Reporter.objects.create(case=case, email=ANNA)
        except IntegrityError:
            logger.exception("not stored: %s", ANNA)
    finally:
        logger.removeHandler(handler)
    text = said.getvalue()
    assert "duplicate key" in text  # the cause stays readable
    for secret in (ANNA, token, "x" * 22, "y" * 43, str(draft)):
        assert secret not in text


@pytest.mark.parametrize("evil", ["@", "a@", "a@a.", "ab-", "1 ", "DE12 ABCD ", "Frau A ", "ß", "a1_"])
def test_what_is_masked_never_holds_up_a_page(evil):
    started = time.process_time()
    masking.masked_text((evil * 4000)[:4000])
    assert time.process_time() - started < 0.5


def test_the_pages_of_a_report_under_way_stay_out_of_every_cache(client):
    draft = drafting.begin(text="Lampe dunkel", kind="defect", concerned="", images=[])
    drafting.place(draft=draft, category=a_category(), where=Place(address="Hof 3"), answers={})
    for step in ("report_where", "report_questions", "report_send"):
        answer = client.get(reverse(f"complaints:{step}", args=[draft.pk]))
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")


def test_what_people_searched_for_is_told_from_the_audit_without_standing_there():
    the_city()
    article, editor = a_public_article("Personalausweis"), a_clerk(Role.EDITOR)
    for said in ("zettel von erika", "ausweiß"):
        for _ in range(searches.SEARCHES_WANTED):
            searched.note_search(said, language="de", hits=3)
    assert len(searches.hardly_clicked()) == 2
    steering.attach_question(article=article, language="de", text="Zettel von Erika", actor=editor)
    steering.add_synonym(language="de", term="Ausweis", variant="Ausweiß", actor=editor)
    assert searches.hardly_clicked() == []
    kept = str(list(AuditEntry.objects.values_list("facts", flat=True))).casefold()
    assert "erika" not in kept
    assert "auswei" not in kept
