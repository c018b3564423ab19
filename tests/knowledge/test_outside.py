"""What machines read: the JSON interface, sitemap, feed, OpenSearch, CPSV-AP, link checker."""

import json
import socket
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils.translation import trans_real

from knowledge.articles import link_checker
from knowledge.articles.drafts import FeeDraft, LinkDraft
from knowledge.models import LinkCheck
from knowledge.outside import alternates, atom
from tests.builders import a_service, an_office, the_city
from tests.knowledge.builders import a_public_article, an_article


class Silent(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


ATOM = "{http://www.w3.org/2005/Atom}"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    the_city(name="Lindenau", languages=["de", "en"])


def a_passport():
    service = a_service(name="Reisepass", slug="reisepass", standard_key="99085001000000")
    service.offices.add(an_office(latitude=48.5, longitude=10.5))
    return a_public_article(
        "Reisepass",
        summary="Den Pass beantragen Sie persönlich.",
        documents=("Passfoto",),
        article={
            "service": service.pk,
            "fees": (FeeDraft(Decimal("70"), "ab 24"),),
            "links": (LinkDraft("Bund", "https://example.org/pass"),),
        },
    )


def test_the_address_of_a_page_in_another_language_loads_none_of_its_texts() -> None:
    trans_real._translations.pop("bg", None)
    found = alternates.url("bg", "knowledge:service", "reisepass")
    assert found.endswith("/bg/leistungen/reisepass/")
    assert "bg" not in trans_real._translations
    assert alternates.url("xx", "knowledge:service", "reisepass") == alternates.url(
        "de", "knowledge:service", "reisepass"
    )


def test_the_interface_answers_head_like_get(client: Client) -> None:
    whole, head = client.get("/api/v1/services"), client.head("/api/v1/services")
    assert head.status_code == 200
    assert (head["ETag"], head["Content-Type"]) == (whole["ETag"], whole["Content-Type"])


def test_the_interface_tells_services_offices_articles_and_searches(client: Client) -> None:
    a_passport()
    services = client.get("/api/v1/services").json()
    assert services["items"][0]["article"] == "reisepass"
    assert client.get("/api/v1/services/reisepass").json()["standard_key"] == "99085001000000"
    assert client.get("/api/v1/offices").json()[0]["is_open"] is False
    assert client.get("/api/v1/articles").json()["count"] == 1
    article = client.get("/api/v1/articles/reisepass").json()
    assert article["fees"] == [{"amount": "70.00", "currency": "EUR", "condition": "ab 24"}]
    found = client.get("/api/v1/search", {"q": "pass"}).json()
    assert found["items"][0]["title"] == "Reisepass"
    assert "/api/v1/search" in client.get("/api/v1/openapi.json").json()["paths"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("services?limit=0", 422),
        ("services?limit=x", 422),
        ("services?offset=-1", 422),
        ("services?language=%F0", 422),
        ("services/unknown", 404),
        ("articles/unknown", 404),
        ("articles?topic='", 200),
        ("articles?kind=zzz", 200),
        ("search", 422),
        ("search?q=", 200),
        ("search?q=%F0%9F%98%80", 200),
        ("search?q=a&language=xx", 200),
        ("nothing", 404),
    ],
)
def test_odd_requests_get_an_answer(client: Client, path: str, status: int) -> None:
    assert client.get(f"/api/v1/{path}").status_code == status


def test_drafts_are_nowhere(client: Client) -> None:
    an_article("Geheimer Entwurf")
    for path in (
        "/api/v1/articles",
        "/sitemap-1.xml",
        "/aenderungen.atom",
        "/daten/leistungen.jsonld",
        "/leistungen/",
        "/api/v1/search?q=Geheimer",
    ):
        answer = client.get(path)
        text = b"".join(answer) if answer.streaming else answer.content
        assert b"eheimer" not in text.replace(b"q=Geheimer", b"")
    assert client.get("/api/v1/articles/geheimer-entwurf").status_code == 404


def test_sitemap_feed_and_opensearch_are_valid_xml(client: Client) -> None:
    a_passport()
    assert b"sitemap-1.xml" in client.get("/sitemap.xml").content
    sitemap = b"".join(client.get("/sitemap-1.xml"))
    ElementTree.fromstring(sitemap)
    assert b"/leistungen/reisepass/" in sitemap
    assert client.get("/sitemap-9.xml").status_code == 404
    feed = ElementTree.fromstring(client.get("/aenderungen.atom").content)
    assert feed.find("{http://www.w3.org/2005/Atom}entry") is not None
    ElementTree.fromstring(client.get("/opensearch.xml").content)
    assert client.get("/opensearch/vorschlaege/?q=rei").json() == ["rei", ["Reisepass"]]
    assert b"Sitemap:" in client.get("/robots.txt").content


