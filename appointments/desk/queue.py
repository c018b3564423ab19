"""The commands of the desk. Each is one step of one person; a stale click is told who was quicker."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.desk.models import Counter, Visit
from appointments.desk.states import AT_COUNTER, BOOKED_AS, NEXT, OVER, Step
from appointments.models import Appointment, Pool
from appointments.refusals import Refused
from appointments.states import State as Booked
from portal import audit
from portal.models import Service, User

UNDO_WITHIN = timedelta(minutes=10)
LATE_AFTER = timedelta(minutes=10)


class MovedOn(Refused):
    """Somebody else did something with this person since the page was made."""

    sentence = _("%(number)s was changed in the meantime: %(step)s, by %(who)s at %(time)s.")

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit.pk)
        self.visit = visit

    def __str__(self) -> str:
        return str(self.sentence) % {
            "number": self.visit.number,
            "step": self.visit.get_step_display(),
            "who": self.visit.changed_by or _("the citizen"),
            "time": timezone.localtime(self.visit.changed_at).strftime("%H:%M"),
        }


class NotPossible(Refused):
    sentence = _("This step is not possible now.")


class CounterBusy(Refused):
    """The counter has somebody: finish with that person first."""

    sentence = _("%(number)s is still at this counter. Please finish first.")

    def __init__(self, visit: Visit | None) -> None:
        super().__init__(visit and visit.pk)
        self.visit = visit

    def __str__(self) -> str:
        return str(self.sentence) % {"number": self.visit.number if self.visit else "–"}


class NotToday(Refused):
    sentence = _("This appointment is not today. The reception will gladly help.")


class NotExpected(Refused):
    sentence = _("This appointment was cancelled or is already over.")


@transaction.atomic
def arrive(*, appointment: Appointment, actor: User | None = None, now: datetime | None = None) -> Visit:
    """The person of an appointment is in the house. Twice is harmless: the second time finds the visit."""
    moment = now or timezone.now()
    booked = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("pool__office")
        .get(pk=appointment.pk)
    )
    known = Visit.objects.filter(appointment=booked).first()
    if known is not None and known.step != Step.NO_SHOW:
        return known
    if booked.day != timezone.localdate(moment):
        raise NotToday
    if known is not None:  # came after all
        return _go(known, Step.WAITING, actor, arrived_at=known.arrived_at or moment, ended_at=None)
    if booked.state != Booked.CONFIRMED:
        raise NotExpected
    late = moment > booked.starts_at + LATE_AFTER
    visit = _visit_of(booked, actor, due_at=moment if late else booked.starts_at, arrived_at=moment)
    _follow(visit)
    audit.record(verb="visit arrived", subject=visit, actor=actor, appointment=booked.pk)
    return visit


@transaction.atomic
def ticket(
    *,
    pool: Pool,
    service: Service | None = None,
    name: str = "",
    priority: bool = False,
    form_key: UUID | None = None,
    actor: User | None = None,
    now: datetime | None = None,
) -> Visit:
    """A number for somebody without an appointment: the pool's letter and the next two digits.

    The same form sent again as it was, because the answer got lost, gives the number of the first time.
    """
    moment = now or timezone.now()
    day = timezone.localdate(moment)
    number = _next_number(
        pool, day
    )  # waits for whoever takes a number here: only then is the look back certain
    once = form_key and uuid5(form_key, f"{pool.pk}:{service and service.pk}:{priority}:{name}")
    earlier = Visit.objects.filter(form_key=once).first() if once else None
    if earlier:
        return earlier
    visit = Visit.objects.create(
        office_id=pool.office_id,
        pool=pool,
        service=service,
        day=day,
        number=number,
        name=name,
        priority=priority,
        form_key=once,
        due_at=moment,
        arrived_at=moment,
        changed_by=actor,
    )
    audit.record(verb="visit ticket", subject=visit, actor=actor, priority=priority)
    return visit


def call_next(*, counter: Counter, actor: User, now: datetime | None = None) -> Visit | None:
    """Call the next person to `counter`. Rows that another counter is calling are skipped, never waited for."""
    moment = now or timezone.now()
    with _one_person_per_counter(counter):
        visit = _take_next(counter, actor, moment)
        if visit is not None:
            _follow(visit)
            _record(visit, actor, "visit called", before=visit.before)
        return visit


def call(*, visit: Visit, seen: int, counter: Counter, actor: User, now: datetime | None = None) -> Visit:
    """Call this very person: out of turn, from the parked ones, or a missed one who turned up."""
    with _one_person_per_counter(counter):
        known, moment = _as_seen(visit, seen), now or timezone.now()
        return _go(known, Step.CALLED, actor, counter=counter, called_at=moment, calls=known.calls + 1)


def recall(*, visit: Visit, seen: int, actor: User, now: datetime | None = None) -> Visit:
    """The number rings and blinks once more."""
    with transaction.atomic():
        known = _as_seen(visit, seen)
        if known.step != Step.CALLED:
            raise NotPossible
        known.called_at, known.calls = now or timezone.now(), known.calls + 1
        return _saved(known, actor, "visit recalled", ("called_at", "calls"))


def start(*, visit: Visit, seen: int, actor: User, now: datetime | None = None) -> Visit:
    """The person stands at the counter."""
    moment = now or timezone.now()
    return step(visit=visit, seen=seen, to=Step.SERVING, actor=actor, serving_at=moment)


def finish(
    *, visit: Visit, seen: int, actor: User, services_done: list[list[int]], now: datetime | None = None
) -> Visit:
    """The matter is done; `services_done` = [[service id, count], …] for the figures."""
    moment = now or timezone.now()
    fields = {"ended_at": moment, "services_done": services_done}
    return step(visit=visit, seen=seen, to=Step.DONE, actor=actor, **fields)


def park(*, visit: Visit, seen: int, actor: User) -> Visit:
    """Out of the queue for a while (fetches a photo, fills a form); called again by hand."""
    return step(visit=visit, seen=seen, to=Step.PARKED, actor=actor, counter=None)


def requeue(*, visit: Visit, seen: int, actor: User, now: datetime | None = None) -> Visit:
    """Back among the waiting, at the old place in the queue; who never was here has come now."""
    arrived = visit.arrived_at or now or timezone.now()
    fields = {"counter": None, "ended_at": None, "arrived_at": arrived}
    return step(visit=visit, seen=seen, to=Step.WAITING, actor=actor, **fields)


def leave(*, visit: Visit, seen: int, actor: User, now: datetime | None = None) -> Visit:
    """The person went home."""
    moment = now or timezone.now()
    return step(visit=visit, seen=seen, to=Step.LEFT, actor=actor, counter=None, ended_at=moment)


@transaction.atomic
def forward(*, visit: Visit, seen: int, actor: User, pool: Pool, counter: Counter | None = None) -> Visit:
    """To another group of counters, or to one counter of it; keeps the place in the queue, having waited once."""
    if pool.office_id != visit.office_id or (counter is not None and counter.office_id != visit.office_id):
        raise NotPossible
    known = _as_seen(visit, seen)
    number = known.number
    if pool.pk != known.pool_id and Visit.objects.filter(pool=pool, day=known.day, number=number).exists():
        number = _next_number(pool, known.day)
    fields: dict[str, Any] = {"pool": pool, "only_counter": counter, "number": number}
    if known.step == Step.WAITING:  # from the waiting list: only the group changes
        for name, value in fields.items():
            setattr(known, name, value)
        return _saved(known, actor, "visit forwarded", fields)
    return _go(known, Step.WAITING, actor, counter=None, ended_at=None, **fields)


@transaction.atomic
def no_show(*, visit: Visit, seen: int, actor: User, now: datetime | None = None) -> Visit:
    """Called and not there. Can be undone."""
    moment = now or timezone.now()
    return _step(visit, seen, Step.NO_SHOW, actor, ended_at=moment)


@transaction.atomic
def never_came(*, appointment: Appointment, actor: User, now: datetime | None = None) -> Visit:
    """The appointment's time passed and nobody arrived. Can be undone by the arrival."""
    moment = now or timezone.now()
    booked = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("pool__office")
        .get(pk=appointment.pk)
    )
    known = Visit.objects.filter(appointment=booked).select_related("changed_by").first()
    if known is not None:
        raise MovedOn(known)
    if booked.state != Booked.CONFIRMED or booked.starts_at > moment:
        raise NotPossible
    visit = _visit_of(booked, actor, due_at=booked.starts_at, step=Step.NO_SHOW, ended_at=moment)
    _follow(visit)
    audit.record(verb="visit no_show", subject=visit, actor=actor, appointment=booked.pk)
    return visit


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
    known = _as_seen(visit, seen)
    if not may_undo(known, now or timezone.now()):
        raise NotPossible
    if known.arrived_at is None:  # marked as missing without ever having been here
        return _expect_again(known, actor)
    back = Step(known.before)
    if back not in AT_COUNTER:
        return _go(known, back, actor, may_go_back=True, ended_at=None)
    if known.counter is not None:
        with suppress(CounterBusy), _one_person_per_counter(known.counter):
            return _go(known, back, actor, may_go_back=True, ended_at=None)
        known = _as_seen(visit, seen)
    # the counter has somebody else by now: back in the queue, in turn
    return _go(known, Step.WAITING, actor, may_go_back=True, ended_at=None, counter=None)


