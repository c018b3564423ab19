"""The commands of the desk, from the call to the end. Each is one step of one person; a stale click is told who was quicker."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.desk.models import Counter, Visit
from appointments.desk.people import turns
from appointments.desk.people.arrivals import next_number
from appointments.desk.people.steps import NotPossible, as_seen, follow, go, record, saved
from appointments.desk.pure.states import AT_COUNTER, OVER, Step
from appointments.fairness import ready
from appointments.models import Appointment, Pool
from appointments.pure.refusals import Refused
from appointments.pure.states import State as Booked
from portal import audit
from portal.models import User

UNDO_WITHIN = timedelta(minutes=10)


class CounterBusy(Refused):
    """The counter has somebody: finish with that person first."""

    sentence = _("%(number)s is still at this counter. Please finish first.")

    def __init__(self, visit: Visit | None) -> None:
        super().__init__(visit and visit.pk)
        self.visit = visit

    def __str__(self) -> str:
        return str(self.sentence) % {"number": self.visit.number if self.visit else "–"}


def call_next(*, counter: Counter, actor: User, now: datetime | None = None) -> Visit | None:
    """Call the next person to `counter`. Rows that another counter is calling are skipped, never waited for."""
    moment = now or timezone.now()
    with _one_person_per_counter(counter):
        visit = turns.take_next(counter, actor, moment)
        if visit is not None:
            follow(visit)
            record(visit, actor, "visit called", before=visit.before)
        return visit


def call(*, visit: Visit, seen: int, counter: Counter, actor: User, now: datetime | None = None) -> Visit:
    """Call this very person: out of turn, from the parked ones, or a missed one who turned up."""
    with _one_person_per_counter(counter):
        known, moment = as_seen(visit, seen), now or timezone.now()
        return go(known, Step.CALLED, actor, counter=counter, called_at=moment, calls=known.calls + 1)


def recall(*, visit: Visit, seen: int, actor: User, now: datetime | None = None) -> Visit:
    """The number rings and blinks once more."""
    with transaction.atomic():
        known = as_seen(visit, seen)
        if known.step != Step.CALLED:
            raise NotPossible
        known.called_at, known.calls = now or timezone.now(), known.calls + 1
        return saved(known, actor, "visit recalled", ("called_at", "calls"))


def start(*, visit: Visit, seen: int, actor: User, now: datetime | None = None) -> Visit:
    """The person stands at the counter."""
    moment = now or timezone.now()
    return _step(visit=visit, seen=seen, to=Step.SERVING, actor=actor, serving_at=moment)


@transaction.atomic
def finish(
    *, visit: Visit, seen: int, actor: User, services_done: list[list[int]], now: datetime | None = None
) -> Visit:
    """The matter is done; `services_done` = [[service id, count], …] for the figures."""
    moment = now or timezone.now()
    fields = {"ended_at": moment, "services_done": services_done}
    ready.picked_up(visit.appointment_id, moment)
    return _step(visit=visit, seen=seen, to=Step.DONE, actor=actor, **fields)


def park(*, visit: Visit, seen: int, actor: User) -> Visit:
    """Out of the queue for a while (fetches a photo, fills a form); called again by hand."""
    return _step(visit=visit, seen=seen, to=Step.PARKED, actor=actor, counter=None)


def requeue(*, visit: Visit, seen: int, actor: User, now: datetime | None = None) -> Visit:
    """Back among the waiting, at the old place in the queue; who never was here has come now."""
    arrived = visit.arrived_at or now or timezone.now()
    fields = {"counter": None, "ended_at": None, "arrived_at": arrived}
    return _step(visit=visit, seen=seen, to=Step.WAITING, actor=actor, **fields)


def leave(*, visit: Visit, seen: int, actor: User, now: datetime | None = None) -> Visit:
    """The person went home."""
    moment = now or timezone.now()
    return _step(visit=visit, seen=seen, to=Step.LEFT, actor=actor, counter=None, ended_at=moment)


@transaction.atomic
def forward(*, visit: Visit, seen: int, actor: User, pool: Pool, counter: Counter | None = None) -> Visit:
    """To another group of counters, or to one counter of it; keeps the place in the queue, having waited once."""
    if pool.office_id != visit.office_id or (counter is not None and counter.office_id != visit.office_id):
        raise NotPossible
    known = as_seen(visit, seen)
    number = known.number
    if pool.pk != known.pool_id and Visit.objects.filter(pool=pool, day=known.day, number=number).exists():
        number = next_number(pool, known.day)
    fields: dict[str, Any] = {"pool": pool, "only_counter": counter, "number": number}
    if known.step == Step.WAITING:  # from the waiting list: only the group changes
        for name, value in fields.items():
            setattr(known, name, value)
        return saved(known, actor, "visit forwarded", fields)
    return go(known, Step.WAITING, actor, counter=None, ended_at=None, **fields)


@transaction.atomic
def no_show(*, visit: Visit, seen: int, actor: User, now: datetime | None = None) -> Visit:
    """Called and not there. Can be undone."""
    moment = now or timezone.now()
    return _step(visit=visit, seen=seen, to=Step.NO_SHOW, actor=actor, ended_at=moment)


def may_undo(visit: Visit, now: datetime) -> bool:
    """Whether the last step can still be taken back."""
    return now - visit.changed_at <= UNDO_WITHIN and (visit.arrived_at is None or bool(visit.before))


def last_of(counter: Counter, now: datetime) -> Visit | None:
    """Whom this counter let go last, while that can be undone."""
    ended = Visit.objects.filter(counter=counter, step__in=OVER, changed_at__gte=now - UNDO_WITHIN)
    return ended.order_by("-changed_at").first()


@transaction.atomic
def undo(*, visit: Visit, seen: int, actor: User, now: datetime | None = None) -> Visit:
    """Take the last step back, within ten minutes."""
    known = as_seen(visit, seen)
    if not may_undo(known, now or timezone.now()):
        raise NotPossible
    if known.arrived_at is None:  # marked as missing without ever having been here
        return _expect_again(known, actor)
    if known.step == Step.DONE:
        ready.picked_up(known.appointment_id, None)
    back = Step(known.before)
    if back not in AT_COUNTER:
        return go(known, back, actor, may_go_back=True, ended_at=None)
    if known.counter is not None:
        with suppress(CounterBusy), _one_person_per_counter(known.counter):
            return go(known, back, actor, may_go_back=True, ended_at=None)
        known = as_seen(visit, seen)
    # the counter has somebody else by now: back in the queue, in turn
    return go(known, Step.WAITING, actor, may_go_back=True, ended_at=None, counter=None)


@transaction.atomic
def annotate(*, visit: Visit, seen: int, actor: User, note: str, priority: bool) -> Visit:
    """The internal note and the priority of a person."""
    known = as_seen(visit, seen)
    known.note, known.priority = note, priority
    return saved(known, actor, "visit annotated", ("note", "priority"), priority=priority)


@transaction.atomic
def sit_down(*, counter: Counter, actor: User) -> None:
    """This clerk works at this counter from now on; the former one is free."""
    Counter.objects.filter(clerk=actor).exclude(pk=counter.pk).update(clerk=None)
    Counter.objects.filter(pk=counter.pk).update(clerk=actor)
    audit.record(verb="counter staffed", subject=counter, actor=actor)


@transaction.atomic
def stand_up(*, actor: User) -> None:
    """This clerk's counter is without one: it no longer counts for how long people wait. Twice is harmless."""
    for counter in Counter.objects.filter(clerk=actor):
        Counter.objects.filter(pk=counter.pk).update(clerk=None)
        audit.record(verb="counter left", subject=counter, actor=actor)


def end_the_day() -> int:
    """Nobody sits anywhere until they say so anew: "today" is over. Returns how many counters were still taken."""
    return Counter.objects.filter(clerk__isnull=False).update(clerk=None)


@transaction.atomic
def _step(*, visit: Visit, seen: int, to: Step, actor: User | None, **fields: Any) -> Visit:
    """One step of the table. `seen` is the version that the page showed."""
    return go(as_seen(visit, seen), to, actor, **fields)


def _expect_again(visit: Visit, actor: User) -> Visit:
    """The appointment is ahead again, as if nobody had given it up."""
    Appointment.objects.filter(visit=visit).update(state=Booked.CONFIRMED)
    audit.record(verb="visit expected again", subject=visit, actor=actor)
    visit.delete()
    return visit


@contextmanager
def _one_person_per_counter(counter: Counter) -> Iterator[None]:
    """A transaction that the database refuses if it would bring a second person to `counter`."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "visit_one_person_per_counter" not in str(error):
            raise
        raise CounterBusy(Visit.objects.filter(counter=counter, step__in=AT_COUNTER).first()) from None
