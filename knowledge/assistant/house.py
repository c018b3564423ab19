"""What the assistant hands to the house at start-up."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from knowledge.assistant import demo, log, loop
from portal import access, registries
from portal.models import Role

REVIEW = "assistant.review_questions"


def move_in() -> None:
    models = ("authority", "turn", "assistantsettings")
    access.grant(
        Role.EDITOR,
        REVIEW,
        *(f"assistant.{verb}_authority" for verb in ("view", "add", "change", "delete")),
        *(f"assistant.view_{model}" for model in models),
    )
    access.grant(Role.LEAD, "assistant.view_authority", REVIEW)
    log.register()
    registries.demo_loaders.add(registries.DemoLoader("assistant", demo.load, order=35))
    registries.desk_links.add(
        registries.DeskLink(_("Assistant"), "assistant_office:questions", REVIEW, order=45)
    )
    registries.office_counts.add(
        registries.OfficeCount(
            _("questions without an answer"),
            REVIEW,
            lambda user: loop.open_questions().count(),
            lambda user: reverse("assistant_office:questions"),
            order=45,
        )
    )
    registries.door_parts.add("assistant/_door.html")
