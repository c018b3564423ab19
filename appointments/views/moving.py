"""My appointment becomes another one: another time, more persons, other services. What it was stays until then."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from appointments.letters import summary
from appointments.models import Appointment
from appointments.pure.refusals import Refused
from appointments.times import orders, rulebook, timetable, wishes
from appointments.times.orders import Order
from appointments.times.rules import RuleBook
from appointments.times.wishes import Asked
from appointments.views import nearby, refusing
from appointments.views.mine import booked, context_of, own
from appointments.visit import changing
from portal import pages, throttle


@require_safe
@own
def change(request: HttpRequest, token: str, appointment: Appointment) -> HttpResponse:
    """For how many, and what else: the times for it are on the next page."""
    context = context_of(request, token, appointment)
    if not context["alterable"]:
        return pages.see_other(request, "appointments:mine", token)
    book, language = rulebook.current(), get_language() or "de"
    main, *others = orders.choices(Order.kept(appointment.order), book)
    context |= {
        "counts": main[2],
        "picked": main[1],
        "others": [(service.name_in(language), service, counts, now) for service, now, counts in others],
    }
    return pages.render_page(request, "appointments/change.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@throttle.limited("appointments.move", limit=120, seconds=600)
@own
def move(request: HttpRequest, token: str, appointment: Appointment) -> HttpResponse:
    """Choose another time, or one for more persons; the old one is given up in the moment the new one is yours."""
    context = context_of(request, token, appointment)
    if not context["movable"]:
        return pages.see_other(request, "appointments:mine", token)
    book, refusal, looks = rulebook.current(), None, nearby.is_asked(request)
    data = request.POST if request.method == "POST" and not looks else request.GET
    try:
        asked = wishes.changed(appointment, data, book, timezone.now())
    except Refused as wrong:
        return refusing.page(request, wrong, service=None)
    if looks:
        found = nearby.answer(request, timetable.Links(asked, wishes.filters(request.GET, book)), book)
        if isinstance(found, HttpResponse):
            return found
        context |= found
    elif request.method == "POST":
        try:
            pool_id, start = wishes.slot(request.POST.get("slot", ""))
            changing.move(appointment=appointment, pool_id=pool_id, start=start, order=asked.order)
        except Refused as error:
            refusal = error
        else:
            return booked(request, token, before=True)
    context |= {"refusal": refusal, **_times(request, appointment, asked, book)}
    status = 409 if refusal else 422 if "near_failed" in context else 200
    return pages.render_page(request, "appointments/move.html", context, status=status)


def _times(request: HttpRequest, appointment: Appointment, asked: Asked, book: RuleBook) -> dict[str, Any]:
    """The free times for what the visit shall become, its own one first where it becomes another one."""
    now, language = timezone.now(), get_language() or "de"
    chosen = wishes.filters(request.GET, book)
    becomes = asked.order != Order.kept(appointment.order)
    return {
        **timetable.context(book.services[asked.order.main], asked, chosen, book, now, language),
        "ahead": partial(summary.ahead, asked.order, book, language, now),
        "becomes": becomes,
        "keep": timetable.own_time(asked, book, now) if becomes else None,
    }
