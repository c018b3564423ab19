"""Pages of articles, topics and the A to Z as citizens get them."""

import json
import re
from decimal import Decimal

import pytest
from django.core.cache import caches
from django.test import Client

from knowledge.articles import publishing
from knowledge.articles.drafts import FeeDraft, LinkDraft, TextDraft
from knowledge.models import SearchEvent, Topic
from portal.models import OpeningHours
from tests.builders import a_service, an_office, the_city
from tests.knowledge.builders import a_draft, a_public_article

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    the_city(name="Lindenau", languages=["de", "en"], phone="09999 1234")


def a_described_service(**fields):
    office = an_office(name="Bürgerbüro Nord", street="Nordweg 1")
    OpeningHours.objects.bulk_create(
        OpeningHours(office=office, weekday=day, opens="00:00", closes="23:59") for day in range(7)
    )
    service = a_service(name="Reisepass", slug="reisepass", standard_key="99085001000000")
    service.offices.add(office)
    text = {
        "summary": "Sie beantragen den Reisepass persönlich.",
        "documents": ("Altes Ausweisdokument", "Passfoto <b>neu</b>"),
        "requirements": "- Sie sind Deutsche oder Deutscher.",
        "procedure": "1. Termin\n2. Abholen",
        "processing_time": "Drei Wochen",
        "body": "# Noch etwas\n\n<script>alert(1)</script>",
        **fields,
    }
    return a_public_article(
        "Reisepass beantragen",
        article={
            "service": service.pk,
            "fees": (FeeDraft(Decimal("37.50"), "unter 24 Jahren"), FeeDraft(Decimal(70), "ab 24 Jahren")),
            "forms": (LinkDraft("Antrag", "https://example.org/antrag.pdf"),),
        },
        **text,
    )


def test_a_service_page_tells_fee_documents_place_and_date(client: Client) -> None:
    a_described_service()
    page = client.get("/leistungen/reisepass/")
    assert page.status_code == 200
    html = page.content.decode()
    for words in (
        "37,50\xa0€",
        "70\xa0€",
        "Altes Ausweisdokument",
        "Bürgerbüro Nord",
        "Drei Wochen",
        "Antrag",
    ):
        assert words in html
    assert "<script>alert" not in html
    assert "Passfoto &lt;b&gt;neu&lt;/b&gt;" in html
    assert html.index('id="requirements"') < html.index('id="documents"') < html.index('id="procedure"')


def test_the_data_block_for_search_engines_is_valid_and_cannot_be_ended_by_a_text(client: Client) -> None:
    a_described_service(summary="Ende</script><script>alert(1)</script>")
    html = client.get("/leistungen/reisepass/").content.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    data = json.loads(block.group(1))
    assert data["@type"] == "GovernmentService"
    assert data["description"].startswith("Ende</script>")
    assert data["offers"][0]["price"] == "37.50"
    assert data["identifier"]["value"] == "99085001000000"
    assert data["mainEntityOfPage"]["inLanguage"] == "de"


@pytest.mark.parametrize("offices", [1, 12])
def test_the_service_page_costs_the_same_queries_however_many_offices(
    client: Client, django_assert_max_num_queries, offices: int
) -> None:
    article = a_described_service()
    for _n in range(offices):
        article.service.offices.add(an_office())
    client.get("/")  # the shell
    for memory in caches.all():
        memory.clear()
    with django_assert_max_num_queries(8):
        client.get("/leistungen/reisepass/")
    with django_assert_max_num_queries(1):
        client.get("/leistungen/reisepass/")


def test_an_edit_is_on_the_page_at_once_though_the_page_keeps_a_copy(client: Client) -> None:
    article = a_described_service()
    client.get("/leistungen/reisepass/")
    draft = publishing.newest_draft(article)
    text = draft.text("de")
    draft = draft.with_text(
        TextDraft("de", title="Reisepass beantragen", body="ganz neu", summary=text.summary)
    )
    article = publishing.save_draft(article=article, based_on=1, draft=draft, actor=None)
    publishing.publish(article=article, actor=None)
    assert "ganz neu" in client.get("/leistungen/reisepass/").content.decode()


def test_a_missing_translation_shows_the_german_text_and_says_so(client: Client) -> None:
    a_described_service()
    page = client.get("/en/leistungen/reisepass/").content.decode()
    assert "not yet available in your language" in page
    assert 'lang="de"' in page


