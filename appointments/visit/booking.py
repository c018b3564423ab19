"""The commands of a visit: hold, extend, fill, confirm, cancel, move. A refusal undoes the whole command."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from appointments.fairness import contacts
from appointments.letters import mails
from appointments.models import Appointment, Channel, Child, Purpose
from appointments.pure.availability import unit_of
from appointments.pure.refusals import (
    AlreadyBooked,
    AlreadyExtended,
    HoldOver,
    NoContact,
    NoLongerOffered,
    NotChangeable,
    Outdated,
    Refused,
    SlotTaken,
    TooManyOpen,
)
from appointments.pure.states import NEXT, State
from appointments.times import capacity, claims, orders, rulebook, slots
from appointments.times.orders import Order
from appointments.times.rules import RuleBook
from appointments.times.slots import Chosen
from appointments.visit import pauses
from portal import audit, links
from portal.models import User

LINK = "appointment"  # purpose of the links in mails
PRESSED_TWICE = timedelta(
    minutes=10
)  # later the last button of an old page leads nowhere: others use this computer
TYPED = ("name", "email", "phone", "birth_date", "contact_key", "answers", "must_confirm")


@dataclass(frozen=True, slots=True)
class Contact:
    """Who comes and how to reach them; one of e-mail and phone is enough."""

    name: str = ""
    email: str = ""
    phone: str = ""
    birth_date: date | None = None
    answers: dict[str, Any] = field(default_factory=dict)


def hold(
    *,
    order: Order,
    pool_id: int,
    start: datetime,
    channel: str = Channel.WEB,
    language: str = "de",
    form_key: UUID | None = None,
    client_key: str = "",
    purpose: str = Purpose.VISIT,
    held_until: datetime | None = None,
    now: datetime | None = None,
    book: RuleBook | None = None,
) -> Appointment:
    """Keep one place at `pool_id` from `start` (aware) for the length of `order`, for ten minutes.

    The same `form_key` again returns what it held the first time: citizens press twice.
    """
    moment = now or timezone.now()
    known = book or rulebook.at_hand()  # a page that has just read the rules hands them on
    attempt = partial(_hold, order, pool_id, start, moment, form_key, channel=channel, held_until=held_until)
    while True:
        try:
            return attempt(known, language=language, client_key=client_key, purpose=purpose)
        except (Outdated, Refused):
            standing = rulebook.current()
            if standing is known:
                raise
            known = standing


def _hold(
    order: Order,
    pool_id: int,
    start: datetime,
    moment: datetime,
    form_key: UUID | None,
    book: RuleBook,
    *,
    channel: str,
    held_until: datetime | None,
    **fields: Any,
) -> Appointment:
    """Hold by the rules of `book`; raises `Outdated` when they were changed meanwhile."""
    chosen = slots.choose(book, order, pool_id, start, channel, moment)
    fields["channel"] = channel
    fields["held_until"] = held_until or moment + timedelta(minutes=book.switches.hold_minutes)
    at_once = slots.fits_one_statement(chosen, order, book)

    def attempt() -> Appointment:
        if at_once:
            return slots.insert_at_once(chosen, order, book, form_key=form_key, **fields)
        if rulebook.current() is not book:
            raise Outdated
        slots.take(chosen, channel)
        return slots.insert(chosen, order, book, form_key=form_key, **fields)

    for _again in range(9):
        try:
            return slots.settle(
                attempt,
                lambda: slots.expire_overdue(moment, pool_id=pool_id, chosen=chosen),
                one_statement=at_once,
            )
        except (IntegrityError, SlotTaken):
            earlier = Appointment.objects.filter(form_key=form_key).first() if form_key else None
            if earlier is None:
                raise
            if same := _same_wish(earlier, chosen, moment):
                return same
            form_key = uuid5(earlier.form_key or NAMESPACE_OID, str(earlier.pk))
    raise SlotTaken


def extend(*, appointment: Appointment, now: datetime | None = None) -> datetime:
    """Keep a held time for as long again, once (WCAG 2.2.1). Returns the new end."""
    moment = now or timezone.now()
    until = moment + timedelta(minutes=rulebook.switches().hold_minutes)
    living = Appointment.objects.filter(pk=appointment.pk, state=State.HOLD, held_until__gt=moment)
    if living.filter(hold_extended=False).update(held_until=until, hold_extended=True):
        return until
    raise AlreadyExtended if living.exists() else HoldOver


def renew(*, appointment: Appointment, now: datetime | None = None) -> Appointment:
    """The same time once more for somebody who needed longer than the hold, with what was typed; refused when it is gone."""
    moment = now or timezone.now()
    until = moment + timedelta(minutes=rulebook.switches().hold_minutes)
    still_there = Appointment.objects.filter(pk=appointment.pk, state=State.HOLD, purpose=Purpose.VISIT)
    if still_there.update(held_until=until):  # run out, but nobody needed the place yet
        return _fresh(appointment)
    gone = _fresh(appointment)
    if gone.state != State.EXPIRED or not gone.order:
        raise HoldOver
    book = rulebook.current()
    lines = [(int(pk), int(count)) for pk, count, _name in gone.order]
    order = orders.check(lines, book, channel=gone.channel, now=moment)
    with transaction.atomic():
        kept = hold(
            order=order,
            pool_id=gone.pool_id,
            start=gone.starts_at,
            channel=gone.channel,
            language=gone.language,
            client_key=gone.client_key,
            now=moment,
        )
        typed = {name: getattr(gone, name) for name in TYPED}
        Appointment.objects.filter(pk=kept.pk).update(**typed)
        Child.objects.filter(appointment=gone).update(appointment=kept)
    return _fresh(kept)


def fill(
    *, appointment: Appointment, contact: Contact, must_confirm: bool = False, now: datetime | None = None
) -> None:
    """Write the details on a held time; the citizen checks them before confirming."""
    moment = now or timezone.now()
    key = contacts.key_of(contact.email, contact.phone)
    if not key and appointment.channel == Channel.WEB:  # who stands at the desk needs neither mail nor phone
        raise NoContact

    def attempt() -> None:
        kept = _locked(appointment)
        if not _is_held(kept, moment):
            raise HoldOver
        if key:
            _refuse_too_many(key, moment, besides=kept.pk)
        Appointment.objects.filter(pk=kept.pk).update(
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            birth_date=contact.birth_date,
            answers=contact.answers,
            contact_key=key,
            must_confirm=must_confirm,
        )

    slots.settle(attempt)


def confirm(*, appointment: Appointment, now: datetime | None = None) -> str:
    """Turn a filled hold into an appointment and write the mail. Returns the token of the citizen's link.

    Pressed again within minutes, it gives a link to the same appointment and writes no second mail. Where a service asks for it, the appointment waits for a click in the mail first.
    """
    moment = now or timezone.now()
    return slots.settle(lambda: _confirm(appointment, moment))


def _confirm(appointment: Appointment, moment: datetime) -> str:
    book = rulebook.settled()
    kept = _locked(appointment)
    if kept.state in (State.UNCONFIRMED, State.CONFIRMED):
        if kept.confirmed_at is not None and kept.confirmed_at < moment - PRESSED_TWICE:
            raise AlreadyBooked
        return links.issue(subject=kept, purpose=LINK)
    if not _is_held(kept, moment):
        raise HoldOver
    if not slots.still_fits(book, kept):
        raise NoLongerOffered
    if kept.channel == Channel.WEB and not kept.contact_key:
        raise NoContact
    if kept.contact_key:
        _refuse_too_many(kept.contact_key, moment, besides=kept.pk)
    rules = book.services.get(kept.service_id or 0)
    asks = kept.must_confirm or (rules is not None and rules.asks_confirmation)
    if asks and kept.channel == Channel.WEB and kept.email:
        kept.state = State.UNCONFIRMED
        kept.held_until = moment + timedelta(minutes=book.switches.unconfirmed_minutes)
        kept.save(update_fields=["state", "held_until"])
        mails.ask_confirmation(kept)
    else:
        settle_confirmed(kept, moment)
    return links.issue(subject=kept, purpose=LINK)


def confirm_address(*, appointment: Appointment, now: datetime | None = None) -> bool:
    """The click in the confirmation mail. Twice is harmless; returns whether it changed something."""
    moment = now or timezone.now()

    def attempt() -> bool:
        kept = _locked(appointment)
        if kept.state in (State.CONFIRMED, State.ARRIVED, State.CALLED, State.SERVING, State.DONE):
            return False
        if not _is_held(kept, moment, State.UNCONFIRMED):
            raise HoldOver
        settle_confirmed(kept, moment)
        return True

    return slots.settle(attempt)


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
    kept = _locked(appointment)
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


def move(
    *,
    appointment: Appointment,
    pool_id: int,
    start: datetime,
    actor: User | None = None,
    now: datetime | None = None,
    tell: bool = True,
) -> Appointment:
    """Take the new time and release the old one in one step: nobody ends up with neither."""
    moment = now or timezone.now()
    order = Order(tuple((int(line[0]), int(line[1])) for line in appointment.order))
    channel = Channel.DESK if actor else appointment.channel

    def choose(book: RuleBook) -> Chosen:
        if not order.services <= book.services.keys():
            raise NotChangeable
        return slots.choose(book, order, pool_id, start, channel, moment)

    def attempt() -> Appointment:
        book = rulebook.settled()
        chosen = choose(book)
        kept = _locked(appointment)
        if kept.state != State.CONFIRMED or (actor is None and kept.starts_at <= moment):
            raise NotChangeable
        if (kept.pool_id, kept.starts_at) == (pool_id, start):
            return kept
        capacity.lock_both(
            (kept.pool_id, unit_of(kept.starts_at), unit_of(kept.ends_at)),
            pool_id,
            chosen.plan,
            chosen.first,
            chosen.length,
        )
        slots.take(chosen, channel, besides=kept)
        old = (kept.pool_id, kept.starts_at, kept.ends_at)
        slots.put(kept, chosen, book)
        claims.move(book, order, kept, chosen.pool.place.id)
        before = {"before": old[1].isoformat(), "pool": old[0]}
        audit.record(verb="appointment moved", subject=kept, actor=actor, **before)
        if not _overlaps(old, kept):
            pauses.keep_back(book, *old, moment)
        if tell:
            mails.moved(kept)
        return kept

    return slots.settle(
        attempt,
        lambda: slots.expire_overdue(moment, pool_id=pool_id, chosen=choose(rulebook.current())),
    )


def give_back_offer(kept: Appointment, now: datetime) -> None:
    """An offer was not taken: free its place and keep it back again, so that the next on the list is asked."""
    changed = Appointment.objects.filter(pk=kept.pk, state=State.HOLD).update(state=State.EXPIRED)
    if changed or kept.state == State.EXPIRED:
        pauses.keep_back(rulebook.current(), kept.pool_id, kept.starts_at, kept.ends_at, now)


def settle_confirmed(kept: Appointment, now: datetime) -> None:
    """The last step of every booking: state, call number, audit, mail. The row must be locked."""
    kept.state, kept.confirmed_at, kept.held_until = State.CONFIRMED, now, None
    kept.desk_code = slots.free_desk_code(kept, kept.pool.letter)
    kept.save(update_fields=["state", "confirmed_at", "held_until", "desk_code"])
    audit.record(verb="appointment booked", subject=kept, channel=kept.channel, pool=kept.pool_id)
    mails.confirmation(kept)


def _locked(appointment: Appointment) -> Appointment:
    """The row as it is now, locked; the caller's copy may be old."""
    return (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("pool__office")
        .get(pk=appointment.pk)
    )


