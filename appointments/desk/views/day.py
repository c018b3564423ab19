"""The day of an office: who is late, waits, is at a counter, comes, is done."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.desk import rights
from appointments.desk.models import Counter, Visit
from appointments.desk.people import arrivals, board, kiosk_address, queue
from appointments.desk.rights import BOOK, CALL, EDIT_HOURS, RUN_DAY
from appointments.desk.views import buttons
from appointments.models import Appointment
from appointments.pure.refusals import Refused
from portal import access, backoffice
from portal.models import Office
from portal.pages import see_other, wants_fragment


@require_safe
@backoffice.page(permission=RUN_DAY)
def home(request: HttpRequest) -> HttpResponse:
    """Straight to the day of the only office, or a choice of offices; `?liste=late` leads to that list, with its count."""
    mine = rights.offices(request, RUN_DAY)
    group = request.GET.get("liste", "")
    wanted = board.Group(group) if group in set(board.Group) else None
    anchor = f"#{wanted}" if wanted else ""
    if len(mine) == 1:
        return see_other(request, reverse("desk:day", args=[mine[0].slug]) + anchor)
    today, now = timezone.localdate(), timezone.now()
    people = {office.pk: board.day(office, today, now).counts[wanted] for office in mine} if wanted else {}
    choices = [{"office": office, "people": people.get(office.pk)} for office in mine]
    context = {"choices": choices, "anchor": anchor, "wanted": board.titles()[wanted] if wanted else ""}
    return backoffice.render(request, "appointments/desk/offices.html", context)


@require_safe
@backoffice.page(permission=RUN_DAY)
def day(request: HttpRequest, office: str, on: date | None = None) -> HttpResponse:
    """The list; htmx asks again every few seconds and gets 204 while nothing changed."""
    here = rights.office(request, office, RUN_DAY)
    known = request.GET.get("stamp")
    if known and known == board.fingerprint(here, on or timezone.localdate()):
        return HttpResponse(status=204)
    return _day_page(request, here, on or timezone.localdate())


def _day_page(
    request: HttpRequest,
    here: Office,
    on: date,
    *,
    refusal: Refused | None = None,
    said: str = "",
) -> HttpResponse:
    search = request.GET.get("q", "")[:60]
    today = timezone.localdate()
    context = {
        "office": here,
        "on": on,
        "is_today": on == today,
        "day": board.day(here, on, timezone.now(), search=search),
        "search": search,
        "refusal": refusal,
        "said": said,
    }
    if not wants_fragment(request):
        context |= {
            "before": on - timedelta(days=1),
            "after": on + timedelta(days=1),
            "may_call": access.may(request.user, CALL, here),
            "my_counter": Counter.objects.filter(clerk=request.user.pk, office=here).first(),
            "elsewhere": _elsewhere(request, search, here, on),
        }
    return backoffice.render(
        request,
        "appointments/desk/day.html",
        context,
        fragment="appointments/desk/_day.html",
        status=409 if refusal else 200,
    )


def _elsewhere(request: HttpRequest, search: str, here: Office, on: date) -> list[Appointment]:
    mine = rights.offices(request, BOOK) if search else []
    return board.on_other_days(mine, search, timezone.now(), besides=(here, on))


@require_POST
@backoffice.page(permission=RUN_DAY)
def act(request: HttpRequest, office: str) -> HttpResponse:
    """One button of the list: `do` = "arrive:17" (an appointment) or "no_show:17:4" (a visit and its version)."""
    here = rights.office(request, office, RUN_DAY)
    page = partial(_day_page, request, here, timezone.localdate())
    return buttons.press(request, partial(_do, request, here), page, ("desk:day", here.slug))


def _do(request: HttpRequest, here: Office, verb: str, subject: str, seen: str) -> Visit:
    actor: Any = request.user
    if verb in ("arrive", "never_came"):
        booked = get_object_or_404(Appointment, pk=rights.number(subject), pool__office=here)
        command = arrivals.arrive if verb == "arrive" else arrivals.never_came
        return command(appointment=booked, actor=actor)
    commands = {
        "no_show": queue.no_show,
        "leave": queue.leave,
        "requeue": queue.requeue,
        "park": queue.park,
        "undo": queue.undo,
    }
    if verb not in commands:
        raise Http404
    visit = rights.visit(subject, here)
    return commands[verb](visit=visit, seen=rights.number(seen), actor=actor)


@require_safe
@backoffice.page(permission=RUN_DAY)
def week(request: HttpRequest, office: str) -> HttpResponse:
    """How full the days are, hour by hour, as a table one can read."""
    here = rights.office(request, office, RUN_DAY)
    wanted = request.GET.get("ab", "")
    try:
        start = rights.sensible(date.fromisoformat(wanted)) if wanted else timezone.localdate()
    except ValueError:
        raise Http404 from None
    monday = start - timedelta(days=start.weekday())
    load = board.week(here, monday)
    hours = [hour for hour in range(24) if any(counts[hour] for _day, counts in load)] or list(range(8, 18))
    busiest = max((counts[hour] for _day, counts in load for hour in hours), default=0) or 1
    rows = [
        {
            "hour": hour,
            "cells": [
                {"count": counts[hour], "step": -(-counts[hour] * 5 // busiest)} for _day, counts in load
            ],
        }
        for hour in hours
    ]
    context = {
        "office": here,
        "days": [{"on": on, "total": sum(counts)} for on, counts in load],
        "rows": rows,
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
    }
    return backoffice.render(request, "appointments/desk/week.html", context)


@require_safe
@backoffice.page(permission=RUN_DAY)
def keys(request: HttpRequest) -> HttpResponse:
    return backoffice.render(request, "appointments/desk/keys.html")


@require_http_methods(["GET", "HEAD", "POST"])
@backoffice.page(permission=EDIT_HOURS)
def hall_screens(request: HttpRequest, office: str) -> HttpResponse:
    """Addresses of the call display and of kiosks; a new kiosk address closes the former ones."""
    here = rights.office(request, office, EDIT_HOURS)
    actor: Any = request.user
    fresh = kiosk_address.renew(office=here, actor=actor) if request.method == "POST" else ""
    context = {"office": here, "kiosk_token": fresh, "title": _("Screens of the hall")}
    return backoffice.render(request, "appointments/desk/screens.html", context)
