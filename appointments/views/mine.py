"""My appointment, by link: show, confirm, cancel, move, calendar, print. GET shows, POST acts."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any, TypeVar

import segno
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.forms.details import AddressForm
from appointments.letters import calendars, summary
from appointments.letters.mails import CONFIRM_LINK, VISIT_LINK
from appointments.models import Appointment
from appointments.pure.refusals import AlreadyBooked, Refused
from appointments.pure.states import State
from appointments.times import orders, rulebook
from appointments.times.orders import Order
from appointments.views import refusing
from appointments.visit import booking, changing, rows
from appointments.waiting import waitlist
from portal import downloads, links, pages, throttle

MOST_ADDRESSES = 3  # times that one booking may write to another address
OwnView = Callable[..., HttpResponse]
M = TypeVar("M", bound=Model)


def own(view: OwnView) -> OwnView:
    """Resolve the link of the mail; a wrong or old one gets its own kind page. Never cached, never indexed."""

    @wraps(view)
    def resolved(request: HttpRequest, token: str) -> HttpResponse:
        appointment = by_link(token, VISIT_LINK, Appointment)
        if appointment is None:
            return unknown_link(request)
        answer = pages.no_store(view(request, token, appointment))
        answer["X-Robots-Tag"] = "noindex"
        return answer

    return resolved


def by_link(token: str, purpose: str, model: type[M]) -> M | None:
    """What the link of a mail leads to; None if it is wrong or old."""
    try:
        return links.resolve(token, purpose=purpose, model=model)
    except (links.LinkUnknown, links.LinkExpired):
        return None


def unknown_link(request: HttpRequest) -> HttpResponse:
    return pages.no_store(pages.render_page(request, "appointments/link_unknown.html", {}, status=404))


def booked(request: HttpRequest, token: str, *, before: bool = False) -> HttpResponse:
    """To the appointment's page, which says that it is booked, or that it was changed, and where the mail went."""
    return pages.see_other(request, f"{reverse('appointments:mine', args=[token])}?neu={2 if before else 1}")


@require_safe
@own
def show(request: HttpRequest, token: str, appointment: Appointment) -> HttpResponse:
    context = context_of(request, token, appointment)
    if context["waits"]:
        context["form"] = AddressForm(initial={"email": appointment.email})
    if context["movable"] and appointment.email:
        context["asks_earlier"] = "yes" if waitlist.entries_of(appointment).exists() else "no"
    return pages.render_page(request, "appointments/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the confirmation mail: the page asks for one press, because mail scanners open every link.

    No other link leads here: who pressed "book" does not thereby read the mails of that address.
    """
    appointment = by_link(token, CONFIRM_LINK, Appointment)
    if appointment is None:
        return unknown_link(request)
    if request.method == "POST":
        try:
            return booked(request, booking.confirm_address(appointment=appointment))
        except Refused as refusal:
            return refusing.for_appointment(request, refusal, appointment)
    context = context_of(request, token, appointment)
    return pages.no_store(pages.render_page(request, "appointments/confirm.html", context))


@require_POST
@throttle.limited("appointments.address", limit=60, seconds=600)
@own
def address(request: HttpRequest, token: str, appointment: Appointment) -> HttpResponse:
    """The mail went to a mistyped address: once more, to the right one."""
    form = AddressForm(request.POST)
    context = context_of(request, token, appointment) | {"form": form}
    if not form.is_valid():
        return pages.render_page(request, "appointments/mine.html", context, status=422)
    throttle.hit(scope="appointments.address_of", key=str(appointment.pk), limit=MOST_ADDRESSES, seconds=3600)
    try:
        booking.correct_address(appointment=appointment, email=form.cleaned_data["email"])
    except AlreadyBooked:
        return pages.see_other(request, "appointments:mine", token)
    except Refused as refusal:
        return refusing.for_appointment(request, refusal, appointment)
    return pages.see_other(request, "appointments:mine", token)


@require_http_methods(["GET", "HEAD", "POST"])
@throttle.limited("appointments.cancel", limit=120, seconds=600)
@own
def cancel(request: HttpRequest, token: str, appointment: Appointment) -> HttpResponse:
    """Asks once and says what happens; twice is harmless."""
    context = context_of(request, token, appointment)
    if request.method == "POST":
        try:
            changing.cancel(appointment=appointment)
        except Refused:
            return pages.render_page(
                request, "appointments/mine.html", {**context, "too_late": True}, status=409
            )
        return pages.see_other(request, "appointments:mine", token)
    if not context["changeable"]:
        return pages.see_other(request, "appointments:mine", token)
    return pages.render_page(request, "appointments/cancel.html", context)


@require_POST
@throttle.limited("appointments.earlier", limit=60, seconds=600)
@own
def earlier(request: HttpRequest, token: str, appointment: Appointment) -> HttpResponse:
    """Write to me when an earlier time becomes free, or no longer."""
    try:
        if request.POST.get("do") == "leave":
            for entry in waitlist.entries_of(appointment):
                waitlist.leave(entry=entry)
        else:
            waitlist.ask_earlier(appointment=appointment)
    except Refused as refusal:
        return refusing.for_appointment(request, refusal, appointment)
    return pages.see_other(request, "appointments:mine", token)


@require_safe
@own
def calendar(request: HttpRequest, token: str, appointment: Appointment) -> HttpResponse:
    """The calendar file of this appointment as it stands now."""
    facts = summary.of(appointment, get_language() or "de")
    url = request.build_absolute_uri().rsplit("/", 1)[0] + "/"
    body = calendars.file_of(appointment, facts, note=f"{facts.number}\n{url}", url=url)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = downloads.disposition(
        pgettext("file", "appointment") + f"-{appointment.number}.ics"
    )
    return response


@require_safe
@own
def code(request: HttpRequest, token: str, appointment: Appointment) -> HttpResponse:
    """The number as a QR picture for the check-in; a file of its own, so that no page needs inline pictures."""
    picture = BytesIO()
    segno.make_qr(appointment.number, error="m").save(picture, kind="svg", scale=6, border=4)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@require_safe
@own
def paper(request: HttpRequest, token: str, appointment: Appointment) -> HttpResponse:
    """One page to print: date, place, number, code, what to bring."""
    return pages.render_page(request, "appointments/paper.html", context_of(request, token, appointment))


def context_of(request: HttpRequest, token: str, appointment: Appointment) -> dict[str, Any]:
    book, ahead = rulebook.current(), appointment.starts_at > timezone.now()
    order = Order.kept(appointment.order)
    known = bool(order.lines) and order.services <= book.services.keys()
    movable = ahead and appointment.state == State.CONFIRMED and known
    return {
        "appointment": appointment,
        "facts": summary.of(appointment, get_language() or "de", book),
        "token": token,
        "service": book.services.get(appointment.service_id or 0),
        "fresh": "neu" in request.GET,
        "changed": request.GET.get("neu") == "2",
        "ahead": ahead,
        "waits": rows.is_held(appointment, timezone.now(), State.UNCONFIRMED),
        "changeable": ahead and appointment.state in (State.CONFIRMED, State.UNCONFIRMED),
        "movable": movable,
        "alterable": movable and any(len(counts) > 1 for _s, _n, counts in orders.choices(order, book)),
    }
