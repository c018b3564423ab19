"""Taking a place: from a wish to a start that the rules offer, to locked units, to a row.

Locks are always taken in the same order: the rules (shared), the entry of the waiting list, the appointment's row, its
offer, then units by (pool, unit).
"""

import json
import secrets
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from appointments.models import Appointment, Channel
from appointments.pure.availability import DayPlan, free_starts, local_day, moment_of, on_unit, unit_of
from appointments.pure.refusals import Busy, NotOffered, Outdated, SlotTaken, TooFar, TooSoon, UnknownPool
from appointments.pure.states import State
from appointments.times import capacity, claims
from appointments.times.orders import Order
from appointments.times.rules import PoolFacts, RuleBook
from portal import numbers

T = TypeVar("T")
MOST_ATTEMPTS = 5
_WAITED_IN_VAIN = {"40P01", "55P03"}  # deadlock, lock timeout
_NO_PLACE = ("slot_load_", "resource_no_double")
_DRAWN_TWICE = ("appointment_desk_code", "appointments_appointment_number")
# see migrations/0009
_HOLD = """
SELECT appointments_hold(%s, %s, %s::smallint[], %s::smallint[], %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A start that the rules offer; whether a place is free, only the lock can say."""

    pool: PoolFacts
    plan: DayPlan
    first: int
    length: int
    day: date

    @property
    def starts_at(self) -> datetime:
        return moment_of(self.first)

    @property
    def ends_at(self) -> datetime:
        return moment_of(self.first + self.length)


def choose(
    book: RuleBook, order: Order, pool_id: int, start: datetime, channel: str, now: datetime
) -> Chosen:
    """The start as the rules see it, or the refusal that names what is wrong."""
    pool = book.pools.get(pool_id)
    if pool is None or not order.services <= pool.bases.keys():
        raise UnknownPool
    if not on_unit(start):
        raise NotOffered
    first, stretch = unit_of(start), order.window(book, channel, now)
    if first < stretch.earliest:
        raise TooSoon
    day = local_day(first, book.zone)
    if day > stretch.last_day:
        raise TooFar
    plan = pool.plan(day, order.services)
    chosen = Chosen(pool, plan, first, order.length_at(pool, book), day)
    web = channel == Channel.WEB
    if not free_starts(plan, None, chosen.length, earliest=stretch.earliest, public=web, among=[first]):
        raise NotOffered
    return chosen


def settle(
    attempt: Callable[[], T], make_room: Callable[[], int] = lambda: 0, *, one_statement: bool = False
) -> T:
    """Run `attempt` in a transaction; again after making room, after waiting in vain for a lock, or with a new number.

    `one_statement` is a transaction by itself: nothing to begin and to commit around it.
    """
    for left in reversed(range(MOST_ATTEMPTS)):
        alone = one_statement and not connection.in_atomic_block
        try:
            with nullcontext() if alone else transaction.atomic():
                return attempt()
        except SlotTaken:
            if not left or not make_room():
                raise
        except IntegrityError as error:
            name = _constraint(error)
            if name.startswith(_NO_PLACE):
                if not left or not make_room():
                    raise SlotTaken from error
            elif not left or not name.startswith(_DRAWN_TWICE):
                raise
        except OperationalError as error:
            if _code(error) not in _WAITED_IN_VAIN:
                raise
            if left < MOST_ATTEMPTS - 1:
                raise Busy from error
    raise AssertionError("unreachable")


def lead_of(order: Order, book: RuleBook) -> timedelta:
    """How long before the visit the last decision must fall."""
    return timedelta(minutes=max(rules.lead for rules in order.rules(book)))


def take(chosen: Chosen, channel: str, besides: Appointment | None = None) -> None:
    """Lock the units of a start and ask the function that lists whether a place is free in all of them."""
    load = capacity.lock(chosen.pool.id, chosen.plan, chosen.first, chosen.length)
    if besides is not None and besides.pool_id == chosen.pool.id:
        capacity.leave_out_visit(load, besides)
    web = channel == Channel.WEB
    if not free_starts(
        chosen.plan, load, chosen.length, earliest=chosen.first, public=web, among=[chosen.first]
    ):
        raise SlotTaken


def still_fits(book: RuleBook, kept: Appointment) -> bool:
    """Whether the rules still have room for a time that was taken earlier, itself counted.

    False when the hours were shrunk or the counters were closed meanwhile.
    """
    pool = book.pools.get(kept.pool_id)
    if pool is None:
        return False
    first, end = unit_of(kept.starts_at), unit_of(kept.ends_at)
    load = capacity.taken_at(pool.id, first, end)
    places = capacity.places_at(book, pool, range(first, end))
    plan = pool.plan(kept.day, Order.kept(kept.order).services)
    served = not plan.restricted or all(plan.serving_at(unit)[1] for unit in range(first, end))
    return served and all(taken <= room for taken, (room, _public) in zip(load, places, strict=True))


