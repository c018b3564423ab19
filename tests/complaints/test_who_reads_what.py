"""What strangers, joiners and the person complained about never get to see, and what their buttons cannot do."""

import re
import time

import pytest
from django.db.models import Q
from django.urls import reverse

from complaints.correspondence import messages, photos, ways_in
from complaints.desk import alarms, handling, merging
from complaints.intake import drafting, mail_parts
from complaints.intake.reporting import Contact
from complaints.models import Case, Photo, ReplyTemplate, RoutingRule, SavedFilter
from complaints.public import following
from complaints.workflow import Kind, State
from portal.models import OutgoingMail, Role
from tests.builders import a_clerk, a_department, the_city
from tests.complaints.builders import HERE, a_case, a_category, a_photo, a_published_case, the_reporter

pytestmark = pytest.mark.django_db
SECRET = "Frau Müller aus Hausnummer 7 parkt immer auf dem Gehweg"


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    the_city()
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def a_joiner(case):
    return following.me_too(case=case, contact=Contact(), language="de")


def page_of(client, reporter) -> str:
    return client.get(reverse("complaints:mine", args=[ways_in.on_screen(reporter)])).content.decode()


def test_one_click_of_me_too_does_not_open_what_was_never_moderated(client):
    case = a_published_case(text=SECRET, address="Bei Müller klingeln", images=[photos.clean(a_photo())])
    messages.write(case=case, text="Guten Tag Frau Gruber, danke.", actor=a_clerk())
    joiner = a_joiner(case)
    page = page_of(client, joiner)
    assert "geprüft" in page  # the moderated words
    for hidden in ("Müller", "Gruber", "/foto/"):
        assert hidden not in page
    address = reverse("complaints:my_photo", args=[ways_in.on_screen(joiner), case.photos.get().key])
    assert client.get(address).status_code == 404
    first = page_of(client, the_reporter(case))
    for own in ("Müller", "Gruber", "/foto/"):
        assert own in first


def test_who_joined_reads_what_the_city_writes_from_then_on_and_sees_the_own_photos(client):
    case = a_published_case()
    joiner = a_joiner(case)
    messages.write(case=case, text="Am Montag kommt der Bautrupp.", actor=a_clerk())
    messages.from_citizen(reporter=joiner, text="Auch hier", images=[photos.clean(a_photo())])
    page = page_of(client, joiner)
    assert "Bautrupp" in page
    assert "/foto/" in page
    assert "/foto/" not in page_of(client, the_reporter(case))


def test_who_only_joined_cannot_close_the_case_even_when_the_first_one_wants_no_mails(client):
    case = a_case(email="anna@example.org")
    following.sign_off(reporter=the_reporter(case))
    handling.withdraw(reporter=a_joiner(case))
    case.refresh_from_db()
    assert case.state == State.RECEIVED


def test_a_rule_that_names_the_very_person_gives_the_complaint_to_nobody():
    clerk = a_clerk(last_name="Rabenstein", email="r@example.org")
    unit = clerk.departments.get()
    RoutingRule.objects.create(name="alles", department=unit, assignee=clerk)
    complaint = a_case(text="Herr Rabenstein war unfreundlich.", kind=Kind.COMPLAINT)
    assert (complaint.assignee, complaint.department) == (None, unit)
    part = merging.split(
        case=complaint, text="Rabenstein kam zu spät.", category=a_category(), actor=a_clerk()
    )
    assert part.assignee is None
    later = a_case(text="Rabenstein hat mich angeschrien.", category=a_category())
    assert later.assignee == clerk  # an ordinary report
    later = handling.change_kind(case=later, kind=Kind.COMPLAINT, actor=a_clerk())
    assert later.assignee is None
    moved = handling.recategorise(case=later, category=a_category(), actor=a_clerk(), route_again=True)
    assert moved.assignee is None
    assert not Case.objects.visible_to(clerk).filter(Q(pk=complaint.pk) | Q(pk=part.pk) | Q(pk=later.pk))


def test_the_morning_mail_is_silent_about_the_complaint_about_its_reader():
    clerk = a_clerk(last_name="Rabenstein", email="r@example.org")
    case = a_case(text="Unfreundlich!", kind=Kind.COMPLAINT)
    Case.objects.filter(pk=case.pk).update(assignee=clerk, unread=True)
    case.concerned_people.add(clerk)
    assert not alarms.digest(clerk=clerk, now=case.created_at)
    assert not OutgoingMail.objects.filter(recipient=clerk.email).exists()


