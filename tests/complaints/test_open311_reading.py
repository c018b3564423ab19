"""The server as programs read it: both formats, every address, every refusal."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.models import Category, ComplaintSettings, Message
from tests.complaints import open311_validator as valid
from tests.complaints.open311_stage import (
    FORMS,
    VALUES,
    a_case,
    both,
    get,
)

pytestmark = pytest.mark.django_db


def test_discovery_names_everything_a_client_needs(client: Client, lamp: Category) -> None:
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
    repeated = client.get(
        "/open311/v2/requests.json?status=open&status=closed&service_code=001&service_code=muell"
    )
    assert len(repeated.json()) == 2, "many clients write a list as one parameter several times"


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


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6), form=st.sampled_from(FORMS))
def test_no_parameter_ever_breaks_the_server(
    client: Client, lamp: Category, query: dict[str, str], form: str
) -> None:
    response = client.get(f"/open311/v2/requests.{form}", query)
    assert response.status_code in (200, 400, 404), response.content
    if response.status_code != 200:
        valid.errors(response, response.status_code)


@pytest.mark.parametrize("path", ["v2/services/{}", "v2/requests/{}", "v2/tokens/{}"])
@pytest.mark.parametrize("odd", ["%00", "%ff%fe", "..", "a" * 3000, "%F0%9F%92%A9", "'%22--", "%0a"])
def test_odd_paths_are_not_found(client: Client, lamp: Category, path: str, odd: str) -> None:
    response = client.get(f"/open311/{path.format(odd)}.json")
    assert response.status_code in (400, 404)
    valid.errors(response, response.status_code)
