"""The deadlines of a case, kept in its row: started at arrival, resting while the citizen is asked, ended at closing.

These functions change the case in memory; the command that calls them saves it in its own transaction.
"""

from datetime import date, datetime, tzinfo
from typing import Protocol

from django.core.cache import cache
from django.utils import timezone

from complaints.models import Case, Category, ComplaintSettings
from complaints.rules import deadlines
from complaints.rules.deadlines import Terms
from complaints.workflow import Kind
from portal import workdays
from portal.models import Office
from portal.workdays import WorkCalendar

FIELDS = [
    "counted_from", "acknowledge_by", "interim_by", "answer_by", "acknowledged_at", "interim_at", "first_answer_at",
    "paused_at", "due_at", "warned_at", "escalation",
]  # fmt: skip

_KEPT_SECONDS = 20  # a new closure counts for new cases after this; each host keeps its own short copy


def calendar(office: Office | None) -> WorkCalendar:
    key = f"complaints.calendar.{office.pk if office else 0}"
    known: WorkCalendar | None = cache.get(key)
    if known is None:
        known = workdays.calendar_for(office)
        cache.set(key, known, _KEPT_SECONDS)
    return known


def terms(kind: str, category: Category | None, settings: ComplaintSettings) -> Terms:
    """Formal complaints have the city's own deadlines, everything else those of its category."""
    if kind == Kind.COMPLAINT or category is None:
        return Terms(settings.acknowledge_days, settings.interim_days, settings.answer_days)
    return Terms(category.acknowledge_days, category.interim_days, category.answer_days)


def start(case: Case, settings: ComplaintSettings, since: datetime) -> None:
    """Set all deadlines anew, counted from `since`."""
    case.counted_from = since
    due = deadlines.deadlines(
        since, terms(case.kind, case.category, settings), calendar(case.office), _zone()
    )
    case.acknowledge_by, case.interim_by, case.answer_by = due.acknowledge_by, due.interim_by, due.answer_by
    settle(case)


def change_terms(case: Case, settings: ComplaintSettings) -> None:
    """Other deadlines because topic or kind changed: what the case has rested, and that it was opened again, still counts."""
    start(case, settings, case.counted_from or case.created_at)


def rest(case: Case, now: datetime) -> None:
    """The citizen is asked: nothing becomes due until the answer comes."""
    case.paused_at = now
    settle(case)


def go_on(case: Case, now: datetime) -> None:
    """The answer is here: what was still to come is later by the working days of the rest."""
    if case.paused_at is None:
        return
    office_days = calendar(case.office)
    since = case.counted_from or case.created_at
    case.counted_from = deadlines.later(since, case.paused_at, now, office_days, _zone())
    for field in ("acknowledge_by", "interim_by", "answer_by"):
        setattr(case, field, deadlines.moved(getattr(case, field), case.paused_at, now, office_days, _zone()))
    case.paused_at = None
    settle(case)


def settle(case: Case) -> None:
    """Find the next deadline; a new one starts with a quiet escalation."""
    resting = case.paused_at is not None or not case.is_open
    due = (
        None
        if resting
        else deadlines.next_due(
            (case.acknowledge_by, case.acknowledged_at),
            (case.interim_by, case.interim_at),
            (case.answer_by, case.closed_at),
        )
    )
    if due != case.due_at:
        case.due_at, case.warned_at, case.escalation = due, None, 0


def acknowledge(case: Case, now: datetime) -> None:
    case.acknowledged_at = case.acknowledged_at or now
    settle(case)


def answered(case: Case, now: datetime) -> None:
    """A person of the city wrote to the citizen: that acknowledges and is an interim notice."""
    case.first_answer_at = case.first_answer_at or now
    case.acknowledged_at = case.acknowledged_at or now
    case.interim_at = now
    settle(case)


class Dated(Protocol):
    """What has a deadline: a case, or the line of one in a list."""

    due_at: datetime | None
    office_id: int | None

    @property
    def office(self) -> Office | None: ...


class DaysLeft:
    """Working days until the next deadline of many cases at one moment, negative when it is over; None when nothing is
    due. Each calendar is fetched once, each day counted once."""

    def __init__(self, now: datetime) -> None:
        self._now, self._calendars, self._known = (
            now,
            dict[int, WorkCalendar](),
            dict[tuple[int, date], int](),
        )

    def __call__(self, case: Dated | Case) -> int | None:
        if case.due_at is None:
            return None
        office, zone = case.office_id or 0, _zone()
        day = office, case.due_at.astimezone(zone).date()
        if day not in self._known:
            if office not in self._calendars:
                self._calendars[office] = calendar(case.office)
            self._known[day] = deadlines.days_left(case.due_at, self._now, self._calendars[office], zone)
        return self._known[day]


def days_left(case: Case) -> int | None:
    return DaysLeft(timezone.now())(case)


def _zone() -> tzinfo:
    return timezone.get_default_timezone()
