"""All rules of the city as plain values, kept per process until the stamp in the database changes.

The stamp is written by triggers on every table a rule lives in, so an edit by whatever hand counts on the next
request. Reading costs one short query, or about ten after an edit.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject
from django.utils import timezone

from appointments.availability import UNIT_MINUTES, Away, DayPlan, Kind, PoolRules, Special, Weekly, plan_day
from appointments.models import (
    Absence,
    BookableService,
    Offer,
    Opening,
    Pool,
    Resource,
    Season,
    SpecialDay,
    Switches,
)
from portal import opening
from portal.models import Office

MOST_PLANS = 30_000  # days kept per process: 100 pools for most of a year


@dataclass(frozen=True, slots=True)
class Place:
    """An office, as pages and mails need it."""

    id: int
    name: str
    slug: str
    address: str
    phone: str
    transport: str
    accessibility: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class SeasonRules:
    id: int
    name: str
    opens_at: datetime
    closes_at: datetime
    born_from: date
    born_until: date
    checklist: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """How a service is booked; `id` is that of the municipal service."""

    id: int
    slug: str
    name: str
    names: dict[str, str]
    base: int
    extra: int
    max_count: int
    combinable: frozenset[int]
    lead: int
    horizon: int
    release: time | None
    asks_confirmation: bool
    asks_birth_date: bool
    only_ready: bool
    extra_fields: list[dict[str, Any]]
    bring: dict[str, list[str]]
    fee: dict[str, str]
    online: bool
    wanted: int
    resources: frozenset[int]
    seasons: tuple[SeasonRules, ...]

    def name_in(self, language: str) -> str:
        return self.names.get(language) or self.name

    def season_at(self, now: datetime) -> SeasonRules | None:
        """The season in which booking is open, else the next one, else the last one."""
        for season in self.seasons:
            if now < season.closes_at:
                return season
        return self.seasons[-1] if self.seasons else None


@dataclass(frozen=True, slots=True)
class PoolFacts:
    id: int
    name: str
    letter: str
    place: Place
    rules: PoolRules
    bases: dict[int, int]  # service -> minutes for the first
    timetable: opening.Timetable
    _plans: dict[tuple[date, frozenset[int]], DayPlan] = field(default_factory=dict, compare=False)

    def plan(self, day: date, services: frozenset[int] = frozenset()) -> DayPlan:
        """The day's places for an order of `services`, computed once per state of the rules."""
        key = (day, services if self._restricted else frozenset())
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) > MOST_PLANS:
                self._plans.clear()
            plan = self._plans[key] = plan_day(self.rules, day, key[1])
        return plan

    def reason(self, day: date) -> str:
        """The holiday or closure of a day, as citizens read it."""
        return self.timetable.closed_because(day) or ""

    @property
    def _restricted(self) -> bool:
        return any(w.services for w in self.rules.weekly) or any(s.services for s in self.rules.specials)


@dataclass(frozen=True, slots=True)
class RuleBook:
    stamp: UUID | None
    services: dict[int, ServiceRules]
    pools: dict[int, PoolFacts]
    resources: dict[int, int]  # resource -> office
    switches: Switches
    zone: ZoneInfo

    def by_slug(self, slug: str) -> ServiceRules | None:
        return next((s for s in self.services.values() if s.slug == slug), None)

    def closed_because(self, day: date, services: frozenset[int]) -> str:
        """The reason all pools of these services are shut on a day, or an empty text."""
        reasons = [pool.reason(day) for pool in self.pools_for(services)]
        return reasons[0] if reasons and all(reasons) else ""

    def pools_for(self, services: frozenset[int]) -> list[PoolFacts]:
        """The pools that offer every one of `services`."""
        return [pool for pool in self.pools.values() if services and services <= pool.bases.keys()]


_current: RuleBook | None = None


def current() -> RuleBook:
    """The rules as they stand now. One query when nothing changed."""
    return _as_of("SELECT stamp FROM appointments_rulestamp WHERE id = 1")


def at_hand() -> RuleBook:
    """The rules as this process knows them, maybe a moment old: for a command whose statement asks whether they still stand."""
    return _current or current()


def settled() -> RuleBook:
    """The rules, which nobody can edit until this transaction ends.

    Whoever gives somebody a time for good asks this first of all: an edit of hours either sees the booking and treats
    it, or is seen by it.
    """
    return _as_of("SELECT stamp FROM appointments_rulestamp WHERE id = 1 FOR SHARE")


def _as_of(query: str) -> RuleBook:
    global _current
    with connection.cursor() as cursor:  # every booking asks this: without the ORM it costs a third
        cursor.execute(query)
        row = cursor.fetchone()
    stamp = row[0] if row else None
    book = _current
    if book is None or stamp is None or book.stamp != stamp:
        book = _current = _read(stamp)
    return book


def local_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def switches() -> Switches:
    return Switches.objects.filter(pk=1).first() or Switches(pk=1)


def _read(stamp: UUID | None) -> RuleBook:
    zone = local_zone()
    services = {row.pk: _service(row) for row in _services()}
    pools = list(_pools())
    timetables = opening.timetables({row.office for row in pools})
    return RuleBook(
        stamp=stamp,
        services=services,
        pools={row.pk: _pool(row, zone, timetables[row.office_id]) for row in pools},
        resources=dict(Resource.objects.filter(active=True).values_list("pk", "office_id")),
        switches=switches(),
        zone=zone,
    )


