"""An appointment as people read it: what, when, where, what to bring. Pages and mails say the same."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.translation import override

from appointments.models import Appointment
from appointments.times import rulebook
from appointments.times.rules import Place, RuleBook
from portal.models import City
from portal.spoken import full_moment


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
        return " + ".join(line.name for line in self.lines)

    @property
    def first_name(self) -> str:
        return self.lines[0].name if self.lines else ""


def text_in(texts: dict[str, Any], language: str) -> Any:
    """The text of a language, else German, else any."""
    return texts.get(language) or texts.get("de") or next(iter(texts.values()), "")


def of(appointment: Appointment, language: str, book: RuleBook | None = None) -> Summary:
    """The facts of an appointment in `language`. Its pool and office should be at hand (select_related)."""
    rules = book or rulebook.current()
    zone = rules.zone
    known = [rules.services.get(int(pk)) for pk, _count, _name in appointment.order]
    lines = tuple(
        Line(service.name_in(language) if service else str(name), int(count))
        for service, (_pk, count, name) in zip(known, appointment.order, strict=True)
    )
    bring: list[str] = []
    for service in known:
        for item in text_in(service.bring, language) if service else ():
            if item not in bring:
                bring.append(item)
    season = known[0].season_at(appointment.starts_at) if known and known[0] else None
    if season:
        bring += [item for item in text_in(season.checklist, language) if item not in bring]
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
        bring=tuple(bring),
        fees=tuple(text for service in known if service and (text := text_in(service.fee, language))),
        map_url=map_url(place),
    )


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
