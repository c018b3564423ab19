"""What stands on an article's page: the sections in their order and what is true just now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from knowledge.models import Article
from knowledge.reading import Reading
from portal import opening, registries
from portal.models import Office, Service

SECTIONS = {
    "requirements": _("Requirements"),
    "documents": _("What to bring"),
    "procedure": _("How it works"),
    "fees": _("Fees"),
    "processing_time": _("Processing time"),
    "deadlines": _("Deadlines"),
    "body": pgettext_lazy("section of an article", "More information"),
    "forms": _("Forms and links"),
    "legal_basis": _("Legal basis"),
}
ONLY_BODY = _("Description")


@dataclass(frozen=True)
class Section:
    anchor: str
    heading: Any
    html: str = ""


def sections(reading: Reading) -> list[Section]:
    """The filled sections of a service; a text that has nothing but a body opens with it."""
    html, article = reading.text.html, reading.article
    filled = {name: name in html for name in SECTIONS}
    filled["fees"] = bool(reading.prices or html.get("fees_note"))
    filled["forms"] = bool(article.forms or article.links)
    order = [name for name in SECTIONS if filled[name]]
    if filled["body"] and not (filled["requirements"] or filled["documents"] or filled["procedure"]):
        order.remove("body")
        order.insert(0, "body")
    return [_section(name, html, is_first=name == order[0]) for name in order]


def _section(name: str, html: dict[str, Any], *, is_first: bool) -> Section:
    heading = ONLY_BODY if name == "body" and is_first else SECTIONS[name]
    return Section(name.replace("_", "-"), heading, html.get(name, "") if name != "documents" else "")


@dataclass(frozen=True)
class Place:
    office: Office
    state: opening.OfficeState


@dataclass(frozen=True)
class Now:
    """What changes by the minute: open doors, the next free appointment."""

    places: Sequence[Place]
    facts: Sequence[registries.ServiceFact]


def now(article: Article, language: str) -> Now:
    """Five queries and those of the facts; pages keep the answer for a few seconds."""
    return service_now(article.service, language) if article.service else Now((), ())


def service_now(service: Service, language: str) -> Now:
    offices = list(service.offices.filter(active=True).order_by("name"))
    states = opening.states(offices) if offices else {}
    facts = registries.facts_about([service.pk], language)[service.pk] if service.active else []
    return Now([Place(office, states[office.pk]) for office in offices], facts)
