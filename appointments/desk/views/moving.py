"""Another time for somebody who calls or stands at the desk."""

from itertools import islice
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from appointments.desk import rights
from appointments.desk.forms.booking import FirstDayForm, TimeForm
from appointments.desk.rights import BOOK
from appointments.desk.views.booking import DAYS_SHOWN, chosen_time, free_days
from appointments.models import Appointment
from appointments.pure.refusals import Refused
from appointments.pure.states import State
from appointments.times.orders import Order
from appointments.visit import changing
from portal import backoffice
from portal.models import User
from portal.pages import see_other


@backoffice.page(permission=BOOK)
def move(request: HttpRequest, office: str, pk: int) -> HttpResponse:
    """The free times for what the person booked; the new one is taken and the old one given back in one step."""
    here = rights.office(request, office, BOOK)
    booked = Appointment.objects.select_related("pool__office", "service")
    kept = get_object_or_404(booked, pk=pk, pool__office=here)
    if kept.state != State.CONFIRMED and request.method != "POST":
        return see_other(request, "desk:booked", here.slug, kept.pk)
    form, refusal = TimeForm(request.POST if request.method == "POST" else None), None
    if request.method == "POST" and form.is_valid():
        try:
            pool, start = chosen_time(here, form.cleaned_data["start"])
            changing.move(appointment=kept, pool_id=pool, start=start, actor=cast("User", request.user))
        except Refused as error:
            refusal = error
        else:
            return see_other(request, "desk:booked", here.slug, kept.pk)
    search = FirstDayForm(request.GET or None)
    first = search.cleaned_data["first_day"] if search.is_valid() else None
    free = free_days(here, Order.kept(kept.order), first, timezone.now())
    context = {
        "office": here,
        "appointment": kept,
        "form": form,
        "search": search,
        "refusal": refusal,
        "days": list(islice(free, DAYS_SHOWN)),
    }
    status = 409 if refusal else 422 if form.errors else 200
    return backoffice.render(request, "appointments/desk/move.html", context, status=status)
