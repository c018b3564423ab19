"""The server as programs file reports: keys, attributes, photos, tokens, every refusal."""

import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from complaints.desk import timeline
from complaints.models import Case, Category
from complaints.open311 import keys
from tests.complaints import open311_validator as valid
from tests.complaints.open311_stage import (
    FORM_TYPE,
    FORMS,
    VALUES,
    both,
    get,
    post,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("form", FORMS)
def test_a_report_with_several_values_is_filed_and_found(
    client: Client, lamp: Category, secret: str, form: str
) -> None:
    response = post(
        client, form, api_key=secret, service_code="001", lat="48.1", long="11.5", description="dunkel", first_name="Anna",
        email="anna@example.org", **{"attribute[WHICH][]": ["1", "2"], "attribute[SINCE]": "2026-11-01T00:00:00Z"},
        media_url="https://example.org/foto.jpg", account_id="77",
    )  # fmt: skip
    assert response.status_code in (200, 201), response.content
    [answer] = valid.body(response, "service_requests")
    assert set(answer) == {"service_request_id", "service_notice", "account_id"}
    assert answer["account_id"] == "77"
    case = Case.objects.get(number=answer["service_request_id"])
    assert case.attributes == {"WHICH": ["1", "2"], "SINCE": "2026-11-01T00:00:00Z"}
    assert (case.source, case.text, case.category) == ("open311", "dunkel", lamp)
    assert timeline.sent_link(case) == "https://example.org/foto.jpg", "the clerk sees it at the case"
    assert (
        valid.body(get(client, f"v2/requests/{case.number}.{form}"), "service_requests")[0]["status"]
        == "open"
    )


def test_who_filed_it_reads_it_whole_by_the_key(client: Client, lamp: Category, secret: str) -> None:
    response = post(
        client, api_key=secret, service_code="muell", address_string="Am Anger 1", description="Sofa"
    )
    number = json.loads(response.content)[0]["service_request_id"]
    assert (
        both(client, f"v2/requests/{number}", "service_requests", api_key=secret)[0]["description"] == "Sofa"
    )
    other = keys.issue(name="another")[1]
    assert both(client, f"v2/requests/{number}", "service_requests", api_key=other)[0]["description"] is None


@pytest.mark.parametrize("form", FORMS)
def test_without_a_good_key_nothing_is_filed(client: Client, lamp: Category, secret: str, form: str) -> None:
    fields = {"service_code": "muell", "lat": "48", "long": "11", "description": "Sofa"}
    valid.errors(post(client, form, **fields), 403)
    valid.errors(post(client, form, api_key="falsch", **fields), 403)
    key = keys.find(secret)
    assert key is not None
    key.active = False
    key.save()
    valid.errors(post(client, form, api_key=secret, **fields), 403)
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"service_code": ""}, 400),
        ({"service_code": "nope"}, 404),
        ({"lat": "", "long": ""}, 400),
        ({"long": ""}, 400),
        ({"description": "x" * 4001}, 400),
        ({"email": "keine"}, 400),
        ({"media_url": "file:///etc/passwd"}, 400),
        ({"attribute[WHICH][]": "9"}, 400),
        ({"attribute[WHICH][]": ""}, 400),
        ({"attribute[SINCE]": "bald"}, 400),
    ],
)
def test_broken_reports_are_refused_and_leave_nothing(
    client: Client, lamp: Category, secret: str, fields: dict[str, str], status: int
) -> None:
    good = {
        "api_key": secret, "service_code": "001", "lat": "48", "long": "11", "description": "dunkel",
        "attribute[WHICH][]": "1",
    }  # fmt: skip
    for form in FORMS:
        valid.errors(post(client, form, **{**good, **fields}), status)
    assert not Case.objects.exists()
    assert post(client, **good).status_code == 200


def test_a_report_without_words_says_what_it_is_about(client: Client, lamp: Category, secret: str) -> None:
    assert post(client, api_key=secret, service_code="muell", address_id="4711").status_code == 200
    case = Case.objects.get()
    assert "Müll" in case.text
    assert case.address_id == "4711"


def test_a_key_that_wants_tokens_fetches_the_number_by_it(client: Client, lamp: Category) -> None:
    secret = keys.issue(name="batch", answers_with_token=True)[1]
    response = post(client, api_key=secret, service_code="muell", lat="48", long="11", description="Sofa")
    [answer] = valid.body(response, "service_requests")
    assert "service_request_id" not in answer
    found = both(client, f"v2/tokens/{answer['token']}", "service_requests")
    assert found == [{"service_request_id": Case.objects.get().number, "token": answer["token"]}]


def test_the_same_idempotency_key_is_one_case(client: Client, lamp: Category, secret: str) -> None:
    body = urlencode(
        {"api_key": secret, "service_code": "muell", "lat": "48", "long": "11", "description": "Sofa"}
    )
    answers = [
        client.post(
            "/open311/v2/requests.json", body, content_type=FORM_TYPE, headers={"Idempotency-Key": "a1"}
        ).content
        for _twice in range(2)
    ]
    assert answers[0] == answers[1]
    assert Case.objects.count() == 1


@pytest.fixture
def uploads(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    return


def test_a_photo_sent_along_loses_its_position(
    client: Client, lamp: Category, secret: str, uploads: None
) -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (48.0, 6.0, 0.0), 3: "E", 4: (11.0, 30.0, 0.0)}
    raw = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(raw, "JPEG", exif=exif)
    photo = SimpleUploadedFile("foto.jpg", raw.getvalue(), "image/jpeg")
    fields = {
        "api_key": secret,
        "service_code": "muell",
        "lat": "48",
        "long": "11",
        "description": "Sofa",
        "media": photo,
    }
    assert client.post("/open311/v2/requests.json", fields).status_code == 200
    kept = Case.objects.get().photos.get()
    with Image.open(kept.file) as picture:
        assert not picture.getexif()


def test_a_file_that_is_no_photo_refuses_the_whole_report(
    client: Client, lamp: Category, secret: str, uploads: None
) -> None:
    svg = SimpleUploadedFile("foto.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/jpeg")
    fields = {
        "api_key": secret,
        "service_code": "muell",
        "lat": "48",
        "long": "11",
        "description": "Sofa",
        "media": svg,
    }
    valid.errors(client.post("/open311/v2/requests.json", fields), 400)
    assert not Case.objects.exists()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(
        st.sampled_from(["lat", "long", "description", "email", "address_string", "media_url", "phone", "attribute[WHICH]",
                         "attribute[SINCE]", "attribute[]", "attribute[[]]", "first_name", "device_id"]),
        VALUES, max_size=6,
    ),
    code=st.sampled_from(["001", "muell"]),
)  # fmt: skip
def test_no_report_ever_breaks_the_server(
    client: Client, lamp: Category, secret: str, fields: dict[str, str], code: str
) -> None:
    response = post(
        client,
        api_key=secret,
        service_code=code,
        **{k: v.encode(errors="replace") for k, v in fields.items()},
    )
    assert response.status_code in (200, 400), response.content
