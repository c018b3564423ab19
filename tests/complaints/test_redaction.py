"""Personal data goes for good: from texts and messages, from photos and what lies beside them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from complaints import remembering
from complaints.correspondence import messages, photos
from complaints.models import Case
from complaints.public import publishing
from tests.complaints.builders import HERE, a_case, a_photo, a_published_case, act, the_reporter

pytestmark = pytest.mark.django_db


def test_photos_are_blurred_before_anyone_sees_them(client, office):
    case = a_published_case(department=office[1], images=[photos.clean(a_photo(size=(400, 300)))])
    photo = case.photos.get()
    assert client.get(f"/anliegen/foto/{photo.key}.jpg").status_code == 404
    answer = act(client, case, "photo", photo=photo.pk, boxes="10, 10, 50, 50", public="on")
    assert answer.status_code == 303
    assert client.get(f"/anliegen/foto/{photo.key}.jpg").status_code == 200
    assert client.get(f"/amt/anliegen/fall/{case.number}/foto/{photo.key}-klein.jpg").status_code == 200
    assert act(client, case, "photo", photo=photo.pk, boxes="schwarz").status_code == 422


def test_what_is_blurred_for_good_is_left_in_no_file(
    client, office, settings, django_capture_on_commit_callbacks
):
    case = a_case(kind="complaint", department=office[1], images=[photos.clean(a_photo(size=(400, 300)))])
    Case.objects.filter(pk=case.pk).update(assignee=office[0])
    photo = case.photos.get()
    before = {photo.file.path, photo.thumbnail.path}
    with django_capture_on_commit_callbacks(execute=True):
        answer = act(client, case, "photo", photo=photo.pk, boxes="0 0 60 60", for_good="on")
    assert answer.status_code == 303
    left = {str(path) for path in settings.MEDIA_ROOT.rglob("*.jpg")}
    assert len(left) == 3, "the new original, its thumbnail and the public copy"
    assert not before & left
    assert act(client, case, "photo", photo=photo.pk, public="on").status_code == 422, (
        "a complaint stays inside"
    )


def test_personal_data_is_removed_from_the_text(client, office):
    case = a_case(department=office[1], text="Ich, Eva Beispiel, sehe eine dunkle Lampe")
    act(client, case, "redact", text="Ich sehe eine dunkle Lampe")
    case.refresh_from_db()
    assert "Eva" not in case.text


def test_personal_data_is_removed_from_a_message_and_from_what_was_published_word_for_word(client, office):
    case = a_case(department=office[1], text="Ich, Eva Beispiel, sehe eine dunkle Lampe")
    act(client, case, "publish", public_text=case.text)
    act(client, case, "redact", text="Ich sehe eine dunkle Lampe")
    case.refresh_from_db()
    assert case.public_text == case.text
    message = messages.from_citizen(reporter=the_reporter(case), text="Grüße, Eva Beispiel")
    page = client.get(f"/amt/anliegen/fall/{case.number}/", {"redact": message.pk}).content.decode()
    assert f'name="message" value="{message.pk}"' in page
    act(client, case, "redact", message=message.pk, text="Grüße")
    message.refresh_from_db()
    assert message.text == "Grüße"
    elsewhere = messages.from_citizen(reporter=the_reporter(a_case()), text="Fremd")
    assert client.get(f"/amt/anliegen/fall/{case.number}/", {"redact": elsewhere.pk}).status_code == 404


def test_a_text_of_signs_that_nobody_sees_replaces_nothing(office):
    case = a_case(department=office[1], text="Die Lampe ist dunkel")
    with pytest.raises(publishing.TextMissing):
        publishing.redact(case=case, text="\u200b \u202e", actor=office[0])
    with pytest.raises(publishing.TextMissing):
        publishing.publish(case=case, public_text="\u200b", actor=office[0])
    case.refresh_from_db()
    assert (case.text, case.is_public) == ("Die Lampe ist dunkel", False)


def test_a_place_written_anew_for_everyone_leaves_the_reported_one_to_those_who_go_there(client, office):
    case = a_case(
        department=office[1], address="Hauptstraße 5, bei Eva Beispiel", at=HERE, email="eva@example.org"
    )
    act(client, case, "publish", public_text="Lampe dunkel", address="Hauptstraße")
    readable = (
        "/anliegen/",
        f"/anliegen/{case.number}/",
        "/anliegen/anliegen.csv",
        "/anliegen/feed.atom",
        "/open311/v2/requests.xml",
    )
    for address in readable:
        page = client.get(address)
        told = (b"".join(page.streaming_content) if page.streaming else page.content).decode()
        assert "Hauptstraße" in told, address
        assert "Beispiel" not in told, address
    assert case.number in client.get("/anliegen/?q=hauptstraße").content.decode()
    assert case.number not in client.get("/anliegen/?q=beispiel").content.decode()
    for page in ("/amt/anliegen/", f"/amt/anliegen/fall/{case.number}/"):
        assert "bei Eva Beispiel" in client.get(page).content.decode()
    assert (
        client.get(f"/amt/anliegen/fall/{case.number}/").context["forms"]["publish"]["address"].value()
        == "Hauptstraße"
    )
    act(client, case, "publish", public_text="Lampe dunkel", address=case.address)
    case.refresh_from_db()
    assert (case.public_address, case.address) == (None, "Hauptstraße 5, bei Eva Beispiel")


def test_after_a_year_the_place_is_the_one_that_everyone_reads(client, office):
    case = a_case(department=office[1], address="Bei Eva Beispiel")
    act(client, case, "publish", public_text="Lampe dunkel", address="Hauptstraße")
    now = timezone.now()
    Case.objects.filter(pk=case.pk).update(state="solved", closed_at=now - timedelta(days=400))
    remembering.forget_contacts(now)
    case.refresh_from_db()
    assert (case.address, case.shown_address) == ("Hauptstraße", "Hauptstraße")
