"""A held time becomes an appointment: at the press of the last button, or by the click in a mail."""

from datetime import datetime, timedelta

from django.utils import timezone

from appointments.fairness import contacts, hoarding
from appointments.letters import mails
from appointments.models import Appointment, Channel
from appointments.pure.refusals import AlreadyBooked, HoldOver, NoContact, NoLongerOffered
from appointments.pure.states import State
from appointments.times import rulebook, slots
from appointments.visit import rows
from portal import audit, links
from portal.models import User

# later the last button of an old page leads nowhere: others use this computer
PRESSED_TWICE = timedelta(minutes=10)


def confirm(*, appointment: Appointment, actor: User | None = None, now: datetime | None = None) -> str:
    """Turn a filled hold into an appointment and write the mail. Returns the token of the citizen's link.

    Pressed again within minutes, it gives a link to the same appointment and writes no second mail. Where a service asks for it, the appointment waits for a click in the mail first.
    """
    moment = now or timezone.now()
    return slots.settle(lambda: _confirm(appointment, actor, moment))


def _confirm(appointment: Appointment, actor: User | None, moment: datetime) -> str:
    book = rulebook.settled()
    kept = rows.locked(appointment)
    if kept.state in (State.UNCONFIRMED, State.CONFIRMED):
        if kept.confirmed_at is not None and kept.confirmed_at < moment - PRESSED_TWICE:
            raise AlreadyBooked(mail=bool(kept.email))
        return links.issue(subject=kept, purpose=mails.VISIT_LINK)
    if not rows.is_held(kept, moment):
        raise HoldOver
    if not slots.still_fits(book, kept):
        raise NoLongerOffered
    if kept.channel == Channel.WEB and not kept.contact_key:
        raise NoContact
    if kept.contact_key and kept.channel == Channel.WEB:
        hoarding.refuse_more_appointments(kept.contact_key, book.switches.open_limit, moment, besides=kept.pk)
    rules = book.services.get(kept.service_id or 0)
    asks = kept.must_confirm or (rules is not None and rules.asks_confirmation)
    if asks and kept.channel == Channel.WEB and kept.email:
        kept.state = State.UNCONFIRMED
        kept.held_until = moment + timedelta(minutes=book.switches.unconfirmed_minutes)
        kept.save(update_fields=["state", "held_until"])
        mails.ask_confirmation(kept)
    else:
        settle_confirmed(kept, moment, actor)
    return links.issue(subject=kept, purpose=mails.VISIT_LINK)


def confirm_address(
    *, appointment: Appointment, actor: User | None = None, now: datetime | None = None
) -> str:
    """The click in the confirmation mail, or a clerk who has the person on the phone; twice is harmless.

    Returns the token of the citizen's link.
    """
    moment = now or timezone.now()

    def attempt() -> str:
        kept = rows.locked(appointment)
        if kept.confirmed_at is None:
            if not rows.is_held(kept, moment, State.UNCONFIRMED):
                raise HoldOver
            settle_confirmed(kept, moment, actor)
        return links.issue(subject=kept, purpose=mails.VISIT_LINK)

    return slots.settle(attempt)


def correct_address(*, appointment: Appointment, email: str, now: datetime | None = None) -> None:
    """The address was mistyped: the question goes to another one, and the link that a stranger may have is dead.

    To the same address it goes once more: mails are lost, too.

    The time is kept no longer than it was promised.
    """
    moment = now or timezone.now()

    def attempt() -> None:
        kept = rows.locked(appointment)
        if kept.confirmed_at is not None:
            raise AlreadyBooked(mail=bool(kept.email))
        if not rows.is_held(kept, moment, State.UNCONFIRMED):
            raise HoldOver
        if kept.email == email:
            mails.ask_confirmation(kept, again=True)
            return
        mails.stop_asking(kept)
        kept.email, kept.contact_key = email, contacts.key_of(email, kept.phone)
        most = rulebook.current().switches.open_limit
        hoarding.refuse_more_appointments(kept.contact_key, most, moment, besides=kept.pk)
        kept.save(update_fields=["email", "contact_key"])
        audit.record(verb="address corrected", subject=kept)
        mails.ask_confirmation(kept, again=True)

    slots.settle(attempt)


def settle_confirmed(kept: Appointment, now: datetime, actor: User | None = None) -> None:
    """The last step of every booking: state, call number, audit, mail. The row must be locked."""
    kept.state, kept.confirmed_at, kept.held_until = State.CONFIRMED, now, None
    kept.desk_code = slots.free_desk_code(kept, kept.pool.letter)
    kept.save(update_fields=["state", "confirmed_at", "held_until", "desk_code"])
    audit.record(
        verb="appointment booked", subject=kept, actor=actor, channel=kept.channel, pool=kept.pool_id
    )
    mails.confirmation(kept)