def test_who_was_away_for_long_turns_the_pages_of_the_feed(client: Client, monkeypatch) -> None:
    for title in ("Reisepass", "Hundesteuer", "Sperrmüll"):
        a_public_article(title)
    monkeypatch.setattr(atom, "PER_PAGE", 2)
    found, address = [], "/aenderungen.atom"
    while address:
        feed = ElementTree.fromstring(client.get(address).content)
        found += [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]
        to = {link.get("rel"): link.get("href", "") for link in feed.findall(f"{ATOM}link")}
        assert to["self"].endswith(address)
        assert feed.findtext(f"{ATOM}id", "").endswith("/aenderungen.atom")
        address = to.get("next", "").removeprefix(to["self"].removesuffix(address))
    assert found == ["Sperrmüll", "Hundesteuer", "Reisepass"]
    assert client.get("/aenderungen.atom?page=9").status_code == 404


@pytest.mark.parametrize(
    ("city", "short"),
    [("Aue", "Aue"), ("Lindenau an der Aue", "Lindenau"), ("Donaudampfschiffstadt", "Donaudampfschiff")],
)
def test_a_search_engines_short_name_is_cut_between_words(client: Client, city: str, short: str) -> None:
    the_city(name=city)
    assert f"<ShortName>{short}</ShortName>" in client.get("/opensearch.xml").content.decode()


def test_the_catalogue_speaks_cpsv(client: Client) -> None:
    a_passport()
    data = json.loads(b"".join(client.get("/daten/leistungen.jsonld")))
    service = next(node for node in data["@graph"] if node["@type"] == "cpsv:PublicService")
    assert service["dct:title"] == [{"@value": "Reisepass", "@language": "de"}]
    assert service["dct:identifier"] == "99085001000000"
    assert service["cv:hasCost"][0]["cv:value"] == "70.00"


class TestLinkChecker:
    def test_a_broken_link_is_remembered_until_it_answers_again(self) -> None:
        a_passport()
        link_checker.check_some(ask=lambda url: link_checker.Answer(404))
        row = LinkCheck.objects.get()
        assert row.broken_since is not None
        # fresh, not asked again
        assert link_checker.check_some(ask=lambda url: link_checker.Answer(200)) == 0
        LinkCheck.objects.update(checked_at=row.checked_at - 2 * link_checker.FRESH)
        link_checker.check_some(ask=lambda url: link_checker.Answer(200))
        assert LinkCheck.objects.get().broken_since is None

    def test_links_inside_texts_are_found_and_vanished_ones_forgotten(self) -> None:
        article = a_public_article(
            "Seite", article={"kind": "page"}, body="[hier](https://example.org/a?b=1&c=2)"
        )
        asked: list[str] = []
        link_checker.check_some(ask=lambda url: asked.append(url) or link_checker.Answer(200))
        assert asked == ["https://example.org/a?b=1&c=2"]
        article.texts.update(html={})
        link_checker.check_some(ask=lambda url: link_checker.Answer(200))
        assert not LinkCheck.objects.exists()

    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1:1/",
            "http://localhost/",
            "http://[::1]/",
            "http://10.0.0.1/",
            "ftp://example.org/",
            "http://169.254.169.254/",
            "http://[::ffff:127.0.0.1]/",
            "http://[64:ff9b::a00:1]/",
            "http://[2002:7f00:1::]/",
            "http://224.0.0.1/",
        ],
    )
    def test_it_never_knocks_inside_our_own_network(self, url: str) -> None:
        assert link_checker.open_link(url).error in ("an address inside our own network", "not a web address")

    def test_it_goes_to_the_address_it_checked_and_not_to_what_a_second_question_answers(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []
        with ThreadingHTTPServer(("127.0.0.1", 0), Silent) as server:
            Thread(target=server.serve_forever, daemon=True).start()

            def one_answer(host: str, *_more: object, **_named: object) -> list[object]:
                asked.append(host)
                where = server.server_address if len(asked) == 1 else ("10.0.0.1", 80)
                return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", where)]

            monkeypatch.setattr(link_checker, "_is_outside", lambda text: text == "127.0.0.1")
            monkeypatch.setattr(socket, "getaddrinfo", one_answer)
            answer = link_checker.open_link("http://turncoat.example/weg")
            server.shutdown()
        assert (answer.status, asked) == (200, ["turncoat.example"])

    def test_forbidden_to_machines_is_not_broken(self) -> None:
        assert not link_checker.Answer(403).is_broken
        assert link_checker.Answer(None, "no such host").is_broken
