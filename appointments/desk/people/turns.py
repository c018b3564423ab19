"""Whose turn it is at a counter, in SQL once for the call and for the list beside it, and in Python for the kiosk's estimate.

Priority goes first; then appointments whose time has come (from five minutes before); then everybody in the order of
their time: the booked one for appointments, the arrival for walk-ins.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from appointments.desk.models import Counter, Visit
from appointments.desk.pure.states import Step
from portal.models import User

DUE_BEFORE = timedelta(minutes=5)  # so long before its time an appointment is in turn

# Text, not a queryset: twelve counters press at once, and building the query took longer than asking it.
_IN_TURN = """
  FROM desk_visit v
 WHERE v.day = %(day)s AND v.step = 'waiting' AND v.office_id = %(office)s
   AND (v.only_counter_id = %(counter)s OR v.only_counter_id IS NULL
        AND v.pool_id IN (SELECT pool_id FROM desk_counter_pools WHERE counter_id = %(counter)s))
 ORDER BY v.priority DESC, (v.appointment_id IS NOT NULL AND v.due_at <= %(due)s) DESC, v.due_at, v.id
 LIMIT %(most)s"""
_CALL = f"""
UPDATE desk_visit SET before = step, step = %(called)s, counter_id = %(counter)s, called_at = %(now)s, calls = calls + 1,
       version = version + 1, changed_at = %(clock)s, changed_by_id = %(actor)s
 WHERE id = (SELECT v.id {_IN_TURN} FOR UPDATE SKIP LOCKED) RETURNING *"""  # noqa: S608  our own text
_LIST = f"SELECT v.id, v.number, v.name, v.priority, v.service_id, v.version, count(*) OVER () AS all_waiting {_IN_TURN}"


def take_next(counter: Counter, actor: User, now: datetime) -> Visit | None:
    """Find, lock and call the next person in one statement; rows that another counter is calling are skipped."""
    who = {"called": Step.CALLED.value, "now": now, "clock": timezone.now(), "actor": actor.pk, "most": 1}
    return next(iter(Visit.objects.raw(_CALL, _asked(counter, now) | who)), None)


def waiting_for(counter: Counter, now: datetime, most: int) -> tuple[list[Visit], int]:
    """The first `most` people whom `counter` may call, the next one first, and how many there are in all."""
    asked = Visit.objects.raw(_LIST, _asked(counter, now) | {"most": most})
    found: list[Any] = list(asked.prefetch_related("service"))
    return found, found[0].all_waiting if found else 0


def turn(visit: Visit, now: datetime) -> tuple[bool, bool, datetime, int]:
    """The same order for people at hand: who sorts first is called first."""
    due = visit.appointment_id is not None and visit.due_at <= now + DUE_BEFORE
    return (not visit.priority, not due, visit.due_at, visit.pk)


def _asked(counter: Counter, now: datetime) -> dict[str, Any]:
    """The values of `_IN_TURN`."""
    day, due = timezone.localdate(now), now + DUE_BEFORE
    return {"day": day, "office": counter.office_id, "counter": counter.pk, "due": due}
