"""The rules of the city as plain values: how a service is booked, what a pool of counters offers, and the book of them all."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from appointments.models import Switches
from appointments.pure.availability import DayPlan, PoolRules, plan_day
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

    @classmethod
    def of(cls, office: Office) -> Self:
        return cls(
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
    desk_lead: int | None
    desk_horizon: int | None
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

    @property
    def asks_each(self) -> bool:
        """Whether something must be told of each that is counted: a child, the number of a document."""
        return bool(self.seasons) or self.only_ready

    @property
    def asks_more(self) -> bool:
        """Whether more than a name and an address must be told."""
        return self.asks_each or self.asks_birth_date or bool(self.extra_fields)

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
class Named:
    """A room or person of an office. One that is not active is still needed: then there is nothing to book."""

    office: int
    kind: str
    active: bool


@dataclass(frozen=True, slots=True)
class RuleBook:
    stamp: UUID | None
    services: dict[int, ServiceRules]
    pools: dict[int, PoolFacts]
    resources: dict[int, Named]
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
