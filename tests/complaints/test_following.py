"""Citizens follow their report: confirm, answer, reopen, survey, subscribe; and deadlines that raise their voice."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from complaints.correspondence import messages, photos, ways_in
from complaints.desk import alarms, handling
from complaints.models import Case, Subscription, Survey
from complaints.public import following, listing, publishing
from complaints.rules import clock
from complaints.workflow import State
from portal.models import OutgoingMail
from tests.builders import a_clerk, a_department, the_city
from tests.complaints.builders import (
    HERE,
    a_case,
    a_category,
    a_photo,
    a_published_case,
    an_area,
    complaint_settings,
    the_reporter,
)

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def _city():
    the_city(country="DE", subdivision="BY")


def mailed_link(kind):
    text = OutgoingMail.objects.filter(kind=kind).latest("pk").text
    return (
        next(line for line in text.splitlines() if "/anliegen/" in line)
        .split("127.0.0.1:8000")[-1]
        .split("localhost")[-1]
    )


def token_of(kind="complaints/received"):
    return mailed_link(kind).rstrip("/").split("/")[-1]


def test_showing_the_link_confirms_nothing_pressing_does(client):
    case = a_case(email="eva@example.org", confirmed=False)
    token = token_of()
    assert client.get(f"/anliegen/mein/{token}/").status_code == 200
    assert the_reporter(case).confirmed_at is None
    client.post(f"/anliegen/mein/{token}/confirm/")
    assert the_reporter(case).confirmed_at is not None


def test_an_unconfirmed_address_gets_nothing_but_the_first_mail():
    case = a_case(email="eva@example.org", confirmed=False)
    messages.write(case=case, text="Hallo", actor=a_clerk())
    assert OutgoingMail.objects.count() == 1


def test_the_link_on_the_screen_does_not_prove_an_address(client):
    case = a_case(email="eva@example.org", confirmed=False)
    token = ways_in.on_screen(the_reporter(case))
    client.post(f"/anliegen/mein/{token}/confirm/")
    assert the_reporter(case).confirmed_at is None


def closed(case):
    return handling.move(case=case, to=State.SOLVED, reason="Fertig", actor=a_clerk())


def test_a_closed_report_is_opened_again_with_a_reason_within_the_days(client):
    case = closed(a_case(email="eva@example.org"))
    token = ways_in.on_screen(the_reporter(case))
    assert client.post(f"/anliegen/mein/{token}/oeffnen/", {"reason": ""}).status_code == 422
    client.post(f"/anliegen/mein/{token}/oeffnen/", {"reason": "Ist wieder dunkel"})
    case.refresh_from_db()
    assert (case.state, case.reopened_count) == ("reopened", 1)
    assert case.answer_by > timezone.now()


def test_after_the_days_it_is_too_late(client):
    case = closed(a_case(email="eva@example.org"))
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=31))
    with pytest.raises(handling.TooLate):
        handling.reopen(reporter=the_reporter(case), reason="doch")


def test_a_no_in_the_survey_can_open_the_report_again(client):
    case = closed(a_case(email="eva@example.org"))
    token = ways_in.on_screen(the_reporter(case))
    page = f"/anliegen/mein/{token}/umfrage/"
    assert client.post(page, {"satisfied": "no", "open_again": "on"}).status_code == 422
    client.post(page, {"satisfied": "no", "open_again": "on", "comment": "Immer noch dunkel"})
    case.refresh_from_db()
    assert case.state == "reopened"
    assert Survey.objects.get().satisfied is False


def test_who_only_joined_does_not_open_a_closed_report_again_and_nobody_joins_it_any_more(client):
    case = a_published_case(email="eva@example.org")
    joiner = following.me_too(case=case, contact=handling_contact("ben@example.org"), language="de")
    closed(case)
    token = ways_in.on_screen(joiner)
    assert client.post(f"/anliegen/mein/{token}/oeffnen/", {"reason": "doch"}).status_code == 422
    no = {"satisfied": "no", "open_again": "on", "comment": "Immer noch dunkel"}
    assert client.post(f"/anliegen/mein/{token}/umfrage/", no).status_code == 422
    assert "/oeffnen/" not in client.get(f"/anliegen/mein/{token}/").content.decode()
    assert client.post(f"/anliegen/{case.number}/auch/").status_code == 422
    case.refresh_from_db()
    assert case.state == "solved"


def test_a_yes_counts_once_per_closing(client):
    case = closed(a_case(email="eva@example.org"))
    for _ in range(2):
        handling.answer_survey(reporter=the_reporter(case), satisfied=True, comment="")
    assert Survey.objects.count() == 1
    assert Survey.objects.get().satisfied is True


def test_withdrawing_ends_the_case_unless_others_joined():
    case = a_case(email="eva@example.org")
    handling.withdraw(reporter=the_reporter(case))
    case.refresh_from_db()
    assert case.state == "withdrawn"
    shared = a_case(email="eva@example.org")
    following.me_too(case=shared, contact=handling_contact("ben@example.org"), language="de")
    handling.withdraw(reporter=the_reporter(shared))
    shared.refresh_from_db()
    assert shared.state == "received"


def handling_contact(email):
    from complaints.intake.reporting import Contact

    return Contact(email=email)


def test_a_mistyped_address_comes_back_with_the_case_and_its_error_summary(client):
    case = a_published_case(email="eva@example.org")
    answer = client.post(f"/anliegen/{case.number}/folgen/", {"email": "ben@example"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="ben@example"' in page
    assert "data-focus" in page
    assert not Subscription.objects.exists()


def test_following_a_public_case_needs_a_confirmed_address(client):
    case = a_published_case(email="eva@example.org")
    client.post(f"/anliegen/{case.number}/folgen/", {"email": "ben@example.org"})
    token = token_of("complaints/subscribe")
    handling.move(case=case, to=State.IN_PROGRESS, actor=a_clerk())
    assert not OutgoingMail.objects.filter(kind="complaints/followed").exists()
    client.post(f"/anliegen/folgen/{token}/", {"deed": "confirm"})
    handling.move(case=case, to=State.PLANNED, actor=a_clerk())
    assert OutgoingMail.objects.get(kind="complaints/followed").recipient == "ben@example.org"
    client.post(f"/anliegen/folgen/{token}/", {"deed": "stop"})
    assert not Subscription.objects.exists()


def test_new_reports_of_an_area_and_topic_are_mailed_when_published():
    area, category = an_area(), a_category()
    following.subscribe(email="ben@example.org", language="de", area=area, category=category.parent)
    Subscription.objects.update(confirmed_at=timezone.now())
    a_published_case(category=category, at=HERE)
    a_published_case(at=HERE)
    assert OutgoingMail.objects.filter(kind="complaints/published").count() == 1


def test_the_public_list_shows_moderated_words_only_and_filters(client):
    area, category = an_area(), a_category()
    shown = a_published_case(category=category, at=HERE, text="Herr Maier war es")
    hidden = a_case(category=category, at=HERE)
    listing.rebuild_map(now=timezone.now())
    page = client.get(
        "/anliegen/", {"category": category.slug, "area": area.slug, "state": "open"}
    ).content.decode()
    assert shown.number in page
    assert hidden.number not in page
    assert "Maier" not in page
    assert shown.number not in client.get("/anliegen/", {"state": "closed"}).content.decode()
    assert shown.number in client.get("/anliegen/", {"q": "geprüft"}).content.decode()
    assert shown.number not in client.get("/anliegen/", {"q": "Maier"}).content.decode()


def test_open_data_and_feeds_hold_no_person(client):
    category = a_category()
    case = a_published_case(category=category, at=HERE, text="Herr Maier war es", email="eva@example.org")
    for path in ("anliegen.csv", "anliegen.geojson", "feed.atom", "feed.rss"):
        answer = client.get(f"/anliegen/{path}?category={category.slug}")
        said = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
        assert case.number in said
        assert "Maier" not in said
        assert "eva@example.org" not in said


def test_markup_in_a_published_text_stays_text_in_the_feeds_and_the_city_is_the_author(client):
    the_city()
    case = a_case()
    publishing.publish(case=case, public_text="Rohr < 5 cm <img src=x onerror=alert(1)>", actor=a_clerk())
    for form in ("atom", "rss"):
        feed = client.get(f"/anliegen/feed.{form}").content.decode()
        assert "&amp;lt;img" in feed, "readers take the text for HTML"
    assert "<author><name>" in client.get("/anliegen/feed.atom").content.decode()


def test_mails_lead_to_pages_in_the_language_of_their_reader():
    case = a_case(email="ewa@example.org", language="pl")
    messages.write(case=case, text="Jutro", actor=a_clerk(department=case.department))
    assert "/pl/anliegen/mein/" in OutgoingMail.objects.get(kind="complaints/message").text
    strange = a_case(email="x@example.org", language="xx")
    assert "/anliegen/mein/" in OutgoingMail.objects.get(recipient=the_reporter(strange).email).text


def test_who_lost_the_first_mail_may_ask_for_it_again_but_floods_nobody():
    area = an_area()
    with time_machine.travel(MONDAY, tick=False):
        for _ in range(3):
            following.subscribe(email="eva@example.org", language="de", area=area)
    with time_machine.travel(MONDAY + timedelta(hours=2), tick=False):
        following.subscribe(email="eva@example.org", language="de", area=area)
    assert OutgoingMail.objects.filter(kind="complaints/subscribe").count() == 2


@pytest.mark.parametrize("hidden", ["complaint", "private topic", "sorted out"])
def test_complaints_private_topics_and_what_was_sorted_out_are_never_published(hidden):
    kind = "complaint" if hidden == "complaint" else "defect"
    case = a_case(kind=kind, text="Schlimm", category=a_category(is_public=hidden != "private topic"))
    if hidden == "sorted out":
        handling.move(case=case, to=State.REFUSED, reason="Werbung", actor=a_clerk())
    with pytest.raises(publishing.NeverPublic):
        publishing.publish(case=case, public_text="Schlimm", actor=a_clerk())


MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=BERLIN)


def overdue_case(due, **fields):
    case = a_case(**fields)
    Case.objects.filter(pk=case.pk).update(due_at=due, interim_by=due)
    case.refresh_from_db()
    return case


def test_the_clerk_is_warned_before_then_the_clerk_then_the_lead_hears_of_it():
    above = a_department()
    department = a_department(parent=above)
    clerk, lead, head = (
        a_clerk(role, unit, email=f"{role}{unit.pk}@stadt.example")
        for role, unit in (("clerk", department), ("lead", department), ("lead", above))
    )
    case = overdue_case(datetime(2026, 11, 24, 23, 59, 59, tzinfo=BERLIN), department=department)
    handling.take(case=case, actor=clerk)
    heard = []
    for day in (0, 2, 4, 8):
        alarms.raise_due(MONDAY + timedelta(days=day))
        alarms.raise_due(MONDAY + timedelta(days=day, minutes=5))
        heard.append(
            sorted(
                set(OutgoingMail.objects.values_list("recipient", flat=True))
                & {clerk.email, lead.email, head.email}
            )
        )
    assert heard[0] == [clerk.email]
    assert lead.email not in heard[1]
    assert lead.email in heard[2]
    assert head.email in heard[3]
    assert OutgoingMail.objects.filter(kind="complaints/warning").count() == 1


def test_no_alarm_goes_unheard_when_people_leave_or_are_concerned():
    above = a_department()
    department = a_department(parent=above)
    head = a_clerk("lead", above, email="head@stadt.example")
    case = overdue_case(datetime(2026, 11, 20, 23, 59, 59, tzinfo=BERLIN), department=department)
    gone = a_clerk(department=department, email="gone@stadt.example")
    handling.take(case=case, actor=gone)
    gone.is_active = False
    gone.save()
    alarms.raise_due(MONDAY)
    mail = OutgoingMail.objects.get(kind="complaints/overdue")
    assert mail.recipient == head.email, "the clerk has left and the department has no lead"
    case.concerned_people.add(head)
    chief = a_clerk("administrator", email="chief@stadt.example")
    alarms.raise_due(MONDAY + timedelta(days=7))
    assert OutgoingMail.objects.filter(recipient=chief.email).exists()
    assert OutgoingMail.objects.filter(recipient=head.email).count() == 1


@pytest.mark.parametrize(
    "moment", [MONDAY.replace(hour=22), MONDAY - timedelta(days=1), datetime(2026, 12, 25, 10, tzinfo=BERLIN)]
)
def test_at_night_on_sunday_and_on_christmas_it_is_quiet(moment):
    clerk = a_clerk(email="ada@stadt.example")
    case = overdue_case(datetime(2026, 11, 20, 23, 59, 59, tzinfo=BERLIN))
    handling.take(case=case, actor=clerk)
    assert alarms.raise_due(moment) == 0
    assert not OutgoingMail.objects.exists()


def test_one_digest_a_working_day_and_none_when_nothing_waits():
    clerk, idle = a_clerk(email="ada@stadt.example"), a_clerk(email="bo@stadt.example")
    case = overdue_case(datetime(2026, 11, 20, 23, 59, 59, tzinfo=BERLIN))
    handling.take(case=case, actor=clerk)
    assert alarms.digests(MONDAY) == 1
    assert alarms.digests(MONDAY) == 0
    assert alarms.digests(MONDAY - timedelta(days=1)) == 0
    assert case.number in OutgoingMail.objects.get(kind="complaints/digest").text
    assert idle.email not in set(OutgoingMail.objects.values_list("recipient", flat=True))
    assert clock.days_left(case) is not None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_position_and_no_camera_survives(kind):
    clean = photos.clean(a_photo(kind=kind))
    assert clean.image.startswith(b"\xff\xd8")
    assert b"SecretCamera" not in clean.image + clean.thumbnail
    assert b"Exif" not in clean.image + clean.thumbnail


def test_a_bomb_of_pixels_is_refused_before_it_is_decoded():
    import struct
    import zlib

    def chunk(name, data):
        return struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))

    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack("!IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\0" * 10_000_000))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(photos.TooLarge):
        photos.clean(bomb)
    polyglot = photos.clean(a_photo() + b"<script>alert(1)</script>PK\x03\x04")
    assert b"<script>" not in polyglot.image


def test_what_the_scanner_does_not_like_is_refused_and_so_is_everything_while_it_is_silent(scanner, settings):
    photos.clean(a_photo())
    with pytest.raises(photos.Infected):
        photos.clean(a_photo() + b"virus")
    settings.VIRUS_SCANNER = "127.0.0.1:1"
    with pytest.raises(photos.Infected):
        photos.clean(a_photo())
    complaint_settings()
