"""What the appointment service hands to the house at start-up."""

from django.utils.translation import gettext_lazy as _

from appointments.handover import catalogue, deeds, demo, next_free, privacy
from appointments.models import Appointment, WaitingEntry
from appointments.visit import enrolment
from portal import registries
from portal.access import grant
from portal.models import Role
from portal.registries import DemoLoader, DeskLink, RetentionRule
from portal.staff import discretion

RULES = (
    "pool",
    "opening",
    "specialday",
    "absence",
    "offer",
    "bookableservice",
    "resource",
    "season",
    "switches",
)


def register_all() -> None:
    registries.service_facts.add(next_free.facts)
    registries.service_links.add(next_free.links)
    deeds.register(registries.assistant_actions)
    registries.catalogue_consumers.add(catalogue.consume)
    registries.service_visits.add(catalogue.visits)
    registries.demo_loaders.add(DemoLoader("appointments", demo.load, order=20))
    registries.retention_rules.add(RetentionRule("children of enrolments", enrolment.forget))
    registries.retention_rules.add(RetentionRule("appointments", privacy.forget))
    registries.person_exporters.add(privacy.export)
    visible = discretion.only(Appointment, "appointments.view_appointment", "pool__office__department")
    registries.subjects.add(registries.Subject("appointments.appointment", visible))
    registries.subjects.add(registries.Subject("appointments.waitingentry", WaitingEntry.objects.visible_to))
    registries.desk_links.add(
        DeskLink(
            _("Suspicious bookings"), "appointments_office:clusters", "appointments.view_clusters", order=60
        )
    )
    registries.desk_links.add(
        DeskLink(_("Ready documents"), "appointments_office:ready", "appointments.import_ready", order=61)
    )
    _grant()


def _grant() -> None:
    for role in (Role.RECEPTION, Role.CLERK, Role.LEAD):
        grant(
            role,
            "appointments.view_appointment",
            "appointments.view_waitingentry",
            "appointments.view_child",
            "appointments.import_ready",
        )
        grant(role, *(f"appointments.view_{name}" for name in RULES))
    grant(Role.LEAD, "appointments.view_clusters")
    for verb in ("add", "change", "delete"):
        grant(Role.LEAD, *(f"appointments.{verb}_{name}" for name in RULES if name != "switches"))
