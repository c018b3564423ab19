"""Deadlines that raise their voice: a warning before, then clerk, lead and head, never outside the office's hours.

Each voice is one mail per case and step (the outbox knows the event), so a job that runs twice is heard once.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from complaints.correspondence import telling
from complaints.models import Case, ComplaintSettings
from complaints.rules import clock, deadlines
from complaints.rules.deadlines import Step
from complaints.workflow import OPEN
from portal import audit, links, opening
from portal.models import Department, Membership, Office, Role, User

AHEAD = timedelta(days=14)  # how far a warning may look: longer than any holiday season
_AT_ONCE = 500


def raise_due(now: datetime | None = None) -> int:
    """Warn about and escalate what is due; returns how many cases were spoken of. Outside the hours it does nothing."""
    moment, settings = now or timezone.now(), ComplaintSettings.current()
    spoken = 0
    due = (
        Case.objects.open()
        .filter(due_at__lt=moment + AHEAD, escalation__lt=Step.HEAD)
        .select_related("office")
    )
    # all of them: hundreds that wait for their next step must not keep those from being heard that come after them
    for case in due.order_by("due_at").iterator(chunk_size=_AT_ONCE):
        if _is_audible(case.office, moment) and _step(case, settings, moment) > case.escalation:
            spoken += speak(case=case, now=moment)
    return spoken


@transaction.atomic
def speak(*, case: Case, now: datetime) -> bool:
    """Take the escalation of one case to where it should be, and tell those who have to know."""
    settings = ComplaintSettings.current()
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("category", "department", "department__parent", "assignee", "office")
        .get(pk=case.pk)
    )
    if case.due_at is None or (step := _step(case, settings, now)) <= case.escalation:
        return False
    case.escalation, case.warned_at = step, now
    case.save(update_fields=["escalation", "warned_at"])
    kind = "warning" if step is Step.WARNING else "overdue"
    context = {"case": case, "due": case.due_at, "page": telling.desk_link(case)}
    for person in _listeners(case, step):
        telling.clerk(
            person,
            kind,
            context,
            about=case,
            once=f"complaints.{kind}.{case.pk}.{case.due_at.timestamp():.0f}.{int(step)}.{person.pk}",
        )
    audit.record(verb="warned" if step is Step.WARNING else "escalated", subject=case, step=int(step))
    return True


@transaction.atomic
def digest(*, clerk: User, now: datetime) -> bool:
    """One mail a working day with what waits for this clerk; none when nothing does."""
    mine = Case.objects.visible_to(clerk).filter(assignee=clerk).select_related("category").order_by("due_at")
    unread = list(mine.filter(unread=True)[:50])  # also answers to what is closed
    open_ = mine.open()
    overdue = list(open_.filter(due_at__lt=now)[:50])
    soon = list(open_.filter(due_at__gte=now, due_at__lt=now + timedelta(days=3))[:50])
    if not (unread or overdue or soon):
        return False
    context = {
        "unread": unread,
        "overdue": overdue,
        "soon": soon,
        "page": links.absolute(f"{reverse('complaints_office:inbox')}?who=me"),
    }
    day = timezone.localdate(now)
    return telling.clerk(
        clerk, "digest", context, about=None, once=f"complaints.digest.{clerk.pk}.{day:%Y%m%d}"
    )


def digests(now: datetime | None = None) -> int:
    """The morning's mails, on working days only."""
    moment = now or timezone.now()
    if not clock.calendar(None).is_working_day(timezone.localdate(moment)):
        return 0
    clerks = User.objects.filter(
        is_active=True,
        pk__in=Case.objects.filter(Q(state__in=sorted(OPEN)) | Q(unread=True), assignee__isnull=False).values(
            "assignee"
        ),
    )
    return sum(digest(clerk=clerk, now=moment) for clerk in clerks.exclude(email=""))


def _step(case: Case, settings: ComplaintSettings, now: datetime) -> Step:
    if case.due_at is None:
        return Step.QUIET
    return deadlines.step(
        case.due_at,
        now,
        warn=settings.warn_days,
        every=settings.escalate_days,
        calendar=clock.calendar(case.office),
        zone=timezone.get_default_timezone(),
    )


def _is_audible(office: Office | None, now: datetime) -> bool:
    zone = timezone.get_default_timezone()
    hours = opening.hours_on(office, now.astimezone(zone).date()) if office else []
    return deadlines.is_audible(now, hours, clock.calendar(office), zone)


def _listeners(case: Case, step: Step) -> list[User]:
    """The clerk hears the warning and the first alarm; leads hear what nobody has and what stays late; then those of the
    department above. Nobody hears of the complaint about himself, and no alarm goes unheard: where a department has no
    lead who may hear it, the one above does, and at last the administrators."""
    hidden = set(case.concerned_people.values_list("pk", flat=True))
    clerk = [case.assignee] if case.assignee and case.assignee.is_active else []
    if step <= Step.CLERK and clerk:
        return clerk
    unit: Department | None = case.department
    if step is Step.HEAD and case.department.parent is not None:
        unit = case.department.parent
    asked: set[int] = set()  # a city may have put two departments under each other
    leads: list[User] = []
    while unit is not None and not leads and unit.pk not in asked:
        leads = _staff(hidden, role=Role.LEAD, department=unit)
        asked.add(unit.pk)
        unit = unit.parent
    return list(dict.fromkeys([*(leads or _staff(hidden, role=Role.ADMINISTRATOR)), *clerk]))


def _staff(hidden: set[int], **membership: Any) -> list[User]:
    rows = Membership.objects.filter(user__is_active=True, **membership).exclude(user__in=hidden)
    return [row.user for row in rows.select_related("user")]
