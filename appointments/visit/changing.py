"""A visit is cancelled, moved, or an offer given back: what becomes free goes to the waiting list first."""

from datetime import datetime

from django.utils import timezone

from appointments.letters import mails
from appointments.models import Appointment, Channel, Purpose
from appointments.pure.availability import unit_of
from appointments.pure.refusals import NotChangeable
from appointments.pure.states import NEXT, State
from appointments.times import capacity, claims, rulebook, slots
from appointments.times.orders import Order
from appointments.times.rules import RuleBook
from appointments.times.slots import Chosen
from appointments.visit import pauses, rows
from portal import audit
from portal.models import User


def cancel(
    *,
    appointment: Appointment,
    actor: User | None = None,
    reason: str = "",
    now: datetime | None = None,
    tell: bool = True,
    pause: bool = True,
) -> bool:
    """Give the time back and tell the citizen. Twice is harmless; returns whether it changed something.

    A near time goes to the waiting list first and to everybody after a random while (against resale): until
    then it is kept by a `pause`.
    """
    moment = now or timezone.now()
    return slots.settle(lambda: _cancel(appointment, moment, actor, reason, tell=tell, pause=pause))


def _cancel(
    appointment: Appointment, moment: datetime, actor: User | None, reason: str, *, tell: bool, pause: bool
) -> bool:
    kept = rows.locked(appointment)
    if kept.state in (State.CANCELLED, State.EXPIRED):
        return False
    if State.CANCELLED not in NEXT[State(kept.state)] or (actor is None and kept.starts_at <= moment):
        raise NotChangeable
    visit = kept.purpose == Purpose.VISIT and kept.state != State.HOLD
    kept.state, kept.cancelled_at, kept.sequence = State.CANCELLED, moment, kept.sequence + 1
    kept.save(update_fields=["state", "cancelled_at", "sequence"])
    if visit and pause:
        pauses.keep_back(rulebook.current(), kept.pool_id, kept.starts_at, kept.ends_at, moment)
    if visit:
        audit.record(verb="appointment cancelled", subject=kept, actor=actor, reason=reason)
        if tell:
            mails.cancellation(kept, reason=reason)
    return True


def give_back_offer(kept: Appointment, now: datetime) -> None:
    """An offer was not taken: free its place and keep it back again, so that the next on the list is asked."""
    changed = Appointment.objects.filter(pk=kept.pk, state=State.HOLD).update(state=State.EXPIRED)
    if changed or kept.state == State.EXPIRED:
        pauses.keep_back(rulebook.current(), kept.pool_id, kept.starts_at, kept.ends_at, now)


def move(
    *,
    appointment: Appointment,
    pool_id: int,
    start: datetime,
    actor: User | None = None,
    reason: str = "",
    now: datetime | None = None,
    tell: bool = True,
) -> Appointment:
    """Take the new time and release the old one in one step: nobody ends up with neither."""
    moment = now or timezone.now()
    order = Order.kept(appointment.order)
    channel = Channel.DESK if actor else appointment.channel

    def choose(book: RuleBook) -> Chosen:
        if not order.services <= book.services.keys():
            raise NotChangeable
        return slots.choose(book, order, pool_id, start, channel, moment)

    def attempt() -> Appointment:
        book = rulebook.settled()
        chosen = choose(book)
        kept = rows.locked(appointment)
        if kept.state != State.CONFIRMED or (actor is None and kept.starts_at <= moment):
            raise NotChangeable
        if (kept.pool_id, kept.starts_at) == (pool_id, start):
            return kept
        capacity.lock_both(_units(kept), pool_id, chosen.plan, chosen.first, chosen.length)
        slots.take(chosen, channel, besides=kept)
        old = (kept.pool_id, kept.starts_at, kept.ends_at)
        slots.put(kept, chosen, book)
        claims.move(book, order, kept, chosen.pool.place.id)
        before = {"before": old[1].isoformat(), "pool": old[0]}
        audit.record(verb="appointment moved", subject=kept, actor=actor, **before)
        if not _overlaps(old, kept):
            pauses.keep_back(book, *old, moment)
        if tell:
            mails.moved(kept, was=old[1], reason=reason)
        return kept

    return slots.settle(
        attempt,
        lambda: slots.expire_overdue(moment, pool_id=pool_id, chosen=choose(rulebook.current())),
    )


def _units(kept: Appointment) -> tuple[int, int, int]:
    """The pool that it takes a place of, the first unit and the one after the last."""
    return kept.pool_id, unit_of(kept.starts_at), unit_of(kept.ends_at)


def _overlaps(old: tuple[int, datetime, datetime], kept: Appointment) -> bool:
    return old[0] == kept.pool_id and old[1] < kept.ends_at and kept.starts_at < old[2]
