"""schema.org descriptions of our pages, as values that become JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime

from knowledge.models import Article
from knowledge.outside import alternates
from knowledge.shown.reading import Reading
from knowledge.shown.service_page import Place
from portal import links
from portal.look import money, richtext
from portal.models import City, Office

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def page(reading: Reading, places: Iterable[Place]) -> dict[str, Any]:
    """GovernmentService for services, FAQPage for a question and its answer, WebPage for the rest."""
    article, text = reading.article, reading.text
    address = alternates.address(article, text.language)
    webpage: dict[str, Any] = {"@type": "WebPage", "url": address, "inLanguage": text.language}
    if article.changed_at:
        webpage["dateModified"] = localtime(article.changed_at).date()
    context = {"@context": "https://schema.org"}
    if article.kind == Article.Kind.SERVICE:
        # language and date belong to the page: a service has neither
        return {**context, "url": address, **_service(reading, places), "mainEntityOfPage": webpage}
    common = {**context, **webpage}
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
        "areaServed": City.current().name,
        "availableChannel": [_channel(place.office, text.language) for place in places],
    }
    if article.service and article.service.standard_key:
        key = article.service.standard_key
        data["identifier"] = {"@type": "PropertyValue", "propertyID": "LeiKa", "value": key}
    if text.synonyms:
        data["alternateName"] = list(text.synonyms)
    if article.online_url:
        data["availableChannel"].append({"@type": "ServiceChannel", "serviceUrl": article.online_url})
    if article.audience:
        data["audience"] = {"@type": "Audience", "audienceType": article.audience_name}
    data["offers"] = [
        {
            "@type": "Offer",
            "price": str(price.amount),
            "priceCurrency": money.currency(),
            "description": price.condition,
        }
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
        "url": links.absolute(reverse("offices")) + f"#office-{office.pk}",
        "telephone": office.phone,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": office.street,
            "postalCode": office.postal_code,
            "addressLocality": office.town,
            "addressCountry": City.current().country,
        },
        "openingHoursSpecification": [_span(row) for row in getattr(office, "hour_rows", ())],
    }
    if office.latitude is not None:
        data["geo"] = {"@type": "GeoCoordinates", "latitude": office.latitude, "longitude": office.longitude}
    return {key: value for key, value in data.items() if value}


def _span(row: Mapping[str, Any]) -> dict[str, str]:
    """One span of a weekday, for as long as it holds."""
    span = {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": f"https://schema.org/{DAYS[row['weekday']]}",
        "opens": row["opens"][:5],
        "closes": row["closes"][:5],
        "validFrom": row["valid_from"] or "",
        "validThrough": row["valid_until"] or "",
    }
    return {name: value for name, value in span.items() if value}