def _fresh(appointment: Appointment) -> Appointment:
    return Appointment.objects.select_related("pool__office").get(pk=appointment.pk)


def _is_held(kept: Appointment, now: datetime, state: State = State.HOLD) -> bool:
    return kept.state == state and kept.held_until is not None and kept.held_until > now


def _same_wish(earlier: Appointment, chosen: Chosen, now: datetime) -> Appointment | None:
    """The form was sent before. The same time again: its first result. Another time: the earlier one is let go."""
    lives = earlier.state == State.HOLD and earlier.held_until is not None and earlier.held_until > now
    if (earlier.pool_id, earlier.starts_at) == (chosen.pool.id, chosen.starts_at):
        if earlier.state in (State.UNCONFIRMED, State.CONFIRMED):
            raise AlreadyBooked
        if lives:
            return earlier
    Appointment.objects.filter(pk=earlier.pk, state=State.HOLD).update(state=State.EXPIRED)
    return None


def _refuse_too_many(key: str, now: datetime, *, besides: int) -> None:
    with connection.cursor() as cursor:  # two tabs of one person queue here
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"appointments.contact:{key}"])
    open_ones = Appointment.objects.filter(
        contact_key=key, starts_at__gt=now, state__in=[State.UNCONFIRMED, State.CONFIRMED]
    ).exclude(pk=besides)
    limit = rulebook.current().switches.open_limit
    if open_ones.count() >= limit:
        raise TooManyOpen(limit)


def _overlaps(old: tuple[int, datetime, datetime], kept: Appointment) -> bool:
    return old[0] == kept.pool_id and old[1] < kept.ends_at and kept.starts_at < old[2]
