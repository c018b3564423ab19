"""A time is kept for somebody who types: hold, extend, renew, fill. A refusal undoes the whole command."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone

from appointments.fairness import contacts, hoarding
from appointments.models import Appointment, Channel, Child, Purpose
from appointments.pure.refusals import (
    AlreadyBooked,
    AlreadyExtended,
    HoldOver,
    NoContact,
    Outdated,
    Refused,
    SlotTaken,
)
from appointments.pure.states import State
from appointments.times import orders, rulebook, slots
from appointments.times.orders import Order
from appointments.times.rules import RuleBook
from appointments.times.slots import Chosen
from appointments.visit import rows

TYPED = ("name", "email", "phone", "birth_date", "contact_key", "answers", "documents", "must_confirm")


@dataclass(frozen=True, slots=True)
class Contact:
    """Who comes and how to reach them; one of e-mail and phone is enough. `documents`: hashes as `ready` makes them."""

    name: str = ""
    email: str = ""
    phone: str = ""
    birth_date: date | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    documents: Sequence[str] = ()


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
    fields["channel"], fields["created_at"] = channel, moment
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


def _same_wish(earlier: Appointment, chosen: Chosen, now: datetime) -> Appointment | None:
    """The form was sent before. The same time again: its first result. Another time: the earlier one is let go."""
    lives = rows.is_held(earlier, now)
    if (earlier.pool_id, earlier.starts_at) == (chosen.pool.id, chosen.starts_at):
        if earlier.state in (State.UNCONFIRMED, State.CONFIRMED):
            raise AlreadyBooked
        if lives:
            return earlier
    Appointment.objects.filter(pk=earlier.pk, state=State.HOLD).update(state=State.EXPIRED)
    return None


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
    if appointment.created_at <= moment - hoarding.HOLD_LIVES:  # a program would keep it for days
        raise HoldOver
    still_there = Appointment.objects.filter(pk=appointment.pk, state=State.HOLD, purpose=Purpose.VISIT)
    if still_there.update(held_until=until):  # run out, but nobody needed the place yet
        return rows.fresh(appointment)
    gone = rows.fresh(appointment)
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
        # they have been typing since then
        typed = {name: getattr(gone, name) for name in (*TYPED, "created_at")}
        Appointment.objects.filter(pk=kept.pk).update(**typed)
        Child.objects.filter(appointment=gone).update(appointment=kept)
    return rows.fresh(kept)


def fill(
    *, appointment: Appointment, contact: Contact, must_confirm: bool = False, now: datetime | None = None
) -> None:
    """Write the details on a held time; the citizen checks them before confirming."""
    moment = now or timezone.now()
    key = contacts.key_of(contact.email, contact.phone)
    if not key and appointment.channel == Channel.WEB:  # who stands at the desk needs neither mail nor phone
        raise NoContact

    def attempt() -> None:
        kept = rows.locked(appointment)
        if not rows.is_held(kept, moment):
            raise HoldOver
        if key and kept.channel == Channel.WEB:  # a clerk sees whom the fifth is for
            most = rulebook.current().switches.open_limit
            hoarding.refuse_more_appointments(key, most, moment, besides=kept.pk)
        note(kept, contact, contact_key=key, must_confirm=must_confirm)

    slots.settle(attempt)


def note(kept: Appointment, contact: Contact, **decided: Any) -> None:
    """Write what somebody typed; without `decided` it is only there to be shown again."""
    Appointment.objects.filter(pk=kept.pk).update(
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        birth_date=contact.birth_date,
        answers=contact.answers,
        documents=list(contact.documents),
        **decided,
    )


@transaction.atomic
def hand_on(*, old: Appointment, new: Appointment, now: datetime | None = None) -> bool:
    """What was typed for a time that was given back is offered again for the next one, and forgotten at the first.

    Only as long as the first time would have been kept: who sits down at this computer later finds nothing.
    """
    moment = now or timezone.now()
    given_back = Appointment.objects.filter(
        pk=old.pk,
        state=State.CANCELLED,
        purpose=Purpose.VISIT,
        confirmed_at=None,
        held_until__gt=moment,
    ).select_for_update()
    if not (source := given_back.first()) or source.pk == new.pk:
        return False
    typed = Contact(source.name, source.email, source.phone, source.birth_date, source.answers)
    note(new, typed)
    note(source, Contact(), contact_key="")
    Child.objects.filter(appointment=source).update(appointment=new)
    return True
