"""What the desk hands to the house at start-up."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.desk import demo, privacy
from appointments.desk.models import Visit
from appointments.desk.states import Step
from appointments.models import Appointment
from appointments.states import State
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
    registries.office_counts.add(
        registries.OfficeCount(_("waiting now"), RUN_DAY, waiting_now, _home, urgent=True, order=10)
    )
    registries.office_counts.add(
        registries.OfficeCount(_("still coming today"), RUN_DAY, coming_today, _home, order=11)
    )


def waiting_now(user: User) -> int:
    mine = access.departments_with(user, RUN_DAY)
    return Visit.objects.filter(
        day=timezone.localdate(), step=Step.WAITING, office__department__in=mine
    ).count()


def coming_today(user: User) -> int:
    mine = access.departments_with(user, RUN_DAY)
    return Appointment.objects.filter(
        day=timezone.localdate(), state=State.CONFIRMED, pool__office__department__in=mine
    ).count()


def _home(user: User) -> str:
    return reverse("desk:home")
