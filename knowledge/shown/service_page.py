"""What stands on an article's page: the sections in their order and what is true just now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from knowledge.articles.sections import SECTIONS
from knowledge.models import Article
from knowledge.shown import doors
from knowledge.shown.reading import Reading
from portal import opening, registries
from portal.kept_values import values
from portal.look import alphabet
from portal.models import Office, OpeningHours, Service

ONLY_BODY = _("Description")
BESIDE_SECONDS = 600


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
    """One query for the offices; their doors and the facts are kept for a few seconds."""
    return service_now(article.service, language) if article.service else Now((), ())


def service_now(service: Service, language: str) -> Now:
    offices = sorted(
        service.offices.filter(active=True).annotate(hour_rows=_hours()),
        key=lambda office: alphabet.key(office.name, language),
    )
    known = doors.now().of
    places = [Place(office, known[office.pk][1]) for office in offices if office.pk in known]
    facts = registries.facts_about([service.pk], language)[service.pk] if service.active else []
    return Now(places, facts)


def _hours() -> ArraySubquery:
    """The weekly hours of the outer office from today on, for search engines: rides along with the query for the offices."""
    hours = OpeningHours.objects.filter(office=OuterRef("pk")).exclude(valid_until__lt=timezone.localdate())
    names = ("weekday", "opens", "closes", "valid_from", "valid_until")
    return ArraySubquery(
        hours.order_by("weekday", "opens").values(row=JSONObject(**dict(zip(names, names, strict=True))))
    )


def held_by(slug: str, language: str, stamp: int, *, plain: bool) -> str:
    """Names the text of a page and all it stands on but the minute: a part of a page kept under this name is never old."""
    return f"{stamp}.{doors.now().mark}.{timezone.localdate()}.{language}.{plain:d}.{slug}"


def beside(slug: str, language: str, stamp: int) -> str:
    """Everything a page shows beside its text, in one word: what doors and facts say now, and the mark of what is behind them."""
    around = doors.now()
    key = f"knowledge.beside.{stamp}.{around.mark}.{slug}"
    places: Sequence[tuple[int, list[int]]] | None = values().get(key)
    if places is None:
        places = list(_services_named(slug))
        values().set(key, places, BESIDE_SECONDS)
    services = [pk for pk, _offices in places]
    states = [around.of.get(office) for _pk, offices in places for office in offices]
    said = repr((around.mark, states, registries.facts_about(services, language)))
    return sha256(said.encode()).hexdigest()


def _services_named(slug: str) -> Iterable[tuple[int, list[int]]]:
    """(service, its offices) that a page of this name is about."""
    offices = Office.objects.filter(services=OuterRef("pk"), active=True).order_by("pk").values("pk")
    named = Q(slug=slug) | Q(pk__in=Article.objects.filter(slug=slug).values("service"))
    return Service.objects.filter(named).annotate(at=ArraySubquery(offices)).values_list("pk", "at")
