"""schema.org descriptions of our pages, as values that become JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from knowledge.models import Article
from knowledge.reading import Reading
from knowledge.service_page import Place
from portal import links, richtext
from portal.models import City, Office


def page(reading: Reading, places: Iterable[Place]) -> dict[str, Any]:
    """GovernmentService for services, FAQPage for a question and its answer, WebPage for the rest."""
    article, text = reading.article, reading.text
    address = links.absolute(article.get_absolute_url())
    common: dict[str, Any] = {"@context": "https://schema.org", "url": address, "inLanguage": text.language}
    if article.changed_at:
        common["dateModified"] = article.changed_at.date()
    if article.kind == Article.Kind.SERVICE:
        return {**common, **_service(reading, places)}
    if article.kind == Article.Kind.FAQ:
        answer = {"@type": "Answer", "text": richtext.plain(str(text.summary or text.title))}
        question = {"@type": "Question", "name": text.title, "acceptedAnswer": answer}
        return {**common, "@type": "FAQPage", "mainEntity": [question]}
    return {**common, "@type": "WebPage", "name": text.title, "description": text.summary}


def _service(reading: Reading, places: Iterable[Place]) -> dict[str, Any]:
    article, text = reading.article, reading.text
    data: dict[str, Any] = {
        "@type": "GovernmentService",
        "name": text.title,
        "description": text.summary,
        "serviceOperator": organisation(City.current()),
        "availableChannel": [_channel(place.office, text.language) for place in places],
    }
    if article.service and article.service.standard_key:
        data["identifier"] = f"LeiKa {article.service.standard_key}"
    if text.synonyms:
        data["alternateName"] = list(text.synonyms)
    if article.online_url:
        data["availableChannel"].append({"@type": "ServiceChannel", "serviceUrl": article.online_url})
    data["offers"] = [
        {"@type": "Offer", "price": str(price.amount), "priceCurrency": "EUR", "description": price.condition}
        for price in reading.prices
        if price.amount is not None
    ]
    return {key: value for key, value in data.items() if value not in ("", [])}


def organisation(city: City) -> dict[str, Any]:
    data = {
        "@type": "GovernmentOrganization",
        "name": city.name,
        "telephone": city.phone,
        "url": links.absolute("/"),
    }
    return {key: value for key, value in data.items() if value}


def _channel(office: Office, language: str) -> dict[str, Any]:
    return {"@type": "ServiceChannel", "availableLanguage": language, "serviceLocation": place(office)}


def place(office: Office) -> dict[str, Any]:
    data: dict[str, Any] = {
        "@type": "GovernmentOffice",
        "name": office.name,
        "telephone": office.phone,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": office.street,
            "postalCode": office.postal_code,
            "addressLocality": office.town,
        },
    }
    if office.latitude is not None:
        data["geo"] = {"@type": "GeoCoordinates", "latitude": office.latitude, "longitude": office.longitude}
    return {key: value for key, value in data.items() if value}
