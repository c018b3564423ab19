"""Programs that read the published cases again and again: told "unchanged" while nothing is, and never longer."""

import csv
import io

import pytest
from django.utils import translation

from complaints.desk import handling
from complaints.public import publishing
from complaints.workflow import State
from tests.builders import a_clerk, the_city
from tests.complaints.builders import HERE, a_category, a_published_case, an_area

pytestmark = pytest.mark.django_db

READ = [
    "/anliegen/feed.atom",
    "/anliegen/feed.rss",
    "/anliegen/feed.atom?state=open&q=geprüft",
    "/anliegen/anliegen.csv",
    "/anliegen/anliegen.geojson?state=open",
    "/anliegen/karte.json?box=11.499,48.499,11.501,48.501&zoom=19",
    "/open311/v2/requests.json",
    "/open311/v2/requests.xml?status=open",
]


@pytest.mark.parametrize("path", READ)
def test_who_asks_again_is_told_unchanged_until_a_case_is_changed_hidden_or_new(client, path):
    the_city()
    category, clerk = a_category(), a_clerk("administrator")
    case, other = (a_published_case(at=HERE, category=category) for _ in range(2))
    known = tagged(client, path)

    def is_news():
        nonlocal known
        before, known = known, tagged(client, path)
        again = client.get(path, headers={"if-none-match": known})
        assert (again.status_code, getattr(again, "content", b"")) == (304, b"")
        return client.get(path, headers={"if-none-match": before}).status_code == 200

    assert not is_news()
    publishing.publish(case=case, public_text="Lampe wieder dunkel (geprüft)", actor=clerk)
    assert is_news() or "karte" in path, "a map shows no words"
    publishing.hide(case=other, actor=clerk)
    assert is_news()
    handling.move(case=case, to=State.SOLVED, reason="Neu", actor=clerk)
    assert is_news()
    if "open" not in path:
        publishing.publish(case=other, public_text="Wieder da (geprüft)", actor=clerk)
        assert is_news()
        if "csv" in path:
            category.name = "Leuchten"
            category.save()
            assert is_news(), "a topic was given another name"


def tagged(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer["ETag"]


@pytest.mark.parametrize("path", ["/anliegen/feed.atom", "/anliegen/feed.rss"])
def test_an_empty_feed_is_unchanged_too(client, path):
    the_city()
    with translation.override("de"):
        assert client.get(path, headers={"if-none-match": tagged(client, path)}).status_code == 304


def test_a_table_of_a_filter_is_not_that_of_another_or_of_another_language(client):
    a_published_case(at=HERE, category=a_category())
    an_area(slug="mitte")
    tags = {tagged(client, path) for path in ("/anliegen/anliegen.csv", "/anliegen/anliegen.csv?area=mitte", "/pl/anliegen/anliegen.csv")}  # fmt: skip
    assert len(tags) == 3


@pytest.mark.parametrize(("path", "name"), [("/anliegen/", "anliegen"), ("/cs/anliegen/", "podn%C4%9Bty")])
def test_the_table_is_called_in_the_language_of_its_page_and_read_by_programs_in_any(client, path, name):
    a_published_case(at=HERE)
    answer = client.get(f"{path}anliegen.csv")
    assert f"{name}.csv" in answer["Content-Disposition"]
    (row,) = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert (row["open"], row["state"]) == ("true", "received")
