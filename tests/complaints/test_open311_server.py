"""The server as other programs meet it: both formats, every address, every refusal."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from complaints.models import ApiSubmission, Case, Category, ComplaintSettings, Message, Reporter
from complaints.open311 import keys
from portal import numbers
from portal.models import Department
from tests.builders import a_department, the_city
from tests.complaints import open311_validator as valid

pytestmark = pytest.mark.django_db
FORMS = ("xml", "json")
FORM_TYPE = "application/x-www-form-urlencoded"


@pytest.fixture
def department() -> Department:
    the_city(email="rathaus@lindenau.example", phone="0123 456")
    return a_department(name="Bauhof")


@pytest.fixture
def lamp(department: Department) -> Category:
    parent = Category.objects.create(name="Beleuchtung", slug="beleuchtung", department=department)
    lamp = Category.objects.create(
        name="Laterne", slug="laterne", service_code="001", parent=parent, keywords="Licht, Lampe"
    )
    ask = lamp.attributes.create
    ask(code="WHICH", datatype="multivaluelist", description="Welche?", required=True, order=2,
        values=[{"key": "1", "name": "linke"}, {"key": "2", "name": "rechte"}])  # fmt: skip
    ask(code="SINCE", datatype="datetime", description="Seit wann?", order=1)
    ask(code="HINT", datatype="text", description="Nicht anfassen.", variable=False, required=True, order=3)
    Category.objects.create(name="Müll", slug="muell", parent=parent)
    return lamp


@pytest.fixture
def secret() -> str:
    return keys.issue(name="FixMyStreet")[1]


def a_case(category: Category, **fields: Any) -> Case:
    now = timezone.now()
    assert category.parent is not None
    usual: dict[str, Any] = {
        "number": numbers.new("A"), "category": category, "department": category.parent.department, "text": "geheim: Anna, 0170",
        "public_text": "Laterne & Mast <dunkel>", "is_public": True, "latitude": 48.1, "longitude": 11.5,
        "created_at": now - timedelta(days=2), "updated_at": now - timedelta(days=1), "address": "Am Anger 1",
    }  # fmt: skip
    case = Case.objects.create(**{**usual, **fields})
    Reporter.objects.create(case=case, name="Anna Muster", email="anna@example.org", phone="0170 1234567")
    return case


def get(client: Client, path: str, **query: str) -> Any:
    return client.get(f"/open311/{path}", query)


def both(client: Client, path: str, root: str, **query: str) -> Any:
    """The content, after both formats were read strictly and said the same."""
    found = {}
    for form in FORMS:
        response = get(client, f"{path}.{form}", **query)
        assert response.status_code == 200, response.content
        found[form] = valid.body(response, root)
    assert valid.same(found["xml"], found["json"])
    return found["json"]


def post(client: Client, form: str = "json", **fields: Any) -> Any:
    return client.post(f"/open311/v2/requests.{form}", urlencode(fields, doseq=True), content_type=FORM_TYPE)


def test_discovery_names_everything_a_client_needs(client: Client, department: Department) -> None:
    found = both(client, "discovery", "discovery")
    valid.discovery(found)
    assert "rathaus@lindenau.example" in found["contact"]


def test_services_are_the_categories_in_use(client: Client, lamp: Category) -> None:
    found = both(client, "v2/services", "services", jurisdiction_id="lindenau.example")
    valid.services(found)
    assert [(one["service_code"], one["metadata"], one["group"]) for one in found] == [
        ("001", True, "Beleuchtung"),
        ("muell", False, "Beleuchtung"),
    ]
    assert found[0]["keywords"] == "Licht,Lampe"


def test_a_definition_lists_its_attributes_in_order(client: Client, lamp: Category) -> None:
    found = both(client, "v2/services/001", "service_definition")
    valid.definition(found, "001")
    assert [one["code"] for one in found["attributes"]] == ["SINCE", "WHICH", "HINT"]
    valid.definition(both(client, "v2/services/muell", "service_definition"), "muell")


def test_requests_tell_what_is_published_and_nothing_of_the_reporter(client: Client, lamp: Category) -> None:
    case = a_case(lamp)
    found = both(client, "v2/requests", "service_requests")
    valid.requests(found)
    assert found[0]["service_request_id"] == case.number
    assert found[0]["description"] == "Laterne & Mast <dunkel>"
    for form in FORMS:
        for path in (f"v2/requests.{form}", f"v2/requests/{case.number}.{form}"):
            said = get(client, path, extensions="true").content.decode()
            assert not any(word in said for word in ("Anna", "anna@", "0170", "geheim"))


def test_extensions_add_attributes_photos_and_notes(client: Client, lamp: Category) -> None:
    case = a_case(lamp, attributes={"WHICH": ["1", "2"], "SINCE": "2026-11-01"})
    Message.objects.create(case=case, author="clerk", visibility="public", text="Auftrag erteilt")
    Message.objects.create(case=case, author="clerk", visibility="thread", text="nur für Anna")
    found = both(client, "v2/requests", "service_requests", extensions="true")
    valid.requests(found, extensions=True)
    assert [one["description"] for one in found[0]["notes"]] == ["Auftrag erteilt"]
    assert [one["value"] for one in found[0]["attributes"]] == ["2026-11-01", "1", "2"]


def test_formal_complaints_and_unmoderated_reports_are_not_listed(client: Client, lamp: Category) -> None:
    complaint = a_case(lamp, kind="complaint", is_public=False)
    waiting = a_case(lamp, is_public=False, public_text="")
    assert both(client, "v2/requests", "service_requests") == []
    valid.errors(get(client, f"v2/requests/{complaint.number}.json"), 404)
    [found] = both(client, f"v2/requests/{waiting.number}", "service_requests")
    assert (found["description"], found["address"], found["lat"]) == (None, None, None)


def test_a_single_request_is_still_a_list_and_any_spelling_finds_it(client: Client, lamp: Category) -> None:
    case = a_case(lamp)
    [found] = both(client, f"v2/requests/{case.number.lower()}", "service_requests")
    assert found["service_request_id"] == case.number


def test_status_dates_and_codes_filter(client: Client, lamp: Category) -> None:
    now = timezone.now()
    muell = Category.objects.get(slug="muell")
    new, old = (
        a_case(lamp),
        a_case(muell, created_at=now - timedelta(days=200), updated_at=now - timedelta(days=200)),
    )
    done = a_case(muell, state="solved", closed_at=now - timedelta(hours=3), updated_at=now)

    def numbers_of(**query: str) -> set[str]:
        return {one["service_request_id"] for one in both(client, "v2/requests", "service_requests", **query)}

    assert numbers_of() == {new.number, done.number}
    assert numbers_of(status="closed") == {done.number}
    assert numbers_of(status="open,closed") == {new.number, done.number}
    assert numbers_of(service_code="001") == {new.number}
    assert numbers_of(service_code="001,muell", status="open") == {new.number}
    assert numbers_of(service_request_id=f"{old.number},{new.number}", status="closed") == {
        old.number,
        new.number,
    }
    assert numbers_of(start_date=(now - timedelta(days=220)).strftime("%Y-%m-%dT%H:%M:%SZ")) == {old.number}
    assert numbers_of(updated_after=(now - timedelta(hours=4)).strftime("%Y-%m-%dT%H:%M:%SZ")) == {
        done.number
    }
    assert numbers_of(updated_after="2020-01-01", updated_before="2099-01-01") == {
        new.number,
        old.number,
        done.number,
    }
    assert numbers_of(lat="48.1", long="11.5", radius="100") == {new.number, done.number}
    assert numbers_of(lat="48.2", long="11.5", radius="100") == set()
    assert numbers_of(keyword="idea") == set()


def test_a_closed_request_was_last_updated_when_it_was_closed(client: Client, lamp: Category) -> None:
    closed = datetime(2026, 1, 5, 9, tzinfo=UTC)
    case = a_case(
        lamp,
        state="solved",
        closed_at=closed,
        updated_at=timezone.now(),
        created_at=closed - timedelta(days=1),
    )
    [found] = both(client, f"v2/requests/{case.number}", "service_requests")
    assert found["updated_datetime"] == "2026-01-05T10:00:00+01:00"


def test_pages_follow_each_other_without_gap(client: Client, lamp: Category) -> None:
    cases = [a_case(lamp, created_at=timezone.now() - timedelta(hours=n)).number for n in range(5)]
    found = [
        one["service_request_id"]
        for page in ("1", "2", "3", "4")
        for one in both(client, "v2/requests", "service_requests", page=page, page_size="2")
    ]
    assert found == cases


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_takes_few_queries_however_long(
    client: Client, lamp: Category, rows: int, django_assert_max_num_queries: Any
) -> None:
    for _one in range(rows):
        a_case(lamp)
    with django_assert_max_num_queries(6):
        get(client, "v2/requests.json", extensions="true")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("v2/services/nope", 404), ("v2/requests/nope", 404), ("v2/requests/A-2222-2222", 404), ("v2/tokens/nope", 404),
        ("v2/nothing", 404), ("v2/requests", 400),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_refused_in_both_formats(
    client: Client, lamp: Category, form: str, path: str, status: int
) -> None:
    query = {"status": "nonsense"} if status == 400 else {}
    valid.errors(get(client, f"{path}.{form}", **query), status)


def test_another_ending_is_answered_in_xml(client: Client, lamp: Category) -> None:
    valid.errors(get(client, "v2/services.yaml"), 404)
    valid.errors(get(client, "v2/services"), 404)


@pytest.mark.parametrize("form", FORMS)
def test_wrong_methods_are_refused_and_the_right_ones_named(
    client: Client, lamp: Category, form: str
) -> None:
    response = client.delete(f"/open311/v2/requests.{form}")
    valid.errors(response, 405)
    assert response["Allow"] == "GET, POST, HEAD, OPTIONS"
    valid.errors(client.post(f"/open311/v2/services.{form}"), 405)


def test_a_nul_byte_is_a_bad_request_in_the_callers_format(client: Client, lamp: Category) -> None:
    valid.errors(client.get("/open311/v2/requests.json?service_code=%00"), 400)
    valid.errors(client.get("/open311/v2/requests.xml?service_code=%00"), 400)


def test_another_jurisdiction_is_unknown_only_where_the_city_named_its_own(
    client: Client, lamp: Category
) -> None:
    assert get(client, "v2/services.json", jurisdiction_id="anywhere").status_code == 200
    ComplaintSettings.objects.create(pk=1, jurisdiction_id="lindenau.example")
    valid.errors(get(client, "v2/services.json", jurisdiction_id="anywhere"), 404)
    assert get(client, "v2/services.json", jurisdiction_id="lindenau.example").status_code == 200
    assert get(client, "v2/services.json").status_code == 200


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
    assert ApiSubmission.objects.get(case=case).media_url == "https://example.org/foto.jpg"
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


def test_updates_are_there_for_other_platforms(client: Client, lamp: Category) -> None:
    case = a_case(
        lamp, state="solved", closed_at=timezone.now(), updated_at=timezone.now(), public_note="Neue Birne"
    )
    [found] = both(client, "v2/servicerequestupdates", "service_request_updates")
    assert (found["service_request_id"], found["status"], found["description"]) == (
        case.number,
        "closed",
        "Neue Birne",
    )


def test_browsers_of_other_sites_may_read(client: Client, lamp: Category) -> None:
    assert get(client, "v2/services.json")["Access-Control-Allow-Origin"] == "*"
    assert client.options("/open311/v2/services.json").status_code == 204
    assert client.head("/open311/v2/services.json").status_code == 200


NAMES = [
    "service_request_id", "service_code", "status", "start_date", "end_date", "page", "page_size", "extensions", "lat",
    "long", "radius", "updated_after", "updated_before", "keyword", "jurisdiction_id", "just_count", "max_requests",
]  # fmt: skip
VALUES = st.text(max_size=30) | st.sampled_from(
    [
        "2026-01-01",
        "0001-01-01",
        "9999-12-31T23:59:59-12:00",
        "1e309",
        "-0",
        "open",
        ",,,",
        "10000000000",
        "true",
        "A-1",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6), form=st.sampled_from(FORMS))
def test_no_parameter_ever_breaks_the_server(
    client: Client, lamp: Category, query: dict[str, str], form: str
) -> None:
    response = client.get(f"/open311/v2/requests.{form}", query)
    assert response.status_code in (200, 400, 404), response.content
    if response.status_code != 200:
        valid.errors(response, response.status_code)


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


@pytest.mark.parametrize("path", ["v2/services/{}", "v2/requests/{}", "v2/tokens/{}"])
@pytest.mark.parametrize("odd", ["%00", "%ff%fe", "..", "a" * 3000, "%F0%9F%92%A9", "'%22--", "%0a"])
def test_odd_paths_are_not_found(client: Client, lamp: Category, path: str, odd: str) -> None:
    response = client.get(f"/open311/{path.format(odd)}.json")
    assert response.status_code in (400, 404)
    valid.errors(response, response.status_code)
