"""The rules of the city, read from their tables into values: about ten queries, however many there are."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject
from django.utils import timezone

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
from appointments.pure.availability import UNIT_MINUTES, Away, Kind, PoolRules, Special, Weekly
from appointments.times.rules import Named, Place, PoolFacts, RuleBook, SeasonRules, ServiceRules
from portal import opening


def read(stamp: UUID | None, zone: ZoneInfo, switches: Switches) -> RuleBook:
    """Everything as the tables say it now; `stamp` is what it will be compared by."""
    services = {row.pk: _service(row) for row in _services()}
    pools = list(_pools())
    timetables = opening.timetables({row.office for row in pools})
    return RuleBook(
        stamp=stamp,
        services=services,
        pools={row.pk: _pool(row, zone, timetables[row.office_id]) for row in pools},
        resources={
            pk: Named(office, kind, active)
            for pk, office, kind, active in Resource.objects.values_list("pk", "office_id", "kind", "active")
        },
        switches=switches,
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
                Resource.services.through.objects.filter(bookableservice=me).values("resource")
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
        desk_lead=row.desk_lead_minutes,
        desk_horizon=row.desk_horizon_days,
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
        place=Place.of(row.office),
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
