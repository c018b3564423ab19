"""What to tell a person who waits: how many go first, and how long it takes if anybody can know."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from appointments.desk.models import Counter, Visit
from appointments.desk.people.turns import DUE_BEFORE, turn
from appointments.desk.pure.states import AT_COUNTER, Step
from appointments.desk.pure.waiting import Estimate, estimate
from appointments.models import Appointment
from appointments.pure.states import State

LOOKED_AT = 40  # the last people served
AT_WORK = timedelta(minutes=30)  # a counter that called somebody since then is staffed, whoever sits there


@dataclass(frozen=True)
class Outlook:
    """`appointment_at` is set for somebody who is too early: they are called at that time. `wait` None: nobody knows."""

    ahead: int
    wait: Estimate | None
    appointment_at: datetime | None = None


def outlook(visit: Visit, now: datetime) -> Outlook:
    """For somebody who waits in a pool, as of `now`."""
    if visit.appointment_id is not None and visit.due_at > now + DUE_BEFORE:
        return Outlook(0, None, timezone.localtime(visit.due_at))
    ahead = _ahead(visit, now)
    staffed, busy = _counters(visit.pool_id, now)
    due = [] if visit.appointment_id else _due(visit, now)
    return Outlook(
        ahead, estimate(ahead=ahead, counters=staffed, busy=busy, served=_served(visit.pool_id), due=due)
    )


def _ahead(visit: Visit, now: datetime) -> int:
    """How many of the pool are called before this person."""
    waiting = Visit.objects.filter(pool=visit.pool_id, day=visit.day, step=Step.WAITING)
    return sum(turn(other, now) < turn(visit, now) for other in waiting if other.pk != visit.pk)


def _due(visit: Visit, now: datetime) -> list[float]:
    """In how many minutes the appointments of the pool come that are not here yet, soonest first."""
    coming = Appointment.objects.filter(
        pool=visit.pool_id, day=visit.day, state=State.CONFIRMED, visit=None, starts_at__gt=now
    )
    starts = coming.order_by("starts_at").values_list("starts_at", flat=True)
    return [(start - now).total_seconds() / 60 for start in starts]


def _served(pool_id: int) -> list[float]:
    """Minutes from call to end of the last people this pool served."""
    found = (
        Visit.objects.filter(pool=pool_id, step=Step.DONE, called_at__isnull=False, ended_at__isnull=False)
        .order_by("-pk")
        .values_list("called_at", "ended_at")[:LOOKED_AT]
    )
    return [(ended - called).total_seconds() / 60 for called, ended in found if called and ended]


def _counters(pool_id: int, now: datetime) -> tuple[int, int]:
    """How many counters of the pool are at work now, and how many of them have somebody."""
    counters = Counter.objects.filter(pools=pool_id, active=True)
    at_work = counters.filter(
        Q(clerk__isnull=False)
        | Q(visits__called_at__gte=now - AT_WORK, visits__step__in=[*AT_COUNTER, Step.DONE])
    )
    return at_work.distinct().count(), counters.filter(visits__step__in=AT_COUNTER).distinct().count()