def test_the_translation_is_shown_and_named_to_search_engines(client: Client) -> None:
    article = a_described_service()
    draft = publishing.newest_draft(article).with_text(TextDraft("en", title="Apply for a passport"))
    publishing.publish(
        article=publishing.save_draft(article=article, based_on=1, draft=draft, actor=None), actor=None
    )
    page = client.get("/en/leistungen/reisepass/").content.decode()
    assert "Apply for a passport" in page
    assert 'hreflang="en" href="http' in page
    assert 'hreflang="x-default"' in page


def test_plain_language_has_its_own_address(client: Client) -> None:
    article = a_described_service()
    draft = publishing.newest_draft(article).with_text(
        TextDraft("de", plain=True, title="Der Pass", body="Kurz.")
    )
    assert client.get("/leistungen/reisepass/leichte-sprache/").status_code == 302
    publishing.publish(
        article=publishing.save_draft(article=article, based_on=1, draft=draft, actor=None), actor=None
    )
    assert "Der Pass" in client.get("/leistungen/reisepass/leichte-sprache/").content.decode()
    assert "/leichte-sprache/" in client.get("/leistungen/reisepass/").content.decode()


def test_a_service_nobody_has_described_still_has_a_page(client: Client) -> None:
    a_service(name="Hundesteuer", slug="hundesteuer")
    page = client.get("/leistungen/hundesteuer/")
    assert page.status_code == 200
    assert "Hundesteuer" in page.content.decode()


def test_unknown_and_archived_articles_are_not_found(client: Client) -> None:
    article = a_public_article("Alt", article={"kind": "page"}, body="x")
    assert client.get("/wissen/alt/").status_code == 200
    publishing.archive(article=article, actor=None)
    assert client.get("/wissen/alt/").status_code == 404
    assert client.get("/leistungen/gibt-es-nicht/").status_code == 404
    assert client.get("/themen/gibt-es-nicht/").status_code == 404


def test_the_wrong_shelf_leads_to_the_right_one(client: Client) -> None:
    a_public_article("Sperrmüll", article={"kind": "faq"}, body="x")
    assert client.get("/leistungen/sperrmuell/")["Location"] == "/wissen/sperrmuell/"
    a_public_article("Pass", body="x")
    assert client.get("/wissen/pass/")["Location"] == "/leistungen/pass/"


def test_topics_form_a_tree_and_list_their_articles(client: Client) -> None:
    family = Topic.objects.create(slug="familie", name="Familie", names={"en": "Family"})
    Topic.objects.create(slug="geburt", name="Geburt", parent=family)
    a_public_article("Geburtsurkunde", article={"topics": ("geburt",)}, summary="Urkunde bestellen")
    assert "Geburt" in client.get("/themen/").content.decode()
    assert "Geburtsurkunde" in client.get("/themen/familie/").content.decode()
    assert "Family" in client.get("/en/themen/familie/").content.decode()
    assert client.get("/themen/familie/?page=999999999999").status_code == 200


def test_a_to_z_files_umlauts_under_their_vowel(client: Client) -> None:
    a_public_article("Änderung der Adresse")
    page = client.get("/leistungen/?buchstabe=A").content.decode()
    assert "Änderung der Adresse" in page
    assert client.get("/leistungen/?buchstabe=%F0%9F%98%80").status_code == 200


def test_notices_stand_on_the_home_page(client: Client) -> None:
    a_public_article("Rathaus am Freitag zu", article={"kind": "notice"}, summary="Wegen einer Feier.")
    assert "Rathaus am Freitag zu" in client.get("/").content.decode()


def test_coming_from_the_results_counts_as_a_click_without_a_person(client: Client) -> None:
    a_described_service()
    client.get("/leistungen/reisepass/", HTTP_REFERER="http://testserver/suche/?q=Pass+von+max%40example.org")
    event = SearchEvent.objects.get()
    assert (event.kind, event.query) == ("click", "pass von [mail]")
    client.get("/leistungen/reisepass/", HTTP_REFERER="http://elsewhere.example/suche/?q=x")
    client.get("/leistungen/reisepass/", HTTP_REFERER="http://[broken")
    assert SearchEvent.objects.count() == 1


def test_a_draft_builder_needs_no_service() -> None:
    assert a_draft("Pass").text("de").title == "Pass"
