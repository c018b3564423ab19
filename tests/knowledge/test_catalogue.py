"""Catalogue in, catalogue out: the round trip keeps what people need."""

from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.articles.drafts import FeeDraft, LinkDraft
from knowledge.models import Article, ArticleText, Topic
from knowledge.outside import dldb_export
from portal import catalogue
from portal.imports import catalogue_import, dldb
from portal.models import Service
from tests.builders import a_service, an_office, the_city
from tests.knowledge.builders import a_public_article

pytestmark = pytest.mark.django_db


def a_catalogue(*records: catalogue.ServiceRecord, **more) -> catalogue.Catalogue:
    return catalogue.Catalogue(source="test", services=records, **more)


def a_record(key: str = "7", **fields) -> catalogue.ServiceRecord:
    text = catalogue.ArticleText("de", False, "Reisepass", summary="Kurz **gesagt**", documents=("Foto",))
    known = {"slug": "reisepass", "name": "Reisepass", "texts": (text,), "topics": ("ausweise",)}
    return catalogue.ServiceRecord(key=key, **{**known, **fields})


def test_an_import_makes_public_articles_with_topics_and_fees() -> None:
    topics = (
        catalogue.TopicRecord("ausweise", "Ausweise", parent="leben"),
        catalogue.TopicRecord("leben", "Leben"),
    )
    fees = (
        catalogue.FeeRecord(Decimal("37.50"), "unter 24", {"pl": "do 24 lat"}),
        catalogue.FeeRecord(None, ""),
    )
    catalogue_import.take_over(catalogue=a_catalogue(a_record(fees=fees), topics=topics))
    article = Article.objects.get()
    assert article.get_absolute_url() == "/leistungen/reisepass/"
    assert [str(fee.amount) for fee in article.fees.all()] == ["37.50"]
    assert article.fees.get().condition_in("pl") == "do 24 lat"
    assert ArticleText.objects.get().summary == "Kurz gesagt"
    assert article.topics.get().parent == Topic.objects.get(slug="leben")


def test_a_second_import_changes_nothing_and_a_missing_record_is_archived() -> None:
    first = a_catalogue(a_record(), a_record("8", slug="pass", name="Pass"))
    catalogue_import.take_over(catalogue=first)
    again = catalogue_import.take_over(catalogue=first)
    assert dict(again.consumers)["knowledge"] == catalogue.Counts(skipped=2)
    gone = catalogue_import.take_over(catalogue=a_catalogue(a_record()))
    assert dict(gone.consumers)["knowledge"].withdrawn == 1
    assert Article.objects.get(external_id="8").state == "archived"


def test_an_article_our_editors_wrote_about_the_service_stays() -> None:
    catalogue_import.take_over(catalogue=a_catalogue(a_record(texts=())))
    ours = a_public_article("Unser Pass", article={"service": Service.objects.get().pk})
    catalogue_import.take_over(catalogue=a_catalogue(a_record()))
    assert list(Article.objects.all()) == [ours]


def test_an_internal_record_gets_no_page() -> None:
    catalogue_import.take_over(
        catalogue=a_catalogue(a_record(public=False), a_record("8", slug="x", name="X"))
    )
    assert not Article.objects.filter(external_id="7").exists()


def test_the_round_trip_keeps_sections_fees_links_and_key(tmp_path: Path) -> None:
    the_city(name="Lindenau", languages=["de"])
    service = a_service(name="Reisepass", slug="reisepass", standard_key="99085001000000")
    service.offices.add(an_office(name="Bürgerbüro", street="Markt 1", latitude=48.5, longitude=10.5))
    a_public_article(
        "Reisepass",
        summary="Den Pass beantragen Sie persönlich.",
        requirements="- Sie sind Deutsche oder Deutscher.",
        documents=("Altes Dokument", "Passfoto"),
        procedure="1. Termin buchen\n2. Abholen",
        synonyms=("Pass", "Reisedokument"),
        article={
            "service": service.pk,
            "fees": (FeeDraft(Decimal("37.50"), "unter 24 Jahren"),),
            "links": (LinkDraft("Bund", "https://example.org/pass"),),
        },
    )
    assert dldb_export.write(tmp_path) == (1, 1)
    (record,) = dldb.read_catalogue(tmp_path).services
    (text,) = record.texts
    assert record.standard_key == "99085001000000"
    assert text.summary == "Den Pass beantragen Sie persönlich."
    assert set(text.documents) == {"Altes Dokument", "Passfoto"}
    assert "Deutsche" in text.requirements
    assert "Termin buchen" in text.procedure
    assert set(text.synonyms) >= {"Pass", "Reisedokument"}
    assert record.fees[0].amount == Decimal("37.50")
    assert record.links[0].url == "https://example.org/pass"
    (office,) = dldb.read_catalogue(tmp_path).offices
    assert (office.name, office.street) == ("Bürgerbüro", "Markt 1")