def test_a_photo_taken_away_leaves_no_file_behind(uploads, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        draft = drafting.begin(text="x", kind="defect", concerned="", images=[photos.clean(a_photo())])
        drafting.drop_photos(draft=draft, keys=[str(draft.photos.get().key)])
    assert not [path for path in uploads.rglob("*") if path.is_file()]


def test_a_copy_that_showed_too_much_is_deleted_when_a_better_one_is_made(
    uploads, django_capture_on_commit_callbacks
):
    case = a_case(images=[photos.clean(a_photo())])
    with django_capture_on_commit_callbacks(execute=True):
        photos.blur(photo=case.photos.get(), boxes=[], public=True)
        photos.blur(photo=case.photos.get(), boxes=[(0.1, 0.1, 0.5, 0.5)], public=True)
    assert len(list((uploads / "published").rglob("*.jpg"))) == 1
    assert Photo.objects.get().published.storage.exists(Photo.objects.get().published.name)


@pytest.mark.parametrize("asked", ["vorlage/?template=abc", "vorlage/?template=²", "vorlage/"])
def test_a_template_nobody_has_is_not_found(client, asked):
    clerk = a_clerk(Role.LEAD)
    case = a_case(department=clerk.departments.get())
    ReplyTemplate.objects.create(name="x", text="y")
    client.force_login(clerk)
    assert client.get(f"/amt/anliegen/fall/{case.number}/{asked}").status_code == 404


@pytest.mark.parametrize(
    ("year", "status"), [(0, 200), (9999, 404), (99999999999, 404), (10**30, 404), (2026, 200)]
)
def test_a_year_that_no_calendar_has_is_not_found(client, year, status):
    client.force_login(a_clerk(Role.LEAD))
    assert client.get(f"/amt/anliegen/jahr/{year}/?format=csv").status_code == status


def test_a_saved_filter_keeps_known_parameters_and_nothing_else(client):
    clerk = a_clerk(Role.LEAD)
    client.force_login(clerk)
    answer = client.post("/amt/anliegen/filter/", {"name": "n", "query": "who=me&x=1\r\nX-Evil: 1&due=over"})
    assert answer["Location"] == "/amt/anliegen/?who=me&due=over"
    kept = SavedFilter.objects.get(owner=clerk)
    assert kept.query == "who=me&due=over"
    assert client.post("/amt/anliegen/filter/", {"remove": "abc"}).status_code == 404
    client.post("/amt/anliegen/filter/", {"remove": kept.pk})
    assert not SavedFilter.objects.filter(owner=clerk).exists()
    htmx = client.post("/amt/anliegen/filter/", {"name": "m", "query": ""}, headers={"HX-Request": "true"})
    assert htmx.status_code == 200


def test_a_measure_that_begins_like_a_formula_is_text_in_the_spreadsheet(client):
    unit = a_department()
    case = a_case(kind=Kind.COMPLAINT, department=unit)
    Case.objects.filter(pk=case.pk).update(corrective_action='=HYPERLINK("http://evil")', department=unit)
    client.force_login(a_clerk(Role.LEAD, unit))
    text = client.get("/amt/anliegen/jahr/?format=csv").content.decode()
    assert "'=HYPERLINK" in text


@pytest.mark.parametrize("evil", ["<script>", "<script", "<", "<style a=", "</script >", "<br  ", "<!--"])
def test_no_mail_keeps_the_worker_busy(evil):
    started = time.process_time()
    raw = b"From: a@example.org\r\nContent-Type: text/html\r\n\r\n" + evil.encode() * (2_000_000 // len(evil))
    mail_parts.read(raw)
    mail_parts.read(b"From: a@example.org\r\n\r\n" + evil.encode() * 1000 + b"\n" * 5_000_000)
    assert time.process_time() - started < 2


def test_scripts_of_a_mail_are_not_its_words():
    said = "<p>Guten Tag</p><STYLE>b{x:1}</style>die Lampe<script>if (a<b) {}</script > ist dunkel<br>Anna"
    mail = mail_parts.read(b"From: a@example.org\r\nContent-Type: text/html\r\n\r\n" + said.encode())
    assert " ".join(mail.text.split()) == "Guten Tag die Lampe ist dunkel Anna"


def test_the_page_of_a_case_links_no_case_that_this_clerk_may_not_open(client):
    mine, other = a_department(), a_department()
    clerk = a_clerk(department=mine)
    case = a_case(department=mine, at=HERE)
    strange = [a_case(department=other) for _ in range(3)]
    merging.make_part(case=strange[0], of=case, actor=clerk)
    merging.merge(case=strange[1], into=case, actor=clerk)
    a_case(category=a_category(department=other, parent=case.category.parent), at=HERE)
    client.force_login(clerk)
    page = client.get(f"/amt/anliegen/fall/{case.number}/").content.decode()
    assert set(re.findall(r"/amt/anliegen/fall/([A-Z0-9-]+)/\"", page)) <= {case.number}
    own = a_case(department=mine)
    merging.make_part(case=own, of=case, actor=clerk)
    assert f"/fall/{own.number}/" in client.get(f"/amt/anliegen/fall/{case.number}/").content.decode()


def test_joining_two_complaints_hides_both_from_whom_one_of_them_is_about():
    about, actor = a_clerk(), a_clerk()
    one, other = (a_case(kind=Kind.COMPLAINT) for _ in range(2))
    handling.hide_from(case=one, people=[about], actor=actor)
    merging.merge(case=one, into=other, actor=actor)
    assert list(other.concerned_people.all()) == [about]
