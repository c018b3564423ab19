"""What the office's home page counts now; each figure leads to the list that it counts."""

from django.db.models import Min, QuerySet
from django.utils import timezone

from appointments.desk.models import Counter, Visit
from appointments.desk.people.arrivals import LATE_AFTER
from appointments.desk.pure.states import Step
from appointments.desk.rights import CALL, RUN_DAY
from appointments.models import Appointment
from appointments.pure.states import State
from portal import access
from portal.models import User


def waiting_now(user: User) -> int:
    return _waiting(user).count()


def longest_wait(user: User) -> int:
    """Minutes since the one came who waits longest; 0 when nobody waits."""
    since = _waiting(user).aggregate(since=Min("arrived_at"))["since"]
    return int((timezone.now() - since).total_seconds() // 60) if since else 0


def late_now(user: User) -> int:
    return _expected(user).filter(starts_at__lt=timezone.now() - LATE_AFTER).count()


def coming_today(user: User) -> int:
    return _expected(user).filter(starts_at__gte=timezone.now() - LATE_AFTER).count()


def counters_staffed(user: User) -> int:
    mine = access.departments_with(user, CALL)
    return Counter.objects.filter(active=True, clerk__isnull=False, office__department__in=mine).count()


def _waiting(user: User) -> QuerySet[Visit]:
    mine = access.departments_with(user, RUN_DAY)
    return Visit.objects.filter(day=timezone.localdate(), step=Step.WAITING, office__department__in=mine)


def _expected(user: User) -> QuerySet[Appointment]:
    mine = access.departments_with(user, RUN_DAY)
    today = Appointment.objects.filter(day=timezone.localdate(), state=State.CONFIRMED, visit=None)
    return today.filter(pool__office__department__in=mine)
