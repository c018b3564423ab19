"""The waiting list: a freed time is offered to one person at a time, as a real hold.

A cancelled near time is kept by a `pause` (see `pauses`). `offer_freed` turns it into an `offer` for the first who
fits; declined or not answered, it goes to the next. When nobody fits, the pause runs out and everybody can book.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from appointments.fairness import contacts
from appointments.letters.mails import VISIT_LINK
from appointments.models import Appointment, Channel, Child, Purpose, WaitingEntry, WaitingOffer
from appointments.pure.availability import free_starts
from appointments.pure.refusals import NotChangeable, OfferOver, Refused
from appointments.pure.states import State
from appointments.times import capacity, orders, rulebook, slots
from appointments.times.orders import Order
from appointments.times.rules import RuleBook
from appointments.visit import booking, changing, enrolment, holding
from appointments.visit.enrolment import ChildData
from appointments.visit.holding import Contact
from appointments.waiting import mails, quiet, wanted_times
from appointments.waiting.wanted_times import Wanted
from portal import audit, links

LEAST_TO_ANSWER = timedelta(minutes=15)


class NoLongerWaiting(Refused):
    """Left the list in this moment."""


@transaction.atomic
def join(
    *,
    wanted: Wanted,
    name: str,
    email: str,
    language: str,
    appointment: Appointment | None = None,
    now: datetime | None = None,
) -> WaitingEntry:
    """Put somebody on the list and ask for a click in the mail.

    Whoever is on it already changes the wishes by such a click too: others may know the address. Only the link of an
    appointment (`appointment`) has shown that it is theirs.
    """
    moment = now or timezone.now()
    book = rulebook.current()
    orders.check(wanted.lines, book, channel=Channel.WEB, now=moment)
    key = contacts.normal_email(email)
    entry = (
        WaitingEntry.objects.select_for_update()
        .filter(service_id=wanted.service_id, contact_key=key, state=WaitingEntry.State.WAITING)
        .first()
    ) or WaitingEntry(service_id=wanted.service_id, contact_key=key)
    if entry.confirmed_at is not None and appointment is None:
        entry.proposed = {"name": name, "language": language, "wanted": wanted.packed()}
        entry.save(update_fields=["proposed"])
        mails.ask_confirmation(entry)
        return entry
    wanted.write_on(entry)
    entry.name, entry.email, entry.language, entry.appointment = name, email, language, appointment
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError:  # the same form twice at once: the other one won, and that is fine
        return WaitingEntry.objects.get(
            service_id=wanted.service_id, contact_key=key, state=WaitingEntry.State.WAITING
        )
    entry.offices.set(wanted.offices)
    if appointment is None:
        mails.ask_confirmation(entry)
    return entry


@transaction.atomic
def ask_earlier(*, appointment: Appointment, now: datetime | None = None) -> WaitingEntry:
    """Put somebody who has an appointment on the list for an earlier one; taking it gives the later one back.

    No click in a mail: who holds the appointment's link has shown that the address is theirs.
    """
    moment = now or timezone.now()
    today = moment.astimezone(rulebook.local_zone()).date()
    if not appointment.email or not appointment.order or appointment.state != State.CONFIRMED:
        raise NotChangeable
    (service_id, count, _name), *further = appointment.order
    wanted = Wanted(
        service_id=int(service_id),
        count=int(count),
        first_day=today,
        last_day=appointment.day,
        further=tuple((int(pk), int(n)) for pk, n, _name in further),
    )
    entry = join(
        wanted=wanted,
        name=appointment.name,
        email=appointment.email,
        language=appointment.language,
        appointment=appointment,
        now=moment,
    )
    confirm_entry(entry=entry, now=moment)
    return entry


@transaction.atomic
def confirm_entry(*, entry: WaitingEntry, seal: str = "", now: datetime | None = None) -> bool:
    """The click in the mail: from now on this person is offered times, or times that suit the new wishes.

    `seal` is that of the proposed wishes that were shown. Twice is harmless.
    """
    kept = WaitingEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if kept.state != WaitingEntry.State.WAITING:
        return False
    if kept.confirmed_at is None:
        kept.confirmed_at = now or timezone.now()
        kept.save(update_fields=["confirmed_at"])
        audit.record(verb="waiting list joined", subject=entry)
        return True
    if kept.proposed is None or seal != wanted_times.seal_of(kept):
        return False
    wanted = Wanted.unpacked(kept.proposed["wanted"])
    wanted.write_on(kept)
    kept.name, kept.language, kept.proposed = kept.proposed["name"], kept.proposed["language"], None
    kept.save()
    kept.offices.set(wanted.offices)
    audit.record(verb="waiting list wishes changed", subject=entry)
    return True


def leave(*, entry: WaitingEntry, now: datetime | None = None) -> bool:
    """Off the list; an open offer goes to the next. Twice is harmless."""

    def attempt() -> bool:
        changed = WaitingEntry.objects.filter(pk=entry.pk, state=WaitingEntry.State.WAITING).update(
            state=WaitingEntry.State.LEFT
        )
        for offer in WaitingOffer.objects.filter(entry=entry, state=WaitingOffer.State.OPEN):
            decline(offer=offer, now=now)
        if changed:
            audit.record(verb="waiting list left", subject=entry)
        return bool(changed)

    return slots.settle(attempt)


def entries_of(appointment: Appointment) -> QuerySet[WaitingEntry]:
    """The entries that wait for something earlier than this appointment."""
    return WaitingEntry.objects.filter(appointment=appointment, state=WaitingEntry.State.WAITING)


def offer_freed(*, pause: Appointment, now: datetime | None = None) -> WaitingOffer | None:
    """Offer the place that `pause` keeps to the first on the list whom it suits; None when there is nobody."""
    moment = now or timezone.now()
    book = rulebook.current()
    entries = _fitting(pause, book, moment)
    # whoever cannot be asked is left out and the next one read: hundreds may want what this gap is too short for
    while entry := entries.first():
        try:
            order = orders.check(entry.lines, book, channel=Channel.WEB, now=moment)
            return slots.settle(partial(_offer, pause, entry, order, book, moment))
        except (NoLongerWaiting, IntegrityError):
            entries = entries.exclude(pk=entry.pk)  # off the list, or offered something else in this moment
        except Refused:
            entries = entries.exclude(service=entry.service_id, count=entry.count, further=entry.further)
    return None


def accept(
    *,
    offer: WaitingOffer,
    told: Contact | None = None,
    children: list[ChildData] | None = None,
    now: datetime | None = None,
) -> str:
    """Take the offered time. Returns the token of the citizen's link; a second click finds the offer used.

    `told` and `children` are what the service asks besides: the waiting list knows but a name and an address.
    """
    moment = now or timezone.now()
    return slots.settle(lambda: _accept(offer, told, children or [], moment))


def _accept(offer: WaitingOffer, told: Contact | None, children: list[ChildData], moment: datetime) -> str:
    book = rulebook.settled()
    entry = WaitingEntry.objects.select_for_update(of=("self",)).get(pk=offer.entry_id)
    kept = Appointment.objects.select_for_update().get(pk=offer.appointment_id)
    living = WaitingOffer.objects.filter(pk=offer.pk, state=WaitingOffer.State.OPEN, expires_at__gt=moment)
    if not living.update(state=WaitingOffer.State.TAKEN) or kept.state != State.HOLD:
        raise OfferOver
    if not slots.still_fits(book, kept):
        raise OfferOver
    WaitingEntry.objects.filter(pk=entry.pk).update(state=WaitingEntry.State.SERVED)
    kept.purpose = Purpose.VISIT
    kept.save(update_fields=["purpose"])
    if entry.appointment is not None:
        _take_along(entry.appointment, kept)
    elif told is not None:
        holding.note(kept, told)
        enrolment.register(appointment=kept, children=children)
    booking.settle_confirmed(kept, moment)
    if entry.appointment is not None:
        with suppress(NotChangeable):  # over meanwhile: nothing to give back
            changing.cancel(appointment=entry.appointment, now=moment)
    return links.issue(subject=kept, purpose=VISIT_LINK)


def _take_along(earlier: Appointment, kept: Appointment) -> None:
    """The visit that is given up for this one knows already what the service asks: birth date, answers, children."""
    told = {name: getattr(earlier, name) for name in ("phone", "birth_date", "answers", "documents")}
    Appointment.objects.filter(pk=kept.pk).update(**told)
    Child.objects.filter(appointment=earlier).update(appointment=kept)


def decline(*, offer: WaitingOffer, now: datetime | None = None) -> bool:
    """Not this one: the next person is asked, the entry stays on the list. Twice is harmless."""
    return _close(offer, WaitingOffer.State.DECLINED, now or timezone.now())


def _close(offer: WaitingOffer, state: WaitingOffer.State, moment: datetime) -> bool:
    """End an offer that was not taken; its time goes to the next. False when it was answered before."""

    def attempt() -> bool:
        kept = Appointment.objects.select_for_update().get(pk=offer.appointment_id)
        changed = WaitingOffer.objects.filter(pk=offer.pk, state=WaitingOffer.State.OPEN).update(state=state)
        if changed:
            changing.give_back_offer(kept, moment)
        return bool(changed)

    return slots.settle(attempt)


def lapse(now: datetime | None = None) -> int:
    """Offers nobody answered go to the next person; entries whose last day passed end. Returns how many lapsed."""
    moment = now or timezone.now()
    over = WaitingOffer.objects.filter(state=WaitingOffer.State.OPEN, expires_at__lte=moment)
    lapsed = sum(_close(offer, WaitingOffer.State.LAPSED, moment) for offer in over)
    today = moment.astimezone(rulebook.local_zone()).date()
    WaitingEntry.objects.filter(state=WaitingEntry.State.WAITING, last_day__lt=today).update(
        state=WaitingEntry.State.ENDED
    )
    return lapsed


def _fitting(pause: Appointment, book: RuleBook, now: datetime) -> QuerySet[WaitingEntry]:
    """Confirmed entries whom this time suits, in their order, without those who have an open offer or declined it."""
    pool = book.pools.get(pause.pool_id)
    if pool is None or pause.state != State.HOLD or pause.purpose != Purpose.PAUSE:
        return WaitingEntry.objects.none()
    local = pause.starts_at.astimezone(book.zone)
    offers = WaitingOffer.objects.filter(entry=OuterRef("pk"))
    return (
        WaitingEntry.objects.filter(
            Q(offices=None) | Q(offices=pool.place.id),
            Q(weekdays=[]) | Q(weekdays__contains=[local.weekday()]),
            Q(from_time=None) | Q(from_time__lte=local.time()),
            Q(until_time=None) | Q(until_time__gt=local.time()),
            Q(appointment=None)
            | Q(appointment__state=State.CONFIRMED, appointment__starts_at__gt=pause.starts_at),
            state=WaitingEntry.State.WAITING,
            confirmed_at__isnull=False,
            service_id__in=pool.bases.keys(),
            first_day__lte=local.date(),
            last_day__gte=local.date(),
        )
        .exclude(Exists(offers.filter(state=WaitingOffer.State.OPEN)))
        .exclude(
            Exists(offers.filter(appointment__starts_at=pause.starts_at, appointment__pool=pause.pool_id))
        )
        .select_related("service__service", "appointment")
    )


def _offer(
    pause: Appointment, entry: WaitingEntry, order: Order, book: RuleBook, now: datetime
) -> WaitingOffer:
    """Turn the pause into a hold for this entry, as long as their visit needs, and write the mail."""
    until = quiet.deadline(
        now,
        book.switches.offer_minutes,
        book.switches.quiet_from,
        book.switches.quiet_until,
        book.zone,
    )
    until = min(until, pause.starts_at - slots.lead_of(order, book))
    if until - now < LEAST_TO_ANSWER:
        raise NotChangeable
    waits = WaitingEntry.objects.select_for_update(of=("self",)).filter(
        pk=entry.pk, state=WaitingEntry.State.WAITING
    )
    if not waits:
        raise NoLongerWaiting
    kept = Appointment.objects.select_for_update().get(pk=pause.pk)
    if kept.state != State.HOLD or kept.purpose != Purpose.PAUSE:
        raise NotChangeable
    chosen = slots.choose(book, order, kept.pool_id, kept.starts_at, Channel.WEB, now)
    load = capacity.lock(kept.pool_id, chosen.plan, chosen.first, chosen.length)
    capacity.leave_out_visit(load, kept)
    if not free_starts(
        chosen.plan, load, chosen.length, earliest=chosen.first, public=True, among=[chosen.first]
    ):
        raise NotChangeable
    kept.ends_at, kept.held_until, kept.purpose = chosen.ends_at, until, Purpose.OFFER
    kept.service_id, kept.order = order.main, order.snapshot(book)
    kept.name, kept.email, kept.language = entry.name, entry.email, entry.language
    kept.contact_key = entry.contact_key
    kept.save()
    offer = WaitingOffer.objects.create(entry=entry, appointment=kept, freed_at=now, expires_at=until)
    mails.offer(offer)
    return offer
