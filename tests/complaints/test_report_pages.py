"""Three pages, no JavaScript, no cookie but the form guard's."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from complaints.models import Case, Photo
from portal.models import OutgoingMail
from tests.builders import the_city
from tests.complaints.builders import (
    HERE,
    a_case,
    a_category,
    a_photo,
    a_published_case,
    a_question,
    an_area,
    complaint_settings,
)
from tests.knowledge.builders import a_public_article

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    the_city()


def the_first_page(client, **more):
    return client.post("/anliegen/melden/", {"text": "Die Lampe vor dem Haus ist dunkel", **more})


def send(client, category, *, what=None, where=None, who=None):
    first = the_first_page(client, **(what or {}))
    assert first.status_code == 303, first.content.decode()
    second = client.post(first.url, {"category": category.pk, "address": "Hauptstraße 5", **(where or {})})
    assert second.status_code == 303, second.content.decode()
    return second.url, client.post(second.url, who or {})


def test_a_report_takes_three_pages_and_no_contact(client):
    category = a_category()
    _url, answer = send(client, category)
    page = client.get(answer.url)
    case = Case.objects.get()
    assert case.number in page.content.decode()
    assert (case.text, case.address, case.source) == (
        "Die Lampe vor dem Haus ist dunkel",
        "Hauptstraße 5",
        "web",
    )


def test_pressing_send_twice_shows_the_same_number(client):
    url, first = send(client, a_category(), who={"email": "eva@example.org"})
    second = client.post(url, {"email": "eva@example.org"})
    number = Case.objects.get().number
    assert all(number in client.get(answer.url).content.decode() for answer in (first, second))
    assert OutgoingMail.objects.count() == 1


def test_photos_come_along_without_their_metadata(client):
    photos = [SimpleUploadedFile(f"{n}.jpg", a_photo(), "image/jpeg") for n in range(2)]
    send(client, a_category(), what={"photos": photos})
    case = Case.objects.get()
    assert case.photos.count() == 2
    for photo in case.photos.all():
        kept = photo.file.read()
        assert b"Exif" not in kept
        assert b"SecretCamera" not in kept


@pytest.mark.parametrize(
    "bad",
    [
        SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>", "image/jpeg"),
        SimpleUploadedFile("a.jpg", b"PK\x03\x04" + b"0" * 100, "image/jpeg"),
        SimpleUploadedFile("a.jpg", b"\xff\xd8\xff broken", "image/jpeg"),
    ],
)
def test_what_is_no_photo_is_refused_with_a_sentence_and_the_text_stays(client, bad):
    answer = the_first_page(client, photos=[bad])
    assert answer.status_code == 422
    assert "Die Lampe vor dem Haus" in answer.content.decode()
    assert not Photo.objects.exists()


def test_six_photos_are_one_too_many(client):
    photos = [SimpleUploadedFile(f"{n}.jpg", a_photo(size=(40, 40)), "image/jpeg") for n in range(6)]
    assert the_first_page(client, photos=photos).status_code == 422


def test_a_text_of_100_kilobytes_is_refused_with_a_sentence(client):
    answer = the_first_page(client, text="x" * 100_000)
    assert answer.status_code == 422
    assert not Case.objects.exists()
    page = answer.content.decode()
    assert "x" * 100_000 in page, "nothing of it is lost"
    assert not re.search("<textarea[^>]*maxlength", page), "a browser would cut what is pasted without a word"


def test_html_in_the_text_stays_text(client):
    _url, answer = send(client, a_category(), what={"text": "<script>alert(1)</script><b>kaputt</b>"})
    token = re.search(r"/mein/([^/]+)/", answer.url)[1]
    page = client.get(f"/anliegen/mein/{token}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_place_outside_the_city_is_refused_on_page_two(client):
    an_area()
    first = the_first_page(client)
    answer = client.post(first.url, {"category": a_category().pk, "latitude": "52.5", "longitude": "13.4"})
    assert answer.status_code == 422


def test_questions_of_the_topic_are_asked_before_going_on_even_without_javascript(client):
    category = a_category()
    a_question(category, code="pole", description="Nummer am Mast?", required=True)
    first = the_first_page(client)
    asked = client.post(first.url, {"category": category.pk, "address": "x"})
    assert asked.status_code == 200
    assert "Nummer am Mast?" in asked.content.decode()
    unanswered = client.post(first.url, {"category": category.pk, "address": "x", "asked": category.pk})
    assert unanswered.status_code == 422
    answered = client.post(
        first.url, {"category": category.pk, "address": "x", "asked": category.pk, "f-pole": "17"}
    )
    client.post(answered.url, {})
    assert Case.objects.get().attributes == {"pole": "17"}


def test_similar_reports_nearby_are_shown_before_sending_with_me_too(client):
    category = a_category()
    known = a_published_case(category=category, at=HERE, text="Lampe ist dunkel", email="eva@example.org")
    secret = a_case(category=category, at=HERE, text="Lampe dunkel, Nachbar Maier ist schuld")
    first = the_first_page(client)
    second = client.post(first.url, {"category": category.pk, "latitude": HERE[0], "longitude": HERE[1]})
    page = client.get(second.url).content.decode()
    assert f'form="me-too" formaction="/anliegen/{known.number}/auch/"' in page
    assert '<form method="post" id="me-too"' in page
    assert f"/anliegen/{secret.number}/auch/" in page
    assert "Maier" not in page
    joined = client.post(f"/anliegen/{known.number}/auch/", {"email": "ben@example.org"})
    assert joined.status_code == 303
    thanks = client.get(joined.url).content.decode()
    assert "diesem Anliegen angeschlossen" in thanks
    assert "Ihr Anliegen" not in thanks, "it is somebody else's"
    assert known.reporters.count() == 2
    assert Case.objects.count() == 2


def test_a_page_that_helps_at_once_is_offered_before_anything_is_reported(client):
    a_category()
    a_public_article("Sperrmüll abholen lassen", summary="Zweimal im Jahr kostenlos, auf Karte oder online.")
    offered = {}
    for text in ("Mein alter Schrank und anderer Sperrmüll muss weg", "Am Rathaus fehlt ein Geländer"):
        first = client.post("/anliegen/melden/", {"text": text, "kind": "defect"})
        offered[text] = "Sperrmüll abholen lassen" in client.get(first.url).content.decode()
    assert list(offered.values()) == [True, False]


def test_a_position_may_be_written_with_commas(client):
    _url, answer = send(client, a_category(), where={"address": "", "latitude": "48,5", "longitude": "11,5"})
    assert answer.status_code == 303
    assert (Case.objects.get().latitude, Case.objects.get().longitude) == (48.5, 11.5)


def test_going_back_loses_nothing(client):
    first = the_first_page(client)
    key = first.url.split("/")[3]
    page = client.get(f"/anliegen/melden/{key}/").content.decode()
    assert "Die Lampe vor dem Haus ist dunkel" in page


def test_a_page_that_is_left_backwards_keeps_what_was_typed(client):
    category = a_category()
    a_question(category, code="lamp")
    where = the_first_page(client).url
    back = client.post(
        where, {"category": category.pk, "latitude": "4x", "f-lamp": "die linke", "back": "what"}
    )
    assert back.url == where.replace("ort/", "")
    page = client.get(where).content.decode()
    assert 'value="4x"' in page
    assert "die linke" in page
    send = client.post(
        where, {"category": category.pk, "address": "Hauptstraße 5", "asked": category.pk, "f-lamp": "rechts"}
    ).url
    assert client.post(send, {"email": "eva@", "back": "where"}).url == where
    assert 'value="eva@"' in client.get(send).content.decode()
    assert not Case.objects.exists()


def test_good_photos_stay_when_something_else_is_refused(client):
    photos = [
        SimpleUploadedFile("gut.jpg", a_photo(size=(40, 40)), "image/jpeg"),
        SimpleUploadedFile("schlecht.jpg", b"<svg/>", "image/jpeg"),
    ]
    answer = the_first_page(client, photos=photos)
    assert answer.status_code == 422
    assert "schlecht.jpg: " in answer.content.decode()
    again = re.search(r'action="(/anliegen/melden/[^"]+)"', answer.content.decode())[1]
    where = client.post(again, {"text": "Die Lampe ist dunkel"}).url
    assert Photo.objects.get().draft is not None
    assert client.get(where).status_code == 200


def test_nobody_jumps_over_a_page(client):
    photo = SimpleUploadedFile("gut.jpg", a_photo(size=(40, 40)), "image/jpeg")
    page = client.post("/anliegen/melden/", {"photos": [photo]}).content.decode()
    wordless = re.search('action="(/anliegen/melden/[^"]+)"', page)[1]
    assert client.get(f"{wordless}ort/").url == wordless
    category = a_category()
    named = client.post(f"/anliegen/melden/?category={category.slug}", {"text": "Lampe"}).url
    assert client.get(named.replace("ort/", "senden/")).url == named


def test_a_topic_that_needs_contact_says_so(client):
    _url, answer = send(client, a_category(anonymous_allowed=False))
    assert answer.status_code == 422


def test_unknown_drafts_and_links_are_not_found(client):
    assert client.get("/anliegen/melden/7c1e2c52-3f7b-4d53-8d6c-111111111111/ort/").status_code == 404
    assert client.get("/anliegen/mein/abc/").status_code == 404
    assert client.post("/anliegen/mein/abc/antworten/", {"text": "x"}).status_code == 404


def test_the_own_page_stays_closed_to_others_while_the_number_shows_only_the_state(client):
    case = a_case(text="Mein Name ist Eva Beispiel", at=HERE)
    page = client.get(f"/anliegen/{case.number.lower()}/").content.decode()
    assert "Eva Beispiel" not in page
    assert case.number in page
    complaint = a_case(kind="complaint", text="Sehr schlimm")
    assert "Sehr schlimm" not in client.get(f"/anliegen/{complaint.number}/").content.decode()


def test_a_draft_is_gone_after_a_day_and_its_case_keeps_its_photos(client):
    from datetime import timedelta

    from complaints.intake import drafting
    from complaints.models import Draft

    send(client, a_category(), what={"photos": [SimpleUploadedFile("1.jpg", a_photo(), "image/jpeg")]})
    the_first_page(client)
    drafting.forget_old(timezone.now() + timedelta(days=2))
    assert not Draft.objects.exists()
    assert Case.objects.get().photos.count() == 1
    complaint_settings()
