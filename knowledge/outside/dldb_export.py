"""Our services in the "dldb" form that queue systems of other cities read, so that what we import can also leave again.

Writes what `import_catalogue` reads: `services_de.json` and `locations_de.json`. Texts become HTML, as the form wants.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from knowledge.articles.publishing import reference_language
from knowledge.articles.sections import SECTIONS
from knowledge.models import Article, ArticleText
from portal import links, registries
from portal.look import money
from portal.models import City, Office, Service
from portal.registries import VisitTerms

ALLOWED = {"appointment": {"allowed": True}}
PARTS = ("requirements", "documents", "procedure", "processing_time", "deadlines", "legal_basis", "body")


def write(folder: Path) -> tuple[int, int]:
    """Write both files into `folder`; returns the numbers of services and of locations."""
    folder.mkdir(parents=True, exist_ok=True)
    terms = {pk: each for source in registries.service_visits for pk, each in source().items()}
    articles = list(_articles())
    keys = {article.service.pk: _service_key(article.service) for article in articles if article.service}
    services = [service(article, terms.get(article.service_id or 0), keys) for article in articles]
    visits: dict[int, list[dict[str, Any]]] = {}
    for pk, key in keys.items():
        for office, minutes in terms[pk].minutes.items() if pk in terms else ():
            here = {"service": key, "duration": minutes, "maxQuantity": terms[pk].most, **ALLOWED}
            visits.setdefault(office, []).append(here)
    offices = Office.objects.filter(active=True).order_by("pk")
    locations = [location(office, visits.get(office.pk, [])) for office in offices]
    meta = {"generated": timezone.now().isoformat(timespec="seconds"), "locale": reference_language()}
    for name, rows in (("services_de.json", services), ("locations_de.json", locations)):
        text = json.dumps(
            {"data": rows, "meta": {**meta, "datacount": len(rows)}}, ensure_ascii=False, indent=1
        )
        (folder / name).write_text(text, encoding="utf-8")
    return len(services), len(locations)


def _articles() -> Iterable[Article]:
    found = Article.objects.public().filter(kind=Article.Kind.SERVICE, service__isnull=False)
    found = found.select_related("service").prefetch_related("texts", "fees", "service__offices")
    return found.order_by("pk").iterator(chunk_size=200)


def service(article: Article, visit: VisitTerms | None, keys: Mapping[int, str]) -> dict[str, Any]:
    """One record; ids are those of the source where there was one, so that an import elsewhere knows it again."""
    texts = {(text.language, text.plain): text for text in article.texts.all()}
    text = texts.get((reference_language(), False)) or next(iter(texts.values()))
    record = article.service
    assert record is not None  # the query above asks for it
    offices = [office for office in record.offices.all() if office.active]
    return {
        "id": _service_key(record),
        "name": text.title,
        "description": _description(text),
        "fees": _fees(article, text),
        "leika": record.standard_key,
        "forms": [{"name": form["label"], "link": form["url"]} for form in article.forms],
        "links": _links(article),
        "meta": {
            "lastupdate": f"{article.changed_at or timezone.now():%Y-%m-%dT%H:%M:%S}",
            "url": links.absolute(article.get_absolute_url()),
            "locale": text.language,
            "keywords": ", ".join(text.synonyms),
        },
        "locations": [
            {
                "location": _key(office),
                "appointment": {"allowed": visit is not None and office.pk in visit.minutes},
            }
            for office in offices
        ],
        "appointment": {"link": ""},
        "public": True,
        "duration": Counter(visit.minutes.values()).most_common(1)[0][0] if visit else None,
        "maxQuantity": visit.most if visit else None,
        "combinable": sorted(keys[pk] for pk in visit.partners if pk in keys) if visit else [],
    }


def _links(article: Article) -> list[dict[str, str]]:
    """The way to do it online is a link among others in this form, known by its name."""
    found = [{"name": link["label"], "link": link["url"]} for link in article.links]
    known = {link["url"] for link in (*article.links, *article.forms)}
    if article.online_url and article.online_url not in known:
        found.insert(0, {"name": str(_("Apply online")), "link": article.online_url})
    return found


def _description(text: ArticleText) -> str:
    """Summary and sections with their headings; a reader that cuts at headings gets the sections back."""
    pieces = [f"<p>{_escaped(text.summary)}</p>"] if text.summary else []
    for name in PARTS:
        content = text.html.get(name)
        if not content:
            continue
        if isinstance(content, list):
            content = "<ul>" + "".join(f"<li>{item}</li>" for item in content) + "</ul>"
        pieces.append(f"<h3>{_escaped(str(SECTIONS[name]))}</h3>{content}")
    return "\n".join(pieces)


def _fees(article: Article, text: ArticleText) -> str:
    rows = [
        f"<li>{_escaped(' '.join(filter(None, [money.written(fee.amount) if fee.amount is not None else '', fee.condition])))}</li>"
        for fee in article.fees.all()
    ]
    return ("<ul>" + "".join(rows) + "</ul>" if rows else "") + str(text.html.get("fees_note", ""))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def location(office: Office, visits: Sequence[dict[str, Any]]) -> dict[str, Any]:
    position = {} if office.latitude is None else {"lat": str(office.latitude), "lon": str(office.longitude)}
    return {
        "id": _key(office),
        "name": office.name,
        "organization": City.current().name,
        "address": {
            "street": office.street,
            "house_number": "",
            "postal_code": office.postal_code,
            "city": office.town,
        },
        "geo": position,
        "contact": {"phone": office.phone, "email": office.email},
        "services": list(visits),
        "public": True,
    }


def _service_key(service: Service) -> str:
    return service.external_id or f"b{service.pk}"


def _key(office: Office) -> str:
    return office.external_id or f"b{office.pk}"
