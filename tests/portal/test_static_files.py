"""Files and pages that a browser keeps: what it may ask, and what it is told."""

import pytest
from django.http import HttpResponse
from django.test import Client

from portal.pages import known_by_content
from tests.builders import the_city

pytestmark = pytest.mark.django_db
SHEET = "body { color: black }"


@pytest.fixture
def sheet(settings, tmp_path) -> str:
    """The address of a file that is served by the program itself."""
    (tmp_path / "house.css").write_text(SHEET)
    settings.STATIC_ROOT = tmp_path
    return f"{settings.STATIC_URL}house.css"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_a_file_asked_for_by_a_wrong_method_gets_the_citys_page(client: Client, sheet: str, method: str):
    city = the_city()
    refused = client.generic(method, sheet)
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD")
    assert city.name in refused.content.decode()


@pytest.mark.parametrize(
    ("asked", "status", "got"),
    [
        ("bytes=0-3", 206, SHEET[:4]),
        ("bytes=0-0", 200, SHEET),
        ("bytes=900-", 200, SHEET),
        ("lines=1-2", 200, SHEET),
    ],
)
def test_a_range_is_answered_with_it_or_with_the_whole_file(
    client: Client, sheet: str, asked: str, status: int, got: str
):
    answer = client.get(sheet, headers={"range": asked})
    assert (answer.status_code, answer.getvalue().decode()) == (status, got)


def test_a_file_that_is_kept_is_not_sent_again(client: Client, sheet: str):
    first = client.get(sheet)
    assert client.get(sheet, headers={"if-none-match": first["ETag"]}).status_code == 304


def test_a_developers_machine_finds_new_files_and_misses_none(client: Client, sheet: str, settings):
    settings.WHITENOISE_AUTOREFRESH = True
    assert client.get(sheet).getvalue().decode() == SHEET
    assert client.get(f"{settings.STATIC_URL}none.css").status_code == 404
    assert client.get(settings.STATIC_URL).status_code == 404


def test_a_page_has_the_same_name_for_head_as_for_get(rf):
    page = known_by_content(lambda request: HttpResponse("Lindenau"))
    name = page(rf.get("/"))["ETag"]
    assert page(rf.head("/"))["ETag"] == name
    assert page(rf.get("/", headers={"if-none-match": name})).status_code == 304
    assert page(rf.post("/", headers={"if-none-match": name})).status_code == 200


def test_a_personal_page_has_no_name(rf):
    page = known_by_content(lambda request: HttpResponse("Erika", headers={"Cache-Control": "no-store"}))
    assert "ETag" not in page(rf.get("/"))
