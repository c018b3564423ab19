"""What the tests of the Open311 server share: a small city, a case, and calls in both formats."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone
from hypothesis import strategies as st

from complaints.models import Case, Category, Reporter
from complaints.open311 import keys
from portal import numbers
from portal.models import Department
from tests.builders import a_department, the_city
from tests.complaints import open311_validator as valid

FORMS = ("xml", "json")
FORM_TYPE = "application/x-www-form-urlencoded"


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


def the_department() -> Department:
    the_city(email="rathaus@lindenau.example", phone="0123 456")
    return a_department(name="Bauhof")


def the_lamp(department: Department) -> Category:
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


def a_secret() -> str:
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
