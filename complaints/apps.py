"""Reports and complaints take their places in the portal once the models are there."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Reports and complaints")

    def ready(self) -> None:
        from complaints import wiring  # noqa: PLC0415 - models must be loaded first

        wiring.connect()
