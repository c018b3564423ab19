"""Editing hours with open eyes: apply, look who no longer fits, decide for each, undo within minutes.

The preview is the edit itself in a transaction that is rolled back, so that what it counts is what will happen.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments import booking, capacity, rulebook, search
from appointments.availability import unit_of
from appointments.desk.models import AffectedBooking, HoursChange
from appointments.models import Absence, Appointment, Channel, Opening, Pool, Purpose
from appointments.orders import Order
from appointments.refusals import Refused
from appointments.states import State
from portal import audit
from portal.models import Closure, Office, User

UNDO_WITHIN = timedelta(minutes=5)
Wish = AffectedBooking.Wish
Outcome = AffectedBooking.Outcome


class AlreadyClosed(Refused):
    sentence = gettext_lazy("The office is already closed on these days. Nothing was changed.")


class TooLateToUndo(Refused):
    sentence = gettext_lazy("The citizens are already being informed. Please edit the hours again instead.")


@dataclass(frozen=True)
class Edit:
    """A change of rules as plain values: `apply` writes it and returns how to take it back."""

    kind: HoursChange.Kind
    title: str
    reason: str
    apply: Callable[[], dict[str, Any]]


class _Rollback(Exception):
    """Leaves the preview's transaction."""


def closure(*, office: Office, first_day: date, last_day: date, reason: str) -> Edit:
    """The office is closed on whole days. The second time is refused: nothing happens twice."""

    def apply() -> dict[str, Any]:
        Office.objects.select_for_update().get(pk=office.pk)
        if Closure.objects.filter(office=office, first_day__lte=first_day, last_day__gte=last_day).exists():
            raise AlreadyClosed
        made = Closure.objects.create(office=office, first_day=first_day, last_day=last_day, reason=reason)
        return {"closure": made.pk}

    title = _("Closed %(first)s to %(last)s") % {
        "first": date_format(first_day, "SHORT_DATE_FORMAT"),
        "last": date_format(last_day, "SHORT_DATE_FORMAT"),
    }
    return Edit(HoursChange.Kind.CLOSURE, title, reason, apply)


def absence(*, pool: Pool, starts_at: datetime, ends_at: datetime, places: int, note: str) -> Edit:
    """So many counters of a pool are not staffed for a while."""

    def apply() -> dict[str, Any]:
        made = Absence.objects.create(
            pool=pool, starts_at=starts_at, ends_at=ends_at, places=places, note=note
        )
        return {"absence": made.pk}

    title = _("%(pool)s: %(places)s counters missing from %(start)s") % {
        "pool": pool.name,
        "places": places,
        "start": date_format(timezone.localtime(starts_at), "SHORT_DATETIME_FORMAT"),
    }
    return Edit(HoursChange.Kind.ABSENCE, title, note, apply)


def openings(*, pool: Pool, save: Callable[[], Any]) -> Edit:
    """The weekly hours of a pool; `save` writes the rows that the editor's form holds."""

    def apply() -> dict[str, Any]:
        before = [_snapshot(row) for row in Opening.objects.filter(pool=pool).prefetch_related("services")]
        save()
        return {"pool": pool.pk, "openings": before}

    return Edit(HoursChange.Kind.OPENINGS, _("%(pool)s: weekly hours") % {"pool": pool.name}, "", apply)


def preview(*, office: Office, edit: Edit, now: datetime | None = None) -> list[Appointment]:
    """Who would no longer fit. Nothing is kept."""
    found: list[Appointment] = []
    try:
        with transaction.atomic():
            edit.apply()
            found = misfits(office, now or timezone.now())
            raise _Rollback
    except _Rollback:
        return found


