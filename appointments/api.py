"""Free appointments as JSON, under /api/v1/appointments: the same function that lists and books."""

from datetime import date, datetime
from itertools import islice

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from appointments.models import Channel
from appointments.pure.availability import UNIT_MINUTES
from appointments.pure.refusals import Refused
from appointments.times import orders, rulebook, search
from appointments.times.search import Wish

router = Router(tags=["appointments"])
MOST_DAYS = 31


class ServiceOut(Schema):
    id: int
    slug: str
    name: str
    minutes: int
    max_count: int


class FreeTime(Schema):
    start: datetime
    minutes: int
    office: str
    office_name: str


class FreeDayOut(Schema):
    day: date
    times: list[FreeTime]


class FreeQuery(Schema):
    count: int = Field(1, ge=1, le=20)
    office: str = Field("", max_length=80)
    since: date | None = None
    days: int = Field(5, ge=1, le=MOST_DAYS)


class Problem(Schema):
    detail: str


@router.get("/services", response=list[ServiceOut], summary="Services that can be booked online")
def services(request: HttpRequest) -> list[dict[str, object]]:
    book = rulebook.current()
    return [
        {"id": s.id, "slug": s.slug, "name": s.name, "minutes": s.base, "max_count": s.max_count}
        for s in book.services.values()
        if s.online and book.pools_for(frozenset({s.id}))
    ]


@router.get(
    "/services/{slug}/free",
    response={200: list[FreeDayOut], 404: Problem, 422: Problem},
    summary="The next days with free times of a service",
)
def free(request: HttpRequest, slug: str, query: Query[FreeQuery]) -> list[dict[str, object]]:
    book, now = rulebook.current(), timezone.now()
    service = book.by_slug(slug)
    if service is None or not service.online:
        raise HttpError(404, "unknown service")
    places = {pool.place.id for pool in book.pools.values() if pool.place.slug == query.office}
    if query.office and not places:
        raise HttpError(404, "unknown office")
    try:
        order = orders.check([(service.id, query.count)], book, channel=Channel.WEB, now=now)
    except Refused as refusal:
        raise HttpError(422, str(refusal)) from None
    found = search.free_days(
        order, book, now=now, wish=Wish(offices=frozenset(places)), first_day=query.since
    )
    return [
        {
            "day": free_day.day,
            "times": [
                {
                    "start": slot.local,
                    "minutes": slot.length * UNIT_MINUTES,
                    "office": slot.pool.place.slug,
                    "office_name": slot.pool.place.name,
                }
                for slot in free_day.slots
            ],
        }
        for free_day in islice(found, query.days)
    ]
