"""A visit is cancelled, moved, or an offer given back: what becomes free goes to the waiting list first."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from appointments.letters import mails
from appointments.models import Appointment, Channel, Purpose, WaitingEntry
from appointments.pure.availability import unit_of
from appointments.pure.refusals import NotChangeable
from appointments.pure.states import NEXT, State
from appointments.times import capacity, claims, orders, rulebook, slots
from appointments.times.orders import Order
from appointments.times.rules import RuleBook
from appointments.times.slots import Chosen
from appointments.visit import enrolment, holding, pauses, records, rows
from appointments.visit.enrolment import ChildData
from appointments.visit.holding import Contact
from appointments.visit.records import ChangedMeanwhile, Record
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
        audit.record(verb="appointment cancelled", subject=kept, actor=actor)  # kept for good: no free words
        if tell:
            mails.cancellation(kept, reason=reason)
    return True


def let_go(
    *,
    appointment: Appointment,
    typed: Contact | None = None,
    children: list[ChildData] | None = None,
    now: datetime | None = None,
) -> bool:
    """Give back a time that was only held, for another one. What was typed stays with it for as long as it was promised."""
    moment = now or timezone.now()

    def attempt() -> bool:
        if not rows.is_held(rows.locked(appointment), moment):
            return False
        if typed:
            holding.note(appointment, typed)
        if children:
            enrolment.register(appointment=appointment, children=children)
        return _cancel(appointment, moment, None, "", tell=False, pause=False)

    return slots.settle(attempt)


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
    order: Order | None = None,
    record: Record | None = None,
    now: datetime | None = None,
    tell: bool = True,
) -> Appointment:
    """Take the new time and release the old one in one step: nobody ends up with neither.

    With an `order` the visit becomes another one, for more persons or with other services, at this time or at its own.
    With a `record` a clerk writes anew who comes.
    """
    moment = now or timezone.now()
    wanted = order or Order.kept(appointment.order)
    channel = Channel.DESK if actor else appointment.channel

    def choose(book: RuleBook) -> Chosen:
        if not wanted.services <= book.services.keys():
            raise NotChangeable
        if order and actor is None:
            orders.refuse_unasked(order, Order.kept(appointment.order), book)
        return slots.choose(book, wanted, pool_id, start, channel, moment)

    def attempt() -> Appointment:
        book = rulebook.settled()
        entries = _waiting_for(appointment) if order else []
        kept = rows.locked(appointment)
        before, was = Order.kept(kept.order), None
        changes = wanted != before or (kept.pool_id, kept.starts_at) != (pool_id, start)
        news = record if record and not records.says_the_same(kept, record) else None
        _refuse_unchangeable(kept, actor, record if changes or news else None, moment)
        if changes:
            was = _become(kept, choose(book), wanted, book, channel=channel, actor=actor, moment=moment)
            _wait_for(wanted, entries)
        other_address = news is not None and records.write(kept, news, actor)
        if changes and tell:
            mails.moved(kept, was=was, reason=reason)
        elif other_address:
            mails.confirmation(kept, again=True)
        return kept

    return slots.settle(
        attempt,
        lambda: slots.expire_overdue(moment, pool_id=pool_id, chosen=choose(rulebook.current())),
    )


def _refuse_unchangeable(
    kept: Appointment, actor: User | None, record: Record | None, moment: datetime
) -> None:
    if kept.state != State.CONFIRMED or (actor is None and kept.starts_at <= moment):
        raise NotChangeable
    if record is not None and record.seen != kept.sequence:
        raise ChangedMeanwhile(kept)


def _become(
    kept: Appointment,
    chosen: Chosen,
    wanted: Order,
    book: RuleBook,
    *,
    channel: str,
    actor: User | None,
    moment: datetime,
) -> datetime | None:
    """The new place taken and the old one given back; returns the earlier start, or None where time and office stay."""
    before, old_place = Order.kept(kept.order), kept.pool.office_id
    capacity.lock_both(_units(kept), chosen.pool.id, chosen.plan, chosen.first, chosen.length)
    slots.take(chosen, channel, besides=kept)
    old = (kept.pool_id, kept.starts_at, kept.ends_at)
    slots.put(kept, chosen, wanted, book)
    claims.move(book, wanted, kept, chosen.pool.place.id)
    moves = (old[1], old_place) != (kept.starts_at, chosen.pool.place.id)
    facts: dict[str, Any] = {"before": old[1].isoformat(), "pool": old[0]}
    if before != wanted:
        facts["order"] = [list(line) for line in before.lines]
    verb = "appointment moved" if moves else "appointment changed"
    audit.record(verb=verb, subject=kept, actor=actor, **facts)
    if not _overlaps(old, kept):
        pauses.keep_back(book, *old, moment)
    return old[1] if moves else None


def _waiting_for(appointment: Appointment) -> list[WaitingEntry]:
    """Who waits for something earlier than this visit, locked before the visit itself."""
    waiting = WaitingEntry.objects.filter(appointment=appointment, state=WaitingEntry.State.WAITING)
    return list(waiting.select_for_update(of=("self",)))


def _wait_for(order: Order, entries: list[WaitingEntry]) -> None:
    """Who waits for something earlier waits for what the visit is now."""
    (main, count), *further = order.lines
    for entry in entries:
        entry.count, entry.further = count, [list(line) for line in further]
        if entry.service_id != main:  # another matter: nobody asked for that earlier
            entry.state = WaitingEntry.State.LEFT
        entry.save(update_fields=["count", "further", "state"])


def _units(kept: Appointment) -> tuple[int, int, int]:
    """The pool that it takes a place of, the first unit and the one after the last."""
    return kept.pool_id, unit_of(kept.starts_at), unit_of(kept.ends_at)


def _overlaps(old: tuple[int, datetime, datetime], kept: Appointment) -> bool:
    return old[0] == kept.pool_id and old[1] < kept.ends_at and kept.starts_at < old[2]
