"""Cancelled times are not public at once: whoever sells appointments must not see them first.

A pause is a hold of its own that keeps the freed place. The waiting list turns it into an offer; otherwise it
runs out after a random while and everybody can book.
"""

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django import app

from appointments.models import Appointment, Channel, Purpose, Switches
from appointments.pure.availability import local_day, unit_of
from appointments.pure.states import State
from appointments.times.rules import RuleBook
from portal import numbers

LEAST_NOTICE = timedelta(minutes=30)  # nearer times are public at once: nobody could come otherwise


def keep_back(
    book: RuleBook, pool_id: int, starts_at: datetime, ends_at: datetime, now: datetime
) -> Appointment | None:
    """Keep a place that was just freed in this transaction, if it is near enough to be traded and citizens may book it.

    Who had booked it, at the counter or online, makes no difference to the one who waits.
    """
    switches = book.switches
    ahead = starts_at - now
    if not LEAST_NOTICE < ahead <= timedelta(days=switches.pause_days):
        return None
    if switches.pause_most == 0 or not _still_open(book, pool_id, starts_at, ends_at):
        return None
    pause = Appointment(
        number=numbers.new("T"),
        pool_id=pool_id,
        starts_at=starts_at,
        ends_at=ends_at,
        day=local_day(unit_of(starts_at), book.zone),
        state=State.HOLD,
        channel=Channel.WEB,
        purpose=Purpose.PAUSE,
        held_until=now + timedelta(minutes=_random_minutes(switches)),
    )
    try:
        with transaction.atomic():
            pause.save(force_insert=True)
    except IntegrityError:  # somebody was quicker: then there is nothing to keep
        return None
    app.configure_task("appointments.jobs.offer_freed").defer(pause_id=pause.pk)
    return pause


def _random_minutes(switches: Switches) -> int:
    return switches.pause_least + secrets.randbelow(switches.pause_most - switches.pause_least + 1)


def _still_open(book: RuleBook, pool_id: int, starts_at: datetime, ends_at: datetime) -> bool:
    """False when the hours were shrunk below this place: then it is not offered to anybody."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unit, taken, taken_public FROM appointments_slotload"
            " WHERE pool_id = %s AND unit >= %s AND unit < %s",
            [pool_id, unit_of(starts_at), unit_of(ends_at)],
        )
        rows = cursor.fetchall()
    pool = book.pools.get(pool_id)
    if pool is None:
        return False
    plan = pool.plan(local_day(unit_of(starts_at), book.zone))
    return all(
        taken < plan.total_at(unit)[0] and taken_public < plan.total_at(unit)[1]
        for unit, taken, taken_public in rows
    )
