"""The filters of a result page: numbers that hold, in two languages, and addresses that keep them."""

import re
from html import unescape

import pytest
from django.http import QueryDict
from django.test import Client

from knowledge.articles import publishing
from knowledge.articles.drafts import TextDraft
from knowledge.models import Topic
from tests.builders import the_city
from tests.knowledge.builders import a_draft, a_public_article

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    the_city(languages=["de", "en"])


def _numbers(client: Client, path: str, chosen: dict[str, str]) -> dict[str, tuple[str, int]]:
    """Of each filter shown: its address, and how many results it says it leads to."""
    html = client.get(path, chosen).content.decode()
    links = re.findall(
        r'<li><a [^>]*href="(\?q=[^"]*)"[^>]*><span[^>]*>([^<]*)<.*?class="count">(\d+)<', html
    )
    return {label: (unescape(address), int(number)) for address, label, number in links}


def test_filters_of_results_in_two_languages_leave_as_many_as_they_say_one_after_the_other(
    client: Client,
) -> None:
    for slug in ("reise", "familie", "post"):
        Topic.objects.create(slug=slug, name=slug.title())
    for number, topics in enumerate((("reise",), ("reise", "familie"), ("post",))):
        english = TextDraft("en", title=f"Passport {number}")
        draft = a_draft(f"Reisepass {number}", article={"topics": topics}).with_text(english)
        publishing.publish(article=publishing.start(draft=draft, actor=None), actor=None)
    a_public_article("Verlust von Reisepass", article={"topics": ("post", "familie")})
    a_public_article("Reisepass abholen", article={"topics": ("familie",)})
    for other in ("Hundesteuer", "Sperrmüll", "Wohngeld", "Grundsteuer", "Briefwahl", "Führungszeugnis"):
        a_public_article(other)
    first = _numbers(client, "/en/suche/", {"q": "passport"})
    assert {label: number for label, (_address, number) in first.items()} == {
        "Reise": 2,
        "Familie": 3,
        "Post": 2,
    }
    for address, number in first.values():
        narrowed = client.get(f"/en/suche/{address}")
        assert narrowed.headers["X-Total-Count"] == str(number)
        for other, in_its_place in _numbers(client, "/en/suche/", QueryDict(address[1:]).dict()).values():
            if "thema=" in other:
                assert client.get(f"/en/suche/{other}").headers["X-Total-Count"] == str(in_its_place)


def test_the_other_languages_of_a_result_page_keep_query_and_filters(client: Client) -> None:
    a_public_article("Hund anmelden")
    html = client.get("/suche/", {"q": "hund", "art": "service", "leicht": "1"}).content.decode()
    assert 'href="/en/suche/?q=hund&amp;art=service&amp;leicht=1"' in html
