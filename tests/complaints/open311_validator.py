"""GeoReport v2 read strictly: each function raises AssertionError where a body leaves the specification.

Written from the specification, not from our code: it knows nothing of `complaints`.
"""

import json
import re
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse

W3C = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
SERVICE = ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"]
REQUEST = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address",
    "address_id", "zipcode", "lat", "long", "media_url",
]  # fmt: skip
ATTRIBUTE = [
    "variable", "code", "datatype", "required", "datatype_description", "order", "description", "values",
]  # fmt: skip
LISTS = {
    "services": "service", "service_requests": "request", "errors": "error", "attributes": "attribute",
    "values": "value", "endpoints": "endpoint", "formats": "format", "photos": "photo", "notes": "note",
    "service_request_updates": "request_update",
}  # fmt: skip
BOOLEANS = {"metadata", "variable", "required"}
NUMBERS = {"lat", "long", "order", "votes"}


def body(response: HttpResponse, root: str) -> Any:
    """The content of either format as plain values: lists, dicts, texts, None, booleans as True/False."""
    kind = response["Content-Type"]
    if kind == "application/json; charset=utf-8":
        found = json.loads(response.content.decode("utf-8"))
        assert not (isinstance(found, dict) and root in found), "JSON drops the root"
        _no_number_codes(found)
        return found
    assert kind == "text/xml; charset=utf-8", kind
    text = response.content.decode("utf-8")
    assert re.match(r"<\?xml version=\"1.0\" encoding=\"utf-8\"\?>", text, re.I), text[:60]
    assert "xmlns" not in text
    element = ElementTree.fromstring(response.content)
    assert element.tag == root, element.tag
    return _value(element)


def _no_number_codes(found: Any) -> None:
    if isinstance(found, list):
        for one in found:
            _no_number_codes(one)
    elif isinstance(found, dict):
        for name, value in found.items():
            if name.endswith("code") or name.endswith("_id") or name == "key":
                assert value is None or isinstance(value, str), (name, value)
            if name in BOOLEANS:
                assert isinstance(value, bool), (name, value)
            assert value != "", f"{name}: an empty element is null"
            _no_number_codes(value)


def _value(element: ElementTree.Element) -> Any:
    assert not element.attrib, element.tag
    if element.tag in LISTS:
        assert all(child.tag == LISTS[element.tag] for child in element), element.tag
        return [_value(child) for child in element]
    if len(element):
        names = [child.tag for child in element]
        assert len(names) == len(set(names)), names
        return {child.tag: _value(child) for child in element}
    text = element.text
    if element.tag in BOOLEANS:
        assert text in ("true", "false"), (element.tag, text)
        return text == "true"
    if element.tag in NUMBERS and text:
        return float(text)
    return text


def same(xml: Any, other: Any) -> bool:
    """Whether both formats say the same; numbers may differ in type."""
    if isinstance(xml, dict) and isinstance(other, dict):
        return xml.keys() == other.keys() and all(same(xml[name], other[name]) for name in xml)
    if isinstance(xml, list) and isinstance(other, list):
        return len(xml) == len(other) and all(map(same, xml, other))
    if isinstance(xml, float) and isinstance(other, int | float):
        return abs(xml - other) < 1e-9
    return (xml or None) == (other or None)


def discovery(found: Any) -> None:
    assert {"changeset", "contact", "key_service", "endpoints"} <= found.keys()
    assert W3C.fullmatch(found["changeset"])
    for endpoint in found["endpoints"]:
        assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
        assert endpoint["url"].startswith("http")
        assert not endpoint["url"].endswith("/")
        assert W3C.fullmatch(endpoint["changeset"])
        assert endpoint["type"] in ("production", "test")
        assert "text/xml" in endpoint["formats"]
    assert found["endpoints"]


def services(found: Any) -> None:
    assert isinstance(found, list)
    for service in found:
        assert list(service) == SERVICE
        assert service["service_code"]
        assert service["service_name"]
        assert service["type"] in ("realtime", "batch", "blackbox")
    codes = [service["service_code"] for service in found]
    assert len(codes) == len(set(codes))


def definition(found: Any, code: str) -> None:
    assert found["service_code"] == code
    orders = [int(attribute["order"]) for attribute in found["attributes"]]
    assert orders == list(range(1, len(orders) + 1))
    for attribute in found["attributes"]:
        assert list(attribute) == ATTRIBUTE
        assert attribute["datatype"] in (
            "string", "number", "datetime", "text", "singlevaluelist", "multivaluelist",
        )  # fmt: skip
        if attribute["datatype"].endswith("valuelist"):
            assert all(list(value) == ["key", "name"] for value in attribute["values"])
            assert attribute["values"]


def requests(found: Any, *, extensions: bool = False) -> None:
    assert isinstance(found, list)
    assert len(found) <= 1000
    for request in found:
        assert list(request)[: len(REQUEST)] == REQUEST
        assert extensions or len(request) == len(REQUEST)
        assert request["status"] in ("open", "closed")
        assert request["service_request_id"]
        for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
            assert request[name] is None or W3C.fullmatch(request[name]), request[name]
        assert request["requested_datetime"] <= request["updated_datetime"]


def errors(response: HttpResponse, status: int) -> None:
    assert response.status_code == status, (response.status_code, response.content[:300])
    found = body(response, "errors")
    assert isinstance(found, list)
    assert found
    for error in found:
        assert list(error) == ["code", "description"]
        assert error["code"]
        assert error["description"]
    assert found[0]["code"] == str(status)
