"""Both formats say the same, and say it as the specification writes it."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from complaints.open311 import records, wire

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


def a_request(**fields: Any) -> records.Request:
    usual = {
        "id": "007", "status": "open", "status_notes": "", "service_name": "Laterne", "service_code": "001",
        "description": "Lampe <aus> & dunkel", "requested_at": NINE, "updated_at": NINE, "latitude": 48.1, "longitude": 11.5,
    }  # fmt: skip
    return records.Request(**{**usual, **fields})


def as_json(root: str, tree: wire.Node) -> Any:
    return json.loads(wire.render(root, tree, form="json"))


def as_xml(root: str, tree: wire.Node) -> ElementTree.Element:
    return ElementTree.fromstring(wire.render(root, tree, form="xml"))


def test_xml_has_a_declaration_with_encoding_and_no_namespaces() -> None:
    body = wire.render("services", wire.Listing("service", []), form="xml")
    assert body.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    assert b"xmlns" not in body


def test_one_item_is_still_a_bare_array_in_json() -> None:
    found = as_json("service_requests", records.requests([a_request()]))
    assert isinstance(found, list)
    assert len(found) == 1


def test_codes_with_leading_zeros_stay_text() -> None:
    [found] = as_json("service_requests", records.requests([a_request()]))
    assert (found["service_request_id"], found["service_code"]) == ("007", "001")


def test_an_empty_element_is_null_in_json_and_empty_in_xml() -> None:
    tree = records.requests([a_request()])
    assert as_json("service_requests", tree)[0]["status_notes"] is None
    element = as_xml("service_requests", tree).find("request/status_notes")
    assert element is not None
    assert element.text is None


def test_markup_in_a_text_is_text() -> None:
    tree = records.requests([a_request()])
    assert as_xml("service_requests", tree).findtext("request/description") == "Lampe <aus> & dunkel"
    assert as_json("service_requests", tree)[0]["description"] == "Lampe <aus> & dunkel"


def test_booleans_are_booleans_in_json_and_words_in_xml() -> None:
    tree = wire.Listing("service", [records.Service("1", "Laterne", has_attributes=True).tree()])
    assert as_json("services", tree)[0]["metadata"] is True
    assert as_xml("services", tree).findtext("service/metadata") == "true"


def test_attributes_are_numbered_from_one() -> None:
    questions = [
        records.Attribute("A", "string", "Wo genau?"),
        records.Attribute("B", "singlevaluelist", "Wie viele?", values=(("1", "eine"), ("2", "mehrere"))),
    ]
    found = as_json("service_definition", records.definition("001", questions))
    assert found["service_code"] == "001"
    assert [one["order"] for one in found["attributes"]] == [1, 2]
    assert found["attributes"][1]["values"][0] == {"key": "1", "name": "eine"}
    assert found["attributes"][0]["values"] == []


def test_moments_carry_z_or_an_offset() -> None:
    assert wire.moment(NINE) == "2026-11-23T09:00:00Z"
    assert wire.moment(NINE.astimezone(timezone(timedelta(hours=1)))) == "2026-11-23T10:00:00+01:00"


def test_extensions_come_only_when_asked_for() -> None:
    request = a_request(
        photos=("https://a.example/1.jpg",), notes=(records.Note(NINE, "Auftrag erteilt", "update"),)
    )
    assert "notes" not in as_json("service_requests", records.requests([request]))[0]
    [found] = as_json("service_requests", records.requests([request], extensions=True))
    assert found["extended_attributes"]["photos"] == [{"media_url": "https://a.example/1.jpg"}]
    assert found["notes"][0]["description"] == "Auftrag erteilt"


def test_a_created_request_has_a_number_or_a_token_never_both() -> None:
    assert as_json("service_requests", records.accepted(id="A-1")) == [
        {"service_request_id": "A-1", "service_notice": None, "account_id": None}
    ]
    assert "token" in as_json("service_requests", records.accepted(token="t"))[0]


@given(st.text())
def test_whatever_people_type_both_formats_can_be_read_again(text: str) -> None:
    tree = records.requests([a_request(description=text)])
    assert as_xml("service_requests", tree).find("request/description") is not None
    assert "description" in as_json("service_requests", tree)[0]