def _services() -> Iterable[Any]:
    me = OuterRef("pk")
    return (
        BookableService.objects.filter(active=True, service__active=True)
        .select_related("service")
        .annotate(
            with_ids=ArraySubquery(
                BookableService.combinable.through.objects.filter(from_bookableservice=me).values(
                    "to_bookableservice"
                )
            ),
            resource_ids=ArraySubquery(
                Resource.services.through.objects.filter(bookableservice=me, resource__active=True).values(
                    "resource"
                )
            ),
            season_rows=ArraySubquery(
                Season.objects.filter(service=me)
                .order_by("opens_at")
                .values(
                    row=_json("id", "name", "opens_at", "closes_at", "born_from", "born_until", "checklist")
                )
            ),
        )
        .order_by("-service__wanted", "service__name")
    )


def _service(row: Any) -> ServiceRules:
    return ServiceRules(
        id=row.pk,
        slug=row.service.slug,
        name=row.service.name,
        names=row.service.names or {},
        base=row.base_minutes,
        extra=row.extra_minutes,
        max_count=row.max_count,
        combinable=frozenset(row.with_ids),
        lead=row.lead_minutes,
        horizon=row.horizon_days,
        release=row.release_time,
        asks_confirmation=row.asks_confirmation,
        asks_birth_date=row.asks_birth_date,
        only_ready=row.only_ready_documents,
        extra_fields=row.extra_fields or [],
        bring=row.bring or {},
        fee=row.fee or {},
        online=row.online,
        wanted=row.service.wanted,
        resources=frozenset(row.resource_ids),
        seasons=tuple(_season(found) for found in row.season_rows),
    )


def _season(row: dict[str, Any]) -> SeasonRules:
    return SeasonRules(
        id=row["id"],
        name=row["name"],
        opens_at=datetime.fromisoformat(row["opens_at"]),
        closes_at=datetime.fromisoformat(row["closes_at"]),
        born_from=date.fromisoformat(row["born_from"]),
        born_until=date.fromisoformat(row["born_until"]),
        checklist=row["checklist"] or {},
    )


def _pools() -> Iterable[Any]:
    me = OuterRef("pk")
    only = ArraySubquery(
        Opening.services.through.objects.filter(opening=OuterRef("pk")).values("bookableservice")
    )
    special_only = ArraySubquery(
        SpecialDay.services.through.objects.filter(specialday=OuterRef("pk")).values("bookableservice")
    )
    hours = ("opens", "closes", "capacity", "public_capacity")
    return (
        Pool.objects.filter(active=True, office__active=True)
        .select_related("office")
        .annotate(
            offer_rows=ArraySubquery(
                Offer.objects.filter(pool=me, service__active=True).values(
                    row=_json("service_id", "base_minutes", default=F("service__base_minutes"))
                )
            ),
            opening_rows=ArraySubquery(
                Opening.objects.filter(pool=me).values(
                    row=_json(
                        "weekday",
                        "valid_from",
                        "valid_until",
                        "every_weeks",
                        "nth_of_month",
                        *hours,
                        only=only,
                    )
                )
            ),
            special_rows=ArraySubquery(
                SpecialDay.objects.filter(pool=me).values(
                    row=_json("kind", "first_day", "last_day", *hours, only=special_only)
                )
            ),
            away_rows=ArraySubquery(
                Absence.objects.filter(pool=me, ends_at__gt=timezone.now()).values(
                    row=_json("starts_at", "ends_at", "places")
                )
            ),
        )
        .order_by("pk")
    )


def _json(*names: str, **expressions: Any) -> JSONObject:
    return JSONObject(**{name: name for name in names}, **expressions)


def _pool(row: Any, zone: ZoneInfo, timetable: opening.Timetable) -> PoolFacts:
    return PoolFacts(
        id=row.pk,
        name=row.name,
        letter=row.letter,
        place=place_of(row.office),
        rules=PoolRules(
            zone=zone,
            grid=row.grid_minutes // UNIT_MINUTES,
            weekly=tuple(_weekly(found) for found in row.opening_rows),
            specials=tuple(_special(found) for found in row.special_rows),
            away=tuple(
                Away(
                    datetime.fromisoformat(a["starts_at"]), datetime.fromisoformat(a["ends_at"]), a["places"]
                )
                for a in row.away_rows
            ),
            shut=_shut(timetable),
        ),
        bases={offer["service_id"]: offer["base_minutes"] or offer["default"] for offer in row.offer_rows},
        timetable=timetable,
    )


def _shut(timetable: opening.Timetable) -> Callable[[date], bool]:
    return lru_cache(maxsize=1000)(lambda day: timetable.closed_because(day) is not None)


def place_of(office: Office) -> Place:
    return Place(
        id=office.pk,
        name=office.name,
        slug=office.slug,
        address=office.address,
        phone=office.phone,
        transport=office.transport,
        accessibility=office.accessibility,
        latitude=office.latitude,
        longitude=office.longitude,
    )


def _weekly(row: dict[str, Any]) -> Weekly:
    return Weekly(
        weekday=row["weekday"],
        opens=time.fromisoformat(row["opens"]),
        closes=time.fromisoformat(row["closes"]),
        capacity=row["capacity"],
        public=row["public_capacity"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_until=_day(row["valid_until"]),
        every_weeks=row["every_weeks"],
        nth_of_month=row["nth_of_month"],
        services=frozenset(row["only"]),
    )


def _special(row: dict[str, Any]) -> Special:
    return Special(
        kind=Kind(row["kind"]),
        first_day=date.fromisoformat(row["first_day"]),
        last_day=date.fromisoformat(row["last_day"]),
        opens=time.fromisoformat(row["opens"]) if row["opens"] else None,
        closes=time.fromisoformat(row["closes"]) if row["closes"] else None,
        capacity=row["capacity"],
        public=row["public_capacity"],
        services=frozenset(row["only"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
