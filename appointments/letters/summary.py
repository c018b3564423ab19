"""An appointment as people read it: what, when, where, what to bring. Pages and mails say the same."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import override

from appointments.models import Appointment
from appointments.times import rulebook
from appointments.times.orders import Order
from appointments.times.rules import Place, RuleBook, ServiceRules
from portal.look.spoken import full_moment
from portal.models import City


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Summary:
    """`starts` and `ends` are in local time."""

    number: str
    desk_code: str
    lines: tuple[Line, ...]
    starts: datetime
    ends: datetime
    minutes: int
    place: Place
    bring: tuple[str, ...]
    fees: tuple[str, ...]
    map_url: str

    @property
    def title(self) -> str:
        return " + ".join(
            f"{line.name} ({line.count}×)" if line.count > 1 else line.name for line in self.lines
        )

    @property
    def first_name(self) -> str:
        return self.lines[0].name if self.lines else ""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What people want to know before they choose a time; `places` come with their address on the map."""

    bring: tuple[str, ...]
    fees: tuple[str, ...]
    places: tuple[tuple[Place, str], ...]


def text_in(texts: dict[str, Any], language: str) -> Any:
    """The text of a language, else that of the installation, else any."""
    return texts.get(language) or texts.get(settings.LANGUAGE_CODE) or next(iter(texts.values()), "")


def of(appointment: Appointment, language: str, book: RuleBook | None = None) -> Summary:
    """The facts of an appointment in `language`. Its pool and office should be at hand (select_related)."""
    rules = book or rulebook.current()
    zone = rules.zone
    known = [rules.services.get(int(pk)) for pk, _count, _name in appointment.order]
    lines = tuple(
        Line(service.name_in(language) if service else str(name), int(count))
        for service, (_pk, count, name) in zip(known, appointment.order, strict=True)
    )
    services = [service for service in known if service]
    pool = rules.pools.get(appointment.pool_id)
    place = pool.place if pool else Place.of(appointment.pool.office)
    return Summary(
        number=appointment.number,
        desk_code=appointment.desk_code,
        lines=lines,
        starts=appointment.starts_at.astimezone(zone),
        ends=appointment.ends_at.astimezone(zone),
        minutes=int((appointment.ends_at - appointment.starts_at).total_seconds()) // 60,
        place=place,
        bring=_bring(services, language, appointment.created_at),
        fees=_fees(services, language),
        map_url=map_url(place),
    )


def ahead(order: Order, book: RuleBook, language: str, now: datetime) -> Ahead:
    """What is known of a visit before a time is chosen."""
    services = order.rules(book)
    places = {pool.place for pool in book.pools_for(order.services)}
    return Ahead(
        bring=_bring(services, language, now),
        fees=_fees(services, language),
        places=tuple((place, map_url(place)) for place in sorted(places, key=lambda place: place.name)),
    )


def _bring(services: list[ServiceRules], language: str, booked_at: datetime) -> tuple[str, ...]:
    """Everything to bring, once; for an enrolment what its season asks for too."""
    items = [item for service in services for item in text_in(service.bring, language)]
    season = services[0].season_at(booked_at) if services else None
    return tuple(dict.fromkeys([*items, *(text_in(season.checklist, language) if season else ())]))


def _fees(services: list[ServiceRules], language: str) -> tuple[str, ...]:
    return tuple(text for service in services if (text := text_in(service.fee, language)))


def map_url(place: Place) -> str:
    """A link to the office on the map that the whole world can edit; empty without a position."""
    if place.latitude is None or place.longitude is None:
        return ""
    position = {"mlat": f"{place.latitude:.5f}", "mlon": f"{place.longitude:.5f}"}
    return (
        f"https://www.openstreetmap.org/?{urlencode(position)}#map=17/{position['mlat']}/{position['mlon']}"
    )


def spoken(moment: datetime, language: str, zone: ZoneInfo | None = None) -> str:
    """ "Donnerstag, 3. Dezember 2026, 9:20 Uhr", in the reader's language."""
    local = moment.astimezone(zone or rulebook.local_zone())
    with override(language):
        return full_moment(local)


def city_name() -> str:
    return City.current().name
