"""Who comes in: by an appointment, with a number, or not at all."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.desk.models import Visit
from appointments.desk.people.steps import MovedOn, NotPossible, follow, go
from appointments.desk.pure.states import Step
from appointments.models import Appointment, Pool
from appointments.pure.refusals import Refused
from appointments.pure.states import State as Booked
from appointments.visit import rows
from portal import audit
from portal.models import Service, User

LATE_AFTER = timedelta(minutes=10)


class NotToday(Refused):
    sentence = _("This appointment is not today. The reception will gladly help.")


class NotExpected(Refused):
    sentence = _("This appointment was cancelled or is already over.")


@transaction.atomic
def arrive(*, appointment: Appointment, actor: User | None = None, now: datetime | None = None) -> Visit:
    """The person of an appointment is in the house. Twice is harmless: the second time finds the visit."""
    moment = now or timezone.now()
    booked = rows.locked(appointment)
    known = Visit.objects.filter(appointment=booked).first()
    if known is not None and known.step != Step.NO_SHOW:
        return known
    if booked.day != timezone.localdate(moment):
        raise NotToday
    if known is not None:  # came after all
        return go(known, Step.WAITING, actor, arrived_at=known.arrived_at or moment, ended_at=None)
    if booked.state != Booked.CONFIRMED:
        raise NotExpected
    late = moment > booked.starts_at + LATE_AFTER
    visit = _visit_of(booked, actor, due_at=moment if late else booked.starts_at, arrived_at=moment)
    follow(visit)
    audit.record(verb="visit arrived", subject=visit, actor=actor, appointment=booked.pk)
    return visit


@transaction.atomic
def ticket(
    *,
    pool: Pool,
    service: Service | None = None,
    name: str = "",
    priority: bool = False,
    form_key: UUID | None = None,
    actor: User | None = None,
    now: datetime | None = None,
) -> Visit:
    """A number for somebody without an appointment: the pool's letter and the next two digits.

    The same form sent again as it was, because the answer got lost, gives the number of the first time.
    """
    moment = now or timezone.now()
    day = timezone.localdate(moment)
    # waits for whoever takes a number here: only then is the look back certain
    number = next_number(pool, day)
    once = form_key and uuid5(form_key, f"{pool.pk}:{service and service.pk}:{priority}:{name}")
    earlier = Visit.objects.filter(form_key=once).first() if once else None
    if earlier:
        return earlier
    visit = Visit.objects.create(
        office_id=pool.office_id,
        pool=pool,
        service=service,
        day=day,
        number=number,
        name=name,
        priority=priority,
        form_key=once,
        due_at=moment,
        arrived_at=moment,
        changed_by=actor,
    )
    audit.record(verb="visit ticket", subject=visit, actor=actor, priority=priority)
    return visit


@transaction.atomic
def never_came(*, appointment: Appointment, actor: User, now: datetime | None = None) -> Visit:
    """The appointment's time passed and nobody arrived. Can be undone by the arrival."""
    moment = now or timezone.now()
    booked = rows.locked(appointment)
    known = Visit.objects.filter(appointment=booked).select_related("changed_by").first()
    if known is not None:
        raise MovedOn(known)
    if booked.state != Booked.CONFIRMED or booked.starts_at > moment:
        raise NotPossible
    visit = _visit_of(booked, actor, due_at=booked.starts_at, step=Step.NO_SHOW, ended_at=moment)
    follow(visit)
    audit.record(verb="visit no_show", subject=visit, actor=actor, appointment=booked.pk)
    return visit


def _visit_of(booked: Appointment, actor: User | None, **fields: Any) -> Visit:
    taken = Visit.objects.filter(pool=booked.pool, day=booked.day, number=booked.desk_code).exists()
    return Visit.objects.create(
        office_id=booked.pool.office_id,
        pool=booked.pool,
        appointment=booked,
        service_id=booked.service_id,
        day=booked.day,
        number=booked.desk_code if booked.desk_code and not taken else next_number(booked.pool, booked.day),
        name=booked.name,
        changed_by=actor,
        **fields,
    )


def next_number(pool: Pool, day: date) -> str:
    """The pool's letter and the next free number of the day: 01 to 99, then 1000 and up.

    Three digits belong to booked appointments. Tickets of one pool queue at an advisory lock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('desk.ticket'), %s)", [pool.pk])
    used = set(Visit.objects.filter(pool=pool, day=day).values_list("number", flat=True))
    small = (f"{pool.letter}{n:02}" for n in range(1, 100))
    large = (f"{pool.letter}{n}" for n in range(1000, 10_000))
    return next(code for codes in (small, large) for code in codes if code not in used)
