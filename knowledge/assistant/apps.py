"""The assistant and what it hands to the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssistantConfig(AppConfig):
    name = "knowledge.assistant"
    label = "assistant"
    verbose_name = _("Assistant")

    def ready(self) -> None:
        from knowledge.assistant import house  # noqa: PLC0415 - models must be loaded first

        house.move_in()
