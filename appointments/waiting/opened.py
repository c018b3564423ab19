"""Times that became free without a cancellation: new hours, more counters, a day that can be booked from today.

Everybody sees them at once. Who waits is told too, as with a cancelled time: one after the other, each with a real hold.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from appointments.models import Appointment, Channel, Purpose, WaitingEntry, WaitingOffer
from appointments.pure.refusals import Refused
from appointments.pure.states import State
from appointments.times import orders, rulebook, search, slots
from appointments.times.orders import Order
from appointments.times.rules import RuleBook
from appointments.times.search import Slot
from appointments.visit import holding
from appointments.waiting import quiet, waitlist, wanted_times

BETWEEN_OFFERS = timedelta(days=1)  # who declined or slept is not written to again the same day
MOST_LOOKED_AT = 200  # times of one wish that were offered before or are too close
KEPT = timedelta(minutes=2)  # until it is an offer


def offer_opened(now: datetime) -> int:
    """Offer free times to those whom they suit, first come, first served. Returns how many offers left."""
    book, made = rulebook.current(), 0
    switches = book.switches
    if quiet.is_quiet(now.astimezone(book.zone).time(), switches.quiet_from, switches.quiet_until):
        return 0  # the free time stays public; no hurry at night
    in_vain: set[tuple[object, ...]] = set()
    for entry in _waiting(now):
        wanted = wanted_times.of(entry)
        before = entry.appointment.starts_at if entry.appointment else None
        wish = (tuple(wanted.lines), wanted.wish, wanted.first_day, wanted.last_day, before)
        if wish in in_vain:  # a full list mostly wants the same: one search for all of them
            continue
        try:
            order = orders.check(wanted.lines, book, channel=Channel.WEB, now=now)
        except Refused:
            continue
        slot = _first(order, book, entry, wanted, now)
        if slot is None and not entry.offers.exists():  # whom nothing was offered yet speaks for the others
            in_vain.add(wish)
        elif slot is None:
            continue
        elif _offer(order, book, slot, now):
            made += 1
    return made


def _waiting(now: datetime) -> Iterable[WaitingEntry]:
    offers = WaitingOffer.objects.filter(entry=OuterRef("pk"))
    return (
        WaitingEntry.objects.filter(state=WaitingEntry.State.WAITING, confirmed_at__isnull=False)
        .exclude(Exists(offers.filter(state=WaitingOffer.State.OPEN)))
        .exclude(Exists(offers.filter(offered_at__gt=now - BETWEEN_OFFERS)))
        .select_related("appointment")
        .prefetch_related("offices")
    )


def _first(
    order: Order, book: RuleBook, entry: WaitingEntry, wanted: wanted_times.Wanted, now: datetime
) -> Slot | None:
    """The earliest free time that suits the entry, leaves time to answer, and was not offered to it before."""
    soonest = now + slots.lead_of(order, book) + waitlist.LEAST_TO_ANSWER
    known = set(entry.offers.values_list("appointment__pool", "appointment__starts_at"))
    booked, looked = entry.appointment, 0
    if booked is not None and booked.state != State.CONFIRMED:
        return None
    for free in search.free_days(
        order, book, now=now, wish=wanted.wish, first_day=wanted.first_day, last_day=_last(wanted, booked)
    ):
        for slot in free.slots:
            looked += 1
            if looked > MOST_LOOKED_AT or (booked is not None and slot.start >= booked.starts_at):
                return None
            if slot.start > soonest and (slot.pool.id, slot.start) not in known:
                return slot
    return None


def _last(wanted: wanted_times.Wanted, booked: Appointment | None) -> date:
    return min(wanted.last_day, booked.day) if booked else wanted.last_day


def _offer(order: Order, book: RuleBook, slot: Slot, now: datetime) -> bool:
    """Keep the time and hand it to the list, which asks the first whom it suits; nobody: it is public again."""
    try:
        kept = holding.hold(
            order=order,
            pool_id=slot.pool.id,
            start=slot.start,
            purpose=Purpose.PAUSE,
            held_until=now + KEPT,
            now=now,
            book=book,
        )
    except Refused:
        return False
    if waitlist.offer_freed(pause=kept, now=now):
        return True
    Appointment.objects.filter(pk=kept.pk, state=State.HOLD, purpose=Purpose.PAUSE).update(
        state=State.EXPIRED
    )
    return False
