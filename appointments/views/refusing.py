"""The page for every "no": what happened, and the nearest way on."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from appointments.fairness import robots
from appointments.letters import summary
from appointments.models import Appointment
from appointments.pure.refusals import (
    AlreadyBooked,
    BadCount,
    NotCombinable,
    NotOffered,
    Refused,
    UnknownPool,
    UnknownService,
)
from appointments.pure.states import State
from appointments.times import rulebook, search, timetable
from appointments.times.orders import Order
from appointments.times.rules import ServiceRules
from appointments.times.wishes import Asked
from portal import pages

WRONG_INPUT = (NotOffered, BadCount, NotCombinable, UnknownPool, UnknownService)


def page(
    request: HttpRequest,
    refusal: Refused,
    *,
    service: ServiceRules | None,
    asked: Asked | None = None,
    start: datetime | None = None,
    booked: Appointment | None = None,
) -> HttpResponse:
    """409 where somebody was quicker or time ran out, 422 where the wish itself makes no sense."""
    now = timezone.now()
    context: dict[str, Any] = {"refusal": refusal, "service": service, "asked": asked}
    if booked is not None and booked.state == State.CONFIRMED:
        context["facts"] = summary.of(booked, get_language() or "de")
    if service is not None:
        context["name"] = service.name_in(get_language() or "de")
    if service is not None and asked is not None:
        context |= _nearest(asked, start or now, now)
        context["ahead"] = summary.ahead(asked.order, rulebook.current(), get_language() or "de", now)
    status = 422 if isinstance(refusal, WRONG_INPUT) else 409
    return pages.no_store(pages.render_page(request, "appointments/refused.html", context, status=status))


def for_appointment(request: HttpRequest, refusal: Refused, appointment: Appointment) -> HttpResponse:
    """The same page, from what the appointment was about."""
    book = rulebook.current()
    service = book.services.get(appointment.service_id or 0)
    if isinstance(refusal, AlreadyBooked):  # nothing to choose: they have what they wanted
        return page(request, refusal, service=service, booked=appointment)
    lines = tuple((int(line[0]), int(line[1])) for line in appointment.order)
    if service is None or not {pk for pk, _n in lines} <= book.services.keys():
        return page(request, refusal, service=service)
    return page(request, refusal, service=service, asked=Asked.of(Order(lines)), start=appointment.starts_at)


def _nearest(asked: Asked, start: datetime, now: datetime) -> dict[str, Any]:
    found = search.nearest(asked.order, rulebook.current(), now=now, start=max(start, now))
    return {"nearest": timetable.buttons(found), "guard": robots.stamp(), "form_key": uuid4()}