@transaction.atomic
def annotate(*, visit: Visit, seen: int, actor: User, note: str, priority: bool) -> Visit:
    """The internal note and the priority of a person."""
    known = _as_seen(visit, seen)
    known.note, known.priority = note, priority
    return _saved(known, actor, "visit annotated", ("note", "priority"), priority=priority)


@transaction.atomic
def sit_down(*, counter: Counter, actor: User) -> None:
    """This clerk works at this counter from now on; the former one is free."""
    Counter.objects.filter(clerk=actor).exclude(pk=counter.pk).update(clerk=None)
    Counter.objects.filter(pk=counter.pk).update(clerk=actor)
    audit.record(verb="counter staffed", subject=counter, actor=actor)


@transaction.atomic
def stand_up(*, actor: User) -> None:
    Counter.objects.filter(clerk=actor).update(clerk=None)


@transaction.atomic
def step(*, visit: Visit, seen: int, to: Step, actor: User | None, **fields: Any) -> Visit:
    """One step of the table. `seen` is the version that the page showed."""
    return _step(visit, seen, to, actor, **fields)


def _expect_again(visit: Visit, actor: User) -> Visit:
    """The appointment is ahead again, as if nobody had given it up."""
    Appointment.objects.filter(visit=visit).update(state=Booked.CONFIRMED)
    audit.record(verb="visit expected again", subject=visit, actor=actor)
    visit.delete()
    return visit


