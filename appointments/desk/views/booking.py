"""Booking for somebody at the desk or on the phone, in one screen."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain, islice
from typing import Any, cast
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from appointments.desk import rights
from appointments.desk.forms.booking import CancelForm, DeskBookingForm, DeskSearchForm
from appointments.desk.people import told
from appointments.desk.rights import BOOK
from appointments.models import Appointment, Channel, Pool
from appointments.pure.refusals import NotOffered, Refused
from appointments.pure.states import State
from appointments.times import orders, rulebook, search
from appointments.times.orders import Order
from appointments.visit import booking, changing, enrolment, holding, rows
from portal import backoffice
from portal.models import Office, User
from portal.pages import see_other
from portal.untrusted import row_number

DAYS_SHOWN = 5


@backoffice.page(permission=BOOK)
def book(request: HttpRequest, office: str) -> HttpResponse:
    """Search in the address, booking as a POST on it. Internal places count; an e-mail is not needed."""
    here = rights.office(request, office, BOOK)
    wanted = DeskSearchForm(request.GET or None, office=here)
    context: dict[str, Any] = {"office": here, "search": wanted}
    status, now, rules = 200, timezone.now(), rulebook.current()
    if wanted.is_valid():
        values = wanted.cleaned_data
        try:
            order = orders.check(wanted.lines(), rules, channel=Channel.DESK, now=now)
            form = DeskBookingForm(
                request.POST or None, initial={"form_key": uuid4()}, order=order, book=rules, at=now
            )
            context["form"] = form
            if request.method == "POST" and form.is_valid():
                made = _book(here, order, form, cast("User", request.user), now)
                return see_other(request, "desk:booked", here.slug, made.pk)
        except Refused as refusal:
            context["refusal"], status = refusal, 409
        else:
            status = 422 if form.errors else 200
        free = free_days(here, Order(wanted.lines()), values["first_day"], now)
        context["days"] = list(islice(free, DAYS_SHOWN))
        context["row"] = search.in_a_row(chain(context["days"], free), values["in_a_row"] or 0)
    return backoffice.render(request, "appointments/desk/book.html", context, status=status)


def free_days(
    here: Office, order: Order, first: date | None, now: datetime, **more: Any
) -> Iterator[search.FreeDay]:
    """The days with free times of this office, internal places included; none for what is no longer offered."""
    book_of_rules = rulebook.current()
    if not order.services <= book_of_rules.services.keys():
        return iter(())
    wish = search.Wish(offices=frozenset({here.pk}))
    return search.free_days(
        order, book_of_rules, now=now, channel=Channel.DESK, wish=wish, first_day=first, **more
    )


def chosen_time(here: Office, text: str) -> tuple[int, datetime]:
    """The pool and the start out of a radio button of the list of times."""
    pool, _at, start = text.partition("@")
    try:
        moment = datetime.fromisoformat(start)
    except ValueError:
        raise NotOffered from None
    if (
        not Pool.objects.filter(pk=row_number(pool), office=here).exists()
        or moment.tzinfo is None
        or not 1900 <= moment.year <= 9000
    ):
        raise NotOffered
    return int(pool), moment


def _book(here: Office, order: Order, form: DeskBookingForm, actor: User, now: datetime) -> Appointment:
    """Hold, fill and confirm in one go, as the citizen's pages do it in three."""
    values, record = form.cleaned_data, form.record
    pool, moment = chosen_time(here, values["start"])
    earlier = Appointment.objects.filter(form_key=values["form_key"]).exclude(state=State.HOLD).first()
    if earlier is not None:  # pressed twice
        return earlier
    kept = holding.hold(
        order=order,
        pool_id=pool,
        start=moment,
        channel=Channel.PHONE if values["by_phone"] else Channel.DESK,
        language=record.language,
        form_key=values["form_key"],
        now=now,
    )
    holding.fill(appointment=kept, contact=record.contact, now=now)
    enrolment.register(appointment=kept, children=record.children)
    booking.confirm(appointment=kept, actor=actor, now=now)
    return kept


@backoffice.page(permission=BOOK)
def booked(request: HttpRequest, office: str, pk: int) -> HttpResponse:
    """What to tell the person: day, time, number; and cancelling for who calls, or confirming for whom no mail reaches."""
    here = rights.office(request, office, BOOK)
    found = (
        Appointment.objects.select_related("pool__office", "service").filter(pool__office=here, pk=pk).first()
    )
    if found is None:
        return see_other(request, "desk:book", here.slug)
    form, refusal = CancelForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            _cancel_or_confirm(request, found, form.cleaned_data["reason"])
        except Refused as error:
            refusal = error
        else:
            return see_other(request, "desk:booked", here.slug, found.pk)
    context = {
        "office": here,
        "appointment": found,
        "matter": told.matter(found),
        "told": told.about(found),
        "form": form if found.state == State.CONFIRMED else None,
        "waits": rows.is_held(found, timezone.now(), State.UNCONFIRMED),
        "refusal": refusal,
    }
    status = 409 if refusal else 422 if form.errors else 200
    return backoffice.render(request, "appointments/desk/booked.html", context, status=status)


def _cancel_or_confirm(request: HttpRequest, found: Appointment, reason: str) -> None:
    actor = cast("User", request.user)
    if request.POST.get("do") == "confirm":
        booking.confirm_address(appointment=found, actor=actor)
    else:
        changing.cancel(appointment=found, actor=actor, reason=reason)
