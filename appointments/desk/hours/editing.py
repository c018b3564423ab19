"""Editing hours with open eyes: apply, look who no longer fits, decide for each, undo within minutes.

The preview is the edit itself in a transaction that is rolled back, so that what it counts is what will happen.
"""

import logging
from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from appointments.desk.hours import edits
from appointments.desk.hours.edits import Edit
from appointments.desk.models import AffectedBooking, HoursChange
from appointments.models import Appointment, Channel, Purpose
from appointments.pure.availability import NO_PLAN, unit_of
from appointments.pure.refusals import Refused
from appointments.pure.seating import Seating
from appointments.pure.states import State
from appointments.times import capacity, rulebook, search
from appointments.times.orders import Order
from appointments.visit import changing
from portal import audit
from portal.models import Office, User

logger = logging.getLogger(__name__)

UNDO_WITHIN = timedelta(minutes=5)
# the worker looks each minute: so long after its time, nobody is at work
OVERDUE_AFTER = timedelta(minutes=5)
Wish = AffectedBooking.Wish
Outcome = AffectedBooking.Outcome


class EditedMeanwhile(Refused):
    """Somebody else edited the hours since the page was made."""

    sentence = gettext_lazy(
        "The hours were edited in the meantime: %(what)s, by %(who)s at %(time)s. Please look at them and begin again."
    )

    def __init__(self, change: HoursChange) -> None:
        super().__init__(change.pk)
        self.change = change

    def __str__(self) -> str:
        return str(self.sentence) % {
            "what": self.change.title,
            "who": self.change.actor or "–",
            "time": timezone.localtime(self.change.created_at).strftime("%H:%M"),
        }


class ChangedSince(Refused):
    """A later edit of the same weekly hours stands on this one."""

    sentence = gettext_lazy(
        "These weekly hours were edited again afterwards. Please undo the later edit first."
    )


class TooLateToUndo(Refused):
    sentence = gettext_lazy("The citizens are already being informed. Please edit the hours again instead.")


class _Rollback(Exception):
    """Leaves the preview's transaction."""


def preview(*, office: Office, edit: Edit, now: datetime | None = None) -> list[Appointment]:
    """Who would no longer fit, besides those who already don't. Nothing is kept."""
    found: list[Appointment] = []
    moment = now or timezone.now()
    others = _not_about(edit, office, moment)
    try:
        with transaction.atomic():
            edit.apply()
            found = [row for row in misfits(office, moment) if row.pk not in others]
            raise _Rollback
    except _Rollback:
        return found


def last_change(office: Office) -> int:
    """Which edit of the office's hours is the newest: a page remembers what it was made from."""
    return HoursChange.objects.filter(office=office).values_list("pk", flat=True).first() or 0


def must_be_newest(office: Office, seen: str | None) -> None:
    """Refuse a page that was made before somebody else edited the hours; a page that says nothing is a script's."""
    newest = HoursChange.objects.filter(office=office).select_related("actor").first()
    if seen and newest is not None and seen != str(newest.pk):
        raise EditedMeanwhile(newest)


@transaction.atomic
def change(
    *,
    office: Office,
    edit: Edit,
    actor: User,
    wishes: dict[int, str] | None = None,
    default: str = Wish.MOVE,
    told: str | None = None,
    now: datetime | None = None,
) -> HoursChange:
    """Make the edit at once; treat the affected bookings after the undo window, each as wished.

    `told` is the reason that citizens read in their mail, where it is another than the edit's own.
    """
    moment = now or timezone.now()
    others = _not_about(edit, office, moment)
    undo_data = edit.apply()
    made = HoursChange.objects.create(
        office=office,
        kind=edit.kind,
        title=edit.title,
        reason=edit.reason if told is None else told,
        undo_data=undo_data,
        actor=actor,
        runs_at=moment + UNDO_WITHIN,
    )
    affected = [row for row in misfits(office, moment) if row.pk not in others]
    AffectedBooking.objects.bulk_create(
        AffectedBooking(
            change=made, appointment=row, was_at=row.starts_at, wish=(wishes or {}).get(row.pk, default)
        )
        for row in affected
    )
    if not affected:
        HoursChange.objects.filter(pk=made.pk).update(finished_at=moment)
    _realign(office)
    audit.record(
        verb=f"hours {edit.kind}", subject=office, actor=actor, what=edit.title, affected=len(affected)
    )
    return made


@transaction.atomic
def undo(*, change: HoursChange, actor: User, now: datetime | None = None) -> None:
    """Put the rules back; possible until the first citizen is told. Twice is harmless."""
    moment = now or timezone.now()
    known = HoursChange.objects.select_for_update(of=("self",)).select_related("office").get(pk=change.pk)
    if known.undone_at is not None:
        return
    told = known.affected.exclude(outcome="").exists()
    if told or moment - known.created_at > UNDO_WITHIN:
        raise TooLateToUndo
    if "openings" in known.undo_data and _edited_after(known):
        raise ChangedSince
    edits.take_back(known)
    known.undone_at, known.finished_at = moment, None
    known.save(update_fields=["undone_at", "finished_at"])
    _realign(known.office)
    audit.record(verb="hours undone", subject=known.office, actor=actor, what=known.title)


