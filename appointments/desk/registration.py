"""What the desk hands to the house at start-up."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appointments.desk.handover import counts, demo, privacy
from appointments.desk.models import Visit
from appointments.desk.rights import BOOK, CALL, EDIT_HOURS, RUN_DAY, SEE_FIGURES
from portal import access, registries
from portal.models import Role, User
from portal.staff import discretion

_COUNTER_PAGES = frozenset({"desk:counter", "desk:counter_act"})
_HOURS_PAGES = frozenset(
    f"desk:{name}"
    for name in (
        "hours", "close", "absence", "special_day", "lift", "decide", "weekly", "hours_change", "hours_undo", "screens",
    )
)  # fmt: skip


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
    registries.desk_links.add(
        registries.DeskLink(_("Counter"), "desk:counters", CALL, order=11, pages=_COUNTER_PAGES)
    )
    registries.desk_links.add(
        registries.DeskLink(_("Hours"), "desk:hours_home", RUN_DAY, order=12, pages=_HOURS_PAGES)
    )
    registries.desk_links.add(registries.DeskLink(_("Figures"), "desk:figures", SEE_FIGURES, order=13))
    registries.desk_links.add(registries.DeskLink(_("Calendar feeds"), "desk:feeds", RUN_DAY, order=14))
    registries.retention_rules.add(registries.RetentionRule("visits", privacy.forget))
    registries.person_exporters.add(privacy.export)
    registries.subjects.add(
        registries.Subject("desk.visit", discretion.only(Visit, RUN_DAY, "office__department"))
    )
    for count in (
        registries.OfficeCount(
            _("waiting now"), RUN_DAY, counts.waiting_now, _list_of("waiting"), urgent=True, order=10
        ),
        registries.OfficeCount(
            _("minutes: the longest wait now"), RUN_DAY, counts.longest_wait, _list_of("waiting"), order=11
        ),
        registries.OfficeCount(
            _("late now"), RUN_DAY, counts.late_now, _list_of("late"), urgent=True, order=12
        ),
        registries.OfficeCount(
            _("still coming today"), RUN_DAY, counts.coming_today, _list_of("coming"), order=13
        ),
        registries.OfficeCount(_("counters staffed now"), CALL, counts.counters_staffed, _counters, order=14),
    ):
        registries.office_counts.add(count)


def _list_of(group: str) -> Callable[[User], str]:
    """The address of one list of the day."""
    return lambda _user: f"{reverse('desk:home')}?liste={group}"


def _counters(user: User) -> str:
    return reverse("desk:counters")
