"""An appointment becomes another one for somebody who calls or stands at the desk: another time, more persons, a name misheard."""

from datetime import date, datetime
from itertools import islice
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from appointments.desk import rights
from appointments.desk.forms.booking import DeskChangeForm, DeskSearchForm
from appointments.desk.rights import BOOK
from appointments.desk.views.booking import DAYS_SHOWN, chosen_time, free_days
from appointments.models import Appointment, Channel
from appointments.pure.refusals import Refused
from appointments.pure.states import State
from appointments.times import orders, rulebook
from appointments.times.orders import Order
from appointments.times.search import FreeDay
from appointments.visit import changing
from appointments.visit.records import ChangedMeanwhile
from portal import audit, backoffice
from portal.models import Office, User
from portal.pages import see_other


@backoffice.page(permission=BOOK)
def change(request: HttpRequest, office: str, pk: int) -> HttpResponse:
    """What for and for how many in the address; a POST on it takes the time and writes who comes, in one step."""
    here, pressed = rights.office(request, office, BOOK), request.method == "POST"
    booked = Appointment.objects.select_related("pool__office", "service")
    kept = get_object_or_404(booked, pk=pk, pool__office=here)
    if kept.state != State.CONFIRMED and not pressed:
        return see_other(request, "desk:booked", here.slug, kept.pk)
    before = Order.kept(kept.order)
    search = DeskSearchForm(request.GET if "service" in request.GET else _as_booked(before), office=here)
    order, refusal = _order(search, before)
    form = _form(kept, order, request.POST if pressed else None)
    if pressed and refusal is None and form.is_valid():
        try:
            _change(here, kept, order, form, cast("User", request.user))
        except ChangedMeanwhile as error:
            refusal = error
            form.look_again(_moved_from(kept))
        except Refused as error:
            refusal = error
        else:
            return see_other(request, "desk:booked", here.slug, kept.pk)
    context = {"office": here, "appointment": kept, "form": form, "search": search, "refusal": refusal}
    if isinstance(refusal, ChangedMeanwhile):
        context["versions"] = form.versions()
    context |= _times(here, kept, order, search.cleaned_data.get("first_day") if search.is_valid() else None)
    status = 409 if refusal else 422 if form.errors else 200
    return backoffice.render(request, "appointments/desk/change.html", context, status=status)


def _as_booked(before: Order) -> dict[str, object]:
    (main, count), *further = before.lines or ((0, 1),)
    return {"service": main, "count": count, "also": [pk for pk, _count in further]}


def _order(search: DeskSearchForm, before: Order) -> tuple[Order, Refused | None]:
    """What the appointment shall be for; what it is for may stay, even where nobody could book it anew."""
    if not search.is_valid() or (lines := search.lines(before)) == before.lines:
        return before, None
    try:
        return orders.check(lines, rulebook.current(), channel=Channel.DESK, now=timezone.now()), None
    except Refused as refusal:
        return before, refusal


def _form(kept: Appointment, order: Order, data: Any) -> DeskChangeForm:
    own = _value(kept.pool_id, kept.starts_at)
    return DeskChangeForm(
        data,
        initial={"start": own, "seen": kept.sequence, "language": kept.language},
        order=order,
        book=rulebook.current(),
        at=kept.created_at,
        before=kept,
    )


def _change(here: Office, kept: Appointment, order: Order, form: DeskChangeForm, actor: User) -> None:
    pool, start = chosen_time(here, form.cleaned_data["start"])
    changing.move(appointment=kept, pool_id=pool, start=start, order=order, record=form.record, actor=actor)


def _moved_from(kept: Appointment) -> str:
    """The radio button that was its own time until it was moved; nothing if it never was."""
    last = audit.history(kept).filter(verb="appointment moved").first()
    return "" if last is None else _value(last.facts["pool"], datetime.fromisoformat(last.facts["before"]))


def _times(here: Office, kept: Appointment, order: Order, first: date | None) -> dict[str, Any]:
    """Its own time, where that is free for what the appointment shall become, and the days with others."""
    now = timezone.now()
    own = _value(kept.pool_id, kept.starts_at)
    if order != Order.kept(kept.order):
        there = free_days(here, order, kept.day, now, last_day=kept.day, instead_of=kept)
        same = [slot for day in there for slot in day.slots if slot.start == kept.starts_at]
        own = _value(same[0].pool.id, same[0].start) if same else ""
    free = free_days(here, order, first, now, instead_of=kept)
    others = (
        FreeDay(day.day, tuple(slot for slot in day.slots if slot.start != kept.starts_at)) for day in free
    )
    return {"own": own, "days": list(islice((day for day in others if day.slots), DAYS_SHOWN))}


def _value(pool_id: int, start: datetime) -> str:
    """As the radio buttons of the list say it."""
    return f"{pool_id}@{start.isoformat()}"
