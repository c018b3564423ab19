"""The knowledge base takes its places in the portal once the models are there."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "knowledge"
    verbose_name = _("Knowledge")

    def ready(self) -> None:
        from knowledge import house  # noqa: PLC0415 - models must be loaded first

        house.move_in()
