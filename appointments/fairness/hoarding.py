"""How much one may keep: a network its held times, an address its open appointments."""

from datetime import datetime, timedelta

from django.db import connection
from django.http import HttpRequest

from appointments.fairness import contacts
from appointments.models import Appointment
from appointments.pure.refusals import TooManyKept, TooManyOpen
from appointments.pure.states import State
from portal import throttle

HOLD_LIVES = timedelta(hours=2)  # at most: an hour, extended once


def network_of(request: HttpRequest) -> str:
    return contacts.network_key(throttle.client_key(request))


def refuse_more_holds(network: str, most: int, now: datetime) -> None:
    """A program that keeps every time from one network finds an end; people turn their holds into bookings within minutes."""
    if not network:
        return
    living = Appointment.objects.filter(
        client_key=network,
        created_at__gt=now - HOLD_LIVES,
        state=State.HOLD,  # not those that wait for a click: a school or a phone network books hundreds in an hour
        held_until__gt=now,
    )
    if living.count() >= most:
        raise TooManyKept


def refuse_more_appointments(key: str, most: int, now: datetime, *, besides: int) -> None:
    """One person, told by the address, does not collect appointments; `besides` is the one being booked."""
    with connection.cursor() as cursor:  # two tabs of one person queue here
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"appointments.contact:{key}"])
    open_ones = Appointment.objects.filter(
        contact_key=key, starts_at__gt=now, state__in=[State.UNCONFIRMED, State.CONFIRMED]
    ).exclude(pk=besides)
    if open_ones.count() >= most:
        raise TooManyOpen(most)
