"""What the desk hands to the house at start-up."""

from collections.abc import Callable

from django.db.models import Min, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.desk import demo, privacy
from appointments.desk.arrivals import LATE_AFTER
from appointments.desk.models import Counter, Visit
from appointments.desk.states import Step
from appointments.models import Appointment
from appointments.pure.states import State
from portal import access, discretion, registries
from portal.models import Role, User

RUN_DAY = "desk.run_day"
CALL = "desk.call_visit"
BOOK = "desk.book_appointment"
EDIT_HOURS = "desk.change_hours"
SEE_FIGURES = "desk.view_figures"


def register() -> None:
    for role in (Role.RECEPTION, Role.CLERK, Role.LEAD):
        access.grant(role, RUN_DAY, BOOK)
    for role in (Role.CLERK, Role.LEAD):
        access.grant(role, CALL)
    access.grant(
        Role.LEAD, EDIT_HOURS, SEE_FIGURES, "desk.view_counter", "desk.add_counter", "desk.change_counter"
    )
    registries.demo_loaders.add(registries.DemoLoader("desk", demo.load, order=50))
    registries.desk_links.add(registries.DeskLink(_("Day"), "desk:home", RUN_DAY, order=10))
    registries.desk_links.add(registries.DeskLink(_("Counter"), "desk:counters", CALL, order=11))
    registries.desk_links.add(registries.DeskLink(_("Hours"), "desk:hours_home", RUN_DAY, order=12))
    registries.desk_links.add(registries.DeskLink(_("Figures"), "desk:figures", SEE_FIGURES, order=13))
    registries.desk_links.add(registries.DeskLink(_("Calendar feeds"), "desk:feeds", RUN_DAY, order=14))
    registries.retention_rules.add(registries.RetentionRule("visits", privacy.forget))
    registries.person_exporters.add(privacy.export)
    registries.subjects.add(
        registries.Subject("desk.visit", discretion.only(Visit, RUN_DAY, "office__department"))
    )
    for count in (
        registries.OfficeCount(
            _("waiting now"), RUN_DAY, waiting_now, _list_of("waiting"), urgent=True, order=10
        ),
        registries.OfficeCount(
            _("minutes: the longest wait now"), RUN_DAY, longest_wait, _list_of("waiting"), order=11
        ),
        registries.OfficeCount(_("late now"), RUN_DAY, late_now, _list_of("late"), urgent=True, order=12),
        registries.OfficeCount(_("still coming today"), RUN_DAY, coming_today, _list_of("coming"), order=13),
        registries.OfficeCount(_("counters staffed now"), CALL, counters_staffed, _counters, order=14),
    ):
        registries.office_counts.add(count)


def waiting_now(user: User) -> int:
    return _waiting(user).count()


def longest_wait(user: User) -> int:
    """Minutes since the one came who waits longest; 0 when nobody waits."""
    since = _waiting(user).aggregate(since=Min("arrived_at"))["since"]
    return int((timezone.now() - since).total_seconds() // 60) if since else 0


def late_now(user: User) -> int:
    return _expected(user).filter(starts_at__lt=timezone.now() - LATE_AFTER).count()


def coming_today(user: User) -> int:
    return _expected(user).filter(starts_at__gte=timezone.now() - LATE_AFTER).count()


def counters_staffed(user: User) -> int:
    mine = access.departments_with(user, CALL)
    return Counter.objects.filter(active=True, clerk__isnull=False, office__department__in=mine).count()


def _waiting(user: User) -> QuerySet[Visit]:
    mine = access.departments_with(user, RUN_DAY)
    return Visit.objects.filter(day=timezone.localdate(), step=Step.WAITING, office__department__in=mine)


def _expected(user: User) -> QuerySet[Appointment]:
    mine = access.departments_with(user, RUN_DAY)
    today = Appointment.objects.filter(day=timezone.localdate(), state=State.CONFIRMED, visit=None)
    return today.filter(pool__office__department__in=mine)


def _list_of(group: str) -> Callable[[User], str]:
    """The address of one list of the day."""
    return lambda _user: f"{reverse('desk:home')}?liste={group}"


def _counters(user: User) -> str:
    return reverse("desk:counters")