def _step(visit: Visit, seen: int, to: Step, actor: User | None, **fields: Any) -> Visit:
    return _go(_as_seen(visit, seen), to, actor, **fields)


def _go(known: Visit, to: Step, actor: User | None, *, may_go_back: bool = False, **fields: Any) -> Visit:
    """One step of a row that this transaction has locked."""
    if to not in NEXT[Step(known.step)] and not may_go_back:
        raise NotPossible
    fields |= {"before": known.step, "step": to}
    for name, value in fields.items():
        setattr(known, name, value)
    _follow(known)
    return _saved(known, actor, f"visit {to.value}", fields, before=known.before)


def _take_next(counter: Counter, actor: User, now: datetime) -> Visit | None:
    """Find, lock and call the next person in one statement: twelve counters at once have no time for three."""
    waiting = Visit.objects.callable_for(counter, timezone.localdate(now), now)
    following, where = waiting.select_for_update(skip_locked=True).values("pk")[:1].query.sql_with_params()
    called = Visit.objects.raw(
        "UPDATE desk_visit SET before = step, step = %s, counter_id = %s, called_at = %s, calls = calls + 1,"  # noqa: S608
        f" version = version + 1, changed_at = %s, changed_by_id = %s WHERE id = ({following}) RETURNING *",
        [Step.CALLED, counter.pk, now, timezone.now(), actor.pk, *where],
    )
    return next(iter(called), None)


def _as_seen(visit: Visit, seen: int) -> Visit:
    """The row, locked, if it still is what the page showed."""
    known = (
        Visit.objects.select_for_update(of=("self",)).select_related("changed_by", "counter").get(pk=visit.pk)
    )
    if known.version != seen:
        raise MovedOn(known)
    return known


def _saved(visit: Visit, actor: User | None, verb: str, fields: Iterable[str], **facts: Any) -> Visit:
    """Write the changed `fields` of a locked row, and who did it."""
    visit.version += 1
    visit.changed_by = actor
    visit.save(update_fields=[*fields, "version", "changed_by", "changed_at"])
    _record(visit, actor, verb, **facts)
    return visit


def _record(visit: Visit, actor: User | None, verb: str, **facts: Any) -> None:
    audit.record(verb=verb, subject=visit, actor=actor, counter=visit.counter_id, **facts)


def _follow(visit: Visit) -> None:
    """The appointment says what its visit says."""
    if visit.appointment_id is not None:
        Appointment.objects.filter(pk=visit.appointment_id).update(state=BOOKED_AS[Step(visit.step)])


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


def _visit_of(booked: Appointment, actor: User | None, **fields: Any) -> Visit:
    taken = Visit.objects.filter(pool=booked.pool, day=booked.day, number=booked.desk_code).exists()
    return Visit.objects.create(
        office_id=booked.pool.office_id,
        pool=booked.pool,
        appointment=booked,
        service_id=booked.service_id,
        day=booked.day,
        number=booked.desk_code if booked.desk_code and not taken else _next_number(booked.pool, booked.day),
        name=booked.name,
        changed_by=actor,
        **fields,
    )


def _next_number(pool: Pool, day: date) -> str:
    """The pool's letter and the next free number of the day: 01 to 99, then 1000 and up.

    Three digits belong to booked appointments. Tickets of one pool queue at an advisory lock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('desk.ticket'), %s)", [pool.pk])
    used = set(Visit.objects.filter(pool=pool, day=day).values_list("number", flat=True))
    small = (f"{pool.letter}{n:02}" for n in range(1, 100))
    large = (f"{pool.letter}{n}" for n in range(1000, 10_000))
    return next(code for codes in (small, large) for code in codes if code not in used)