def _edited_after(made: HoursChange) -> bool:
    later = HoursChange.objects.filter(office=made.office_id, pk__gt=made.pk, undone_at=None)
    return later.filter(undo_data__pool=made.undo_data["pool"]).exists()


def carry_out_due(now: datetime | None = None, limit: int = 200) -> int:
    """Treat the bookings of every change whose undo window is over; returns how many. May run twice."""
    moment, treated = now or timezone.now(), 0
    due = HoursChange.objects.filter(runs_at__lte=moment, finished_at=None, undone_at=None)
    for made in due.select_related("office").order_by("runs_at"):
        unfit = {row.pk for row in misfits(made.office, moment)}
        for pk in list(made.affected.filter(outcome="").values_list("pk", flat=True)[: limit - treated]):
            try:
                treated += _treat(pk, moment, unfit)
            except Exception:  # one booking must not keep the others waiting; the next minute tries it again
                logger.exception("the affected booking %s was not treated", pk)
        if not made.affected.filter(outcome="").exists():
            HoursChange.objects.filter(pk=made.pk, undone_at=None).update(finished_at=moment)
    return treated


@transaction.atomic
def _treat(pk: int, now: datetime, unfit: set[int]) -> int:
    row = (
        # an undo under way goes first
        AffectedBooking.objects.select_for_update(of=("self", "change"), skip_locked=True)
        .select_related("appointment__pool", "change")
        .filter(pk=pk, outcome="")
        .first()
    )
    if row is None or row.change.undone_at is not None:
        return 0
    row.outcome = _outcome(row, now, unfit)
    row.save(update_fields=["outcome"])
    return 1


def _outcome(row: AffectedBooking, now: datetime, unfit: set[int]) -> str:
    kept = row.appointment
    if kept.state not in (State.CONFIRMED, State.UNCONFIRMED) or kept.starts_at <= now:
        return Outcome.GONE
    if row.wish == Wish.KEEP or kept.pk not in unfit:  # or the office opens after all
        return Outcome.KEPT
    if row.wish == Wish.MOVE and kept.state == State.CONFIRMED and _moved(row, now):
        return Outcome.MOVED
    changing.cancel(appointment=kept, actor=row.change.actor, reason=row.change.reason, now=now, pause=False)
    return Outcome.CANCELLED


def _moved(row: AffectedBooking, now: datetime) -> bool:
    """Move to the first free day, there to the time of day nearest to the old one; False when there is none."""
    kept, book = row.appointment, rulebook.current()
    order = Order.kept(kept.order)
    if not order.services <= book.services.keys():
        return False
    wish = search.Wish(offices=frozenset({kept.pool.office_id}))
    first_day = max(kept.day, timezone.localdate(now))
    wanted = _time_of_day(timezone.localtime(kept.starts_at))
    found = search.free_days(order, book, now=now, channel=Channel.DESK, wish=wish, first_day=first_day)
    for free in found:
        for slot in sorted(free.slots, key=lambda slot: abs(_time_of_day(slot.local) - wanted)):
            try:
                with transaction.atomic():
                    changing.move(
                        appointment=kept,
                        pool_id=slot.pool.id,
                        start=slot.start,
                        actor=row.change.actor,
                        reason=row.change.reason,
                        now=now,
                    )
            except Refused:
                continue
            return True
        if free.day - kept.day > timedelta(days=60):
            break
    return False


def _time_of_day(local: datetime) -> int:
    """In minutes."""
    return 60 * local.hour + local.minute


def misfits(office: Office, now: datetime) -> list[Appointment]:
    """The coming bookings that the rules no longer have room for: of two, the one that booked later."""
    book = rulebook.current()
    booked = (
        Appointment.objects.filter(pool__office=office, starts_at__gt=now, purpose=Purpose.VISIT)
        .filter(Q(state=State.CONFIRMED) | Q(state=State.UNCONFIRMED))
        .select_related("pool", "service")
        .order_by("created_at", "pk")
    )
    seating: dict[int, Seating] = defaultdict(Seating)
    found = []
    for row in booked:
        pool = book.pools.get(row.pool_id)
        plan = pool.plan(row.day, Order.kept(row.order).services) if pool else NO_PLAN
        if not seating[row.pool_id].seat(plan, range(unit_of(row.starts_at), unit_of(row.ends_at))):
            found.append(row)
    return sorted(found, key=lambda row: (row.starts_at, row.pk))


def unattended(office: Office, now: datetime) -> list[Appointment]:
    """Bookings outside the hours for which nobody decided yet: rules were edited past the preview."""
    decided = AffectedBooking.objects.filter(change__office=office, change__undone_at=None)
    known = set(decided.filter(Q(outcome="") | Q(outcome=Outcome.KEPT)).values_list("appointment", flat=True))
    return [row for row in misfits(office, now) if row.pk not in known]


def _not_about(edit: Edit, office: Office, now: datetime) -> set[int]:
    """Who does not fit anyway, and whom this edit leaves as they are: a decision is about those of whom nobody decided yet."""
    unfit = {row.pk for row in misfits(office, now)}
    if edit.kind != HoursChange.Kind.DECIDED:
        return unfit
    return unfit - {row.pk for row in unattended(office, now)}


def _realign(office: Office) -> None:
    book = rulebook.current()
    capacity.realign(book, [pool for pool in book.pools.values() if pool.place.id == office.pk])
