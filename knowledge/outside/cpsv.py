"""All services as JSON-LD with the names of CPSV-AP 3 (the EU's vocabulary for public services)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from knowledge.models import Article
from portal import links
from portal.look import money, richtext
from portal.models import City, Office

CONTEXT = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "locn": "http://www.w3.org/ns/locn#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "schema": "https://schema.org/",
}
COUNTRY = "http://publications.europa.eu/resource/authority/country/"
COUNTRIES = {"AT": "AUT", "BG": "BGR", "CZ": "CZE", "DE": "DEU", "HU": "HUN", "PL": "POL"}
ORGANISATION = "#organisation"


@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The whole catalogue, written as it is read, so that its size does not matter."""
    response = StreamingHttpResponse(_pieces(), content_type="application/ld+json")
    response["Cache-Control"] = "public, max-age=600"
    return response


def _pieces() -> Iterator[str]:
    head = json.dumps(CONTEXT, ensure_ascii=False)
    yield f'{{"@context": {head}, "@graph": [\n{_json(organisation())}'
    for office in Office.objects.filter(active=True).order_by("pk"):
        yield ",\n" + _json(channel(office))
    articles = (
        Article.objects.public()
        .filter(kind=Article.Kind.SERVICE)
        .select_related("service")
        .prefetch_related("texts", "fees", "topics", "service__offices")
        .order_by("pk")
    )
    for article in articles.iterator(chunk_size=200):
        yield ",\n" + _json(public_service(article))
    yield "\n]}\n"


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)


def organisation() -> dict[str, Any]:
    city = City.current()
    return {
        "@id": links.absolute("/") + ORGANISATION,
        "@type": "cv:PublicOrganisation",
        "dct:title": city.name,
        "dct:spatial": {"@id": COUNTRY + COUNTRIES[city.country]},
        "foaf:homepage": links.absolute("/"),
    }


def channel(office: Office) -> dict[str, Any]:
    return {
        "@id": _office_id(office),
        "@type": "cv:Channel",
        "dct:title": office.name,
        "schema:telephone": office.phone,
        "locn:address": {
            "locn:thoroughfare": office.street,
            "locn:postCode": office.postal_code,
            "locn:postName": office.town,
        },
    }


def _office_id(office: Office) -> str:
    return f"{links.absolute(reverse('offices'))}#office-{office.pk}"


def public_service(article: Article) -> dict[str, Any]:
    """One cpsv:PublicService; texts carry their language, empty properties are left out."""
    texts = [text for text in article.texts.all() if not text.plain]
    service = article.service

    def tagged(name: str) -> list[dict[str, str]]:
        pairs = [(text.language, richtext.plain(getattr(text, name))) for text in texts]
        return [{"@value": value, "@language": language} for language, value in pairs if value]

    data: dict[str, Any] = {
        "@id": links.absolute(article.get_absolute_url()),
        "@type": "cpsv:PublicService",
        "dct:identifier": (service.standard_key if service else "") or article.external_id or article.slug,
        "dct:title": tagged("title"),
        "dct:description": tagged("summary") or tagged("body"),
        "dct:language": sorted({text.language for text in texts}),
        "dct:modified": article.changed_at,
        "dcat:keyword": [
            {"@value": word, "@language": text.language} for text in texts for word in text.synonyms
        ],
        "cv:hasCompetentAuthority": {"@id": links.absolute("/") + ORGANISATION},
        "cv:thematicArea": [topic.slug for topic in article.topics.all()],
        "cv:processingTime": tagged("processing_time"),
        "cv:hasCost": [_cost(fee.amount, fee.condition) for fee in article.fees.all()],
        "cpsv:hasInput": [
            {
                "@type": "cv:Evidence",
                "dct:title": {"@value": richtext.plain(item), "@language": text.language},
            }
            for text in texts
            for item in text.documents
        ],
        "cv:hasLegalResource": [
            {"@type": "eli:LegalResource", "dct:title": title} for title in tagged("legal_basis")
        ],
        "cpsv:follows": [{"@type": "cpsv:Rule", "dct:description": text} for text in tagged("requirements")],
        "cv:hasChannel": [
            {"@id": _office_id(o)} for o in (service.offices.all() if service else ()) if o.active
        ],
    }
    if article.online_url:
        data["cv:hasChannel"].append({"@type": "cv:Channel", "foaf:page": article.online_url})
    return {key: value for key, value in data.items() if value not in (None, "", [])}


def _cost(amount: Any, condition: str) -> dict[str, Any]:
    cost: dict[str, Any] = {"@type": "cv:Cost", "dct:description": condition}
    return cost if amount is None else {**cost, "cv:value": str(amount), "cv:currency": money.currency()}
