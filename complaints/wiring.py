"""What complaints hand to the kernel at start-up: who may do what, and which parts of other pages they fill."""

from django.utils.translation import gettext_lazy as _

from complaints import remembering
from complaints.demo import cases
from complaints.figures import counts
from complaints.intake import assistant, drafting
from complaints.models import Case, Category
from complaints.open311 import speech
from complaints.places import roughly
from portal import registries
from portal.access import grant
from portal.models import Role

ARRANGED = ("category", "attribute", "area", "routingrule", "replytemplate", "outsidebody", "savedfilter")


def connect() -> None:
    _grant()
    registries.demo_loaders.add(registries.DemoLoader("reports and complaints", cases.load, order=30))
    registries.desk_links.add(
        registries.DeskLink(_("Cases"), "complaints_office:inbox", "complaints.view_case", order=30)
    )
    for key, meaning in (
        ("n", _("New case")),
        ("t", _("Take this case")),
        ("w", _("Write to the citizen")),
        ("s", _("Change the state")),
        ("i", _("Internal note")),
    ):
        registries.desk_keys.add(registries.DeskKey(key, meaning))
    counts.register()
    assistant.register(registries.assistant_actions)
    registries.subjects.add(registries.Subject("complaints.case", Case.objects.visible_to))
    registries.person_exporters.add(remembering.export)
    registries.retention_rules.add(registries.RetentionRule("report drafts", drafting.forget_old))
    registries.retention_rules.add(
        registries.RetentionRule("contacts of reports", remembering.forget_contacts)
    )
    registries.retention_rules.add(
        registries.RetentionRule("unconfirmed subscriptions", remembering.forget_unconfirmed)
    )
    registries.desk_links.add(
        registries.DeskLink(
            _("Evaluation of cases"), "complaints_office:dashboard", "complaints.view_reports", order=39
        )
    )
    registries.report_topics.add(_topics)
    registries.place_finders.add(roughly.whereabouts)
    registries.error_voices.add(registries.ErrorVoice("/open311/", speech.voice))


def _topics() -> list[tuple[str, str]]:
    return [(each.slug, f"{each.parent} › {each}") for each in Category.objects.selectable()]


def _grant() -> None:
    for role in (Role.RECEPTION, Role.CLERK, Role.LEAD):
        grant(role, "complaints.view_case", "complaints.add_case")
    for role in (Role.CLERK, Role.LEAD):
        grant(role, "complaints.change_case", "complaints.view_replytemplate")
    grant(Role.LEAD, "complaints.view_complaint", "complaints.view_reports", "complaints.arrange")
    grant(
        Role.LEAD,
        *(f"complaints.{verb}_{rows}" for verb in ("view", "add", "change", "delete") for rows in ARRANGED),
    )
