"""What the assistant hands to the house at start-up."""

from portal import access
from portal.models import Role


def move_in() -> None:
    models = ("authority", "turn", "assistantsettings")
    access.grant(
        Role.EDITOR,
        "assistant.review_questions",
        *(f"assistant.{verb}_authority" for verb in ("view", "add", "change", "delete")),
        *(f"assistant.view_{model}" for model in models),
    )
    access.grant(Role.LEAD, "assistant.view_authority", "assistant.review_questions")