@transaction.atomic
def change(
    *,
    office: Office,
    edit: Edit,
    actor: User,
    wishes: dict[int, str] | None = None,
    default: str = Wish.MOVE,
    now: datetime | None = None,
) -> HoursChange:
    """Make the edit at once; treat the affected bookings after the undo window, each as wished."""
    moment = now or timezone.now()
    fitting_before = {row.pk for row in misfits(office, moment)}
    undo_data = edit.apply()
    made = HoursChange.objects.create(
        office=office,
        kind=edit.kind,
        title=edit.title,
        reason=edit.reason,
        undo_data=undo_data,
        actor=actor,
        runs_at=moment + UNDO_WITHIN,
    )
    affected = [row for row in misfits(office, moment) if row.pk not in fitting_before]
    AffectedBooking.objects.bulk_create(
        AffectedBooking(change=made, appointment=row, wish=(wishes or {}).get(row.pk, default))
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
    _take_back(known)
    known.undone_at, known.finished_at = moment, None
    known.save(update_fields=["undone_at", "finished_at"])
    _realign(known.office)
    audit.record(verb="hours undone", subject=known.office, actor=actor, what=known.title)


def carry_out_due(now: datetime | None = None, limit: int = 200) -> int:
    """Treat the bookings of every change whose undo window is over; returns how many. May run twice."""
    moment, treated = now or timezone.now(), 0
    due = HoursChange.objects.filter(runs_at__lte=moment, finished_at=None, undone_at=None)
    for made in due.order_by("runs_at"):
        for pk in list(made.affected.filter(outcome="").values_list("pk", flat=True)[: limit - treated]):
            treated += _treat(pk, moment)
        if not made.affected.filter(outcome="").exists():
            HoursChange.objects.filter(pk=made.pk, undone_at=None).update(finished_at=moment)
    return treated


@transaction.atomic
def _treat(pk: int, now: datetime) -> int:
    row = (
        AffectedBooking.objects.select_for_update(
            of=("self", "change"), skip_locked=True
        )  # an undo under way goes first
        .select_related("appointment__pool", "change")
        .filter(pk=pk, outcome="")
        .first()
    )
    if row is None or row.change.undone_at is not None:
        return 0
    row.outcome = _outcome(row, now)
    row.save(update_fields=["outcome"])
    return 1


def _outcome(row: AffectedBooking, now: datetime) -> str:
    kept = row.appointment
    if kept.state not in (State.CONFIRMED, State.UNCONFIRMED) or kept.starts_at <= now:
        return Outcome.GONE
    if row.wish == Wish.KEEP:
        return Outcome.KEPT
    if row.wish == Wish.MOVE and kept.state == State.CONFIRMED and _moved(row, now):
        return Outcome.MOVED
    booking.cancel(appointment=kept, actor=row.change.actor, reason=row.change.reason, now=now, pause=False)
    return Outcome.CANCELLED


def _moved(row: AffectedBooking, now: datetime) -> bool:
    """Move to the free time nearest to the old one, after it if possible; False when there is none."""
    kept, book = row.appointment, rulebook.current()
    order = Order(tuple((int(line[0]), int(line[1])) for line in kept.order))
    if not order.services <= book.services.keys():
        return False
    wish = search.Wish(offices=frozenset({kept.pool.office_id}))
    first_day = max(kept.day, timezone.localdate(now))
    found = search.free_days(order, book, now=now, channel=Channel.DESK, wish=wish, first_day=first_day)
    for free in found:
        for slot in free.slots:
            try:
                with transaction.atomic():
                    booking.move(
                        appointment=kept,
                        pool_id=slot.pool.id,
                        start=slot.start,
                        actor=row.change.actor,
                        now=now,
                    )
            except Refused:
                continue
            return True
        if free.day - kept.day > timedelta(days=60):
            break
    return False


def misfits(office: Office, now: datetime) -> list[Appointment]:
    """The coming bookings that the rules no longer have room for: of two, the one that booked later."""
    book = rulebook.current()
    booked = (
        Appointment.objects.filter(pool__office=office, starts_at__gt=now, purpose=Purpose.VISIT)
        .filter(Q(state=State.CONFIRMED) | Q(state=State.UNCONFIRMED))
        .select_related("pool", "service")
        .order_by("created_at", "pk")
    )
    used: dict[tuple[int, int], int] = defaultdict(int)
    found = []
    for row in booked:
        keys = [(row.pool_id, unit) for unit in range(unit_of(row.starts_at), unit_of(row.ends_at))]
        pool = book.pools.get(row.pool_id)
        places = (
            capacity.places_at(book, pool, [unit for _pool, unit in keys]) if pool else [(0, 0)] * len(keys)
        )
        if all(used[key] < room for key, (room, _public) in zip(keys, places, strict=True)):
            for key in keys:
                used[key] += 1
        else:
            found.append(row)
    return sorted(found, key=lambda row: (row.starts_at, row.pk))


def _realign(office: Office) -> None:
    book = rulebook.current()
    capacity.realign(book, [pool for pool in book.pools.values() if pool.place.id == office.pk])


def _take_back(made: HoursChange) -> None:
    data = made.undo_data
    Closure.objects.filter(pk=data.get("closure")).delete()
    Absence.objects.filter(pk=data.get("absence")).delete()
    if "openings" in data:
        _restore(data["pool"], data["openings"])


_KEPT = (
    "weekday",
    "opens",
    "closes",
    "capacity",
    "public_capacity",
    "valid_from",
    "valid_until",
    "every_weeks",
    "nth_of_month",
)


def _snapshot(row: Opening) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _KEPT}
    plain = {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()
    }
    return {"pk": row.pk, **plain, "services": [service.pk for service in row.services.all()]}


def _restore(pool_id: int, rows: Iterable[dict[str, Any]]) -> None:
    """The openings as they were, under their old keys."""
    wanted = {row["pk"]: row for row in rows}
    Opening.objects.filter(pool=pool_id).exclude(pk__in=wanted).delete()
    for pk, row in wanted.items():
        fields = {name: row[name] for name in _KEPT}
        opening, _new = Opening.objects.update_or_create(pk=pk, defaults={"pool_id": pool_id, **fields})
        opening.services.set(row["services"])