def insert(chosen: Chosen, order: Order, book: RuleBook, **fields: Any) -> Appointment:
    appointment = _drawn(chosen, order, book, **fields)
    appointment.save(force_insert=True)
    claims.take(book, order, appointment, chosen.pool.place.id)
    return appointment


def fits_one_statement(chosen: Chosen, order: Order, book: RuleBook) -> bool:
    """Whether the counters alone decide: no room is needed, and every opening of the day serves this order.

    Both ways are needed (decision 0007): the steps, because restricted hours and rooms are decided by the function that lists,
    which a move asks too; the statement, because the steps hold a third as many times a second.
    """
    return not chosen.plan.restricted and not any(rules.resources for rules in order.rules(book))


def insert_at_once(chosen: Chosen, order: Order, book: RuleBook, **fields: Any) -> Appointment:
    """What `take` and `insert` do, as one statement: open the units, lock them, write the row, count it.

    Raises `Outdated` if the rules are no longer those of `book`.
    """
    row = _drawn(chosen, order, book, **fields)
    places = [chosen.plan.total_at(unit) for unit in range(chosen.first, chosen.first + chosen.length)]
    with connection.cursor() as cursor:
        cursor.execute(
            _HOLD,
            [
                book.stamp,
                chosen.first,
                [total for total, _public in places],
                [public for _total, public in places],
                row.number,
                row.pool_id,
                row.service_id,
                json.dumps(row.order),
                row.day,
                row.channel,
                row.purpose,
                row.language,
                row.form_key,
                row.client_key,
                row.held_until,
                row.created_at,
            ],
        )
        row.pk = cursor.fetchone()[0]
    if row.pk is None:
        raise Outdated
    row._state.adding, row._state.db = False, connection.alias
    return row


def _drawn(chosen: Chosen, order: Order, book: RuleBook, **fields: Any) -> Appointment:
    """The row of a chosen start with a new number, not written yet."""
    return Appointment(
        number=numbers.new("T"),
        pool_id=chosen.pool.id,
        service_id=order.main,
        order=order.snapshot(book),
        starts_at=chosen.starts_at,
        ends_at=chosen.ends_at,
        day=chosen.day,
        **fields,
    )


def put(kept: Appointment, chosen: Chosen, order: Order, book: RuleBook) -> None:
    """One UPDATE: the trigger takes the new units and gives back the old ones."""
    if order != Order.kept(kept.order):
        kept.order, kept.service_id = order.snapshot(book), order.main
    stays = (kept.pool_id, kept.day) == (chosen.pool.id, chosen.day)
    kept.pool_id, kept.day = chosen.pool.id, chosen.day
    kept.starts_at, kept.ends_at = chosen.starts_at, chosen.ends_at
    kept.sequence += 1
    kept.reminded_hours = None
    if not stays:  # who printed the page has the call number on it
        kept.desk_code = free_desk_code(kept, chosen.pool.letter)
    kept.save(
        update_fields=[
            "pool",
            "order",
            "service",
            "day",
            "starts_at",
            "ends_at",
            "sequence",
            "desk_code",
            "reminded_hours",
        ]
    )


def free_desk_code(kept: Appointment, letter: str) -> str:
    """A letter and three digits that nobody else has at this pool on this day."""
    others = Appointment.objects.filter(pool_id=kept.pool_id, day=kept.day).exclude(pk=kept.pk)
    used = set(others.exclude(desk_code="").values_list("desk_code", flat=True))
    free = [code for n in range(100, 1000) if (code := f"{letter}{n}") not in used]
    return secrets.choice(free) if free else f"{letter}{len(used) + 1000}"


def expire_overdue(
    now: datetime, *, pool_id: int | None = None, chosen: Chosen | None = None, limit: int = 500
) -> int:
    """Free what was kept longer than promised; rows that somebody holds at this moment are left alone."""
    overdue = Appointment.objects.overdue(now)
    if pool_id is not None:
        overdue = overdue.filter(pool_id=pool_id)
    if chosen is not None:
        overdue = overdue.filter(starts_at__lt=chosen.ends_at, ends_at__gt=chosen.starts_at)
    freed = 0
    for pk in list(overdue.order_by("held_until").values_list("pk", flat=True)[:limit]):
        # one at a time: whoever frees many rows at once waits for bookers who wait for it
        with transaction.atomic():
            row = Appointment.objects.filter(pk=pk).overdue(now).select_for_update(skip_locked=True)
            freed += Appointment.objects.filter(pk__in=list(row.values_list("pk", flat=True))).update(
                state=State.EXPIRED
            )
    return freed


def _constraint(error: DatabaseError) -> str:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""


def _code(error: DatabaseError) -> str:
    return getattr(error.__cause__, "sqlstate", "") or ""
