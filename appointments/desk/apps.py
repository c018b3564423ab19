"""The desk and what it hands to the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "appointments.desk"
    label = "desk"
    verbose_name = _("Reception and counters")

    def ready(self) -> None:
        from appointments.desk import registration  # noqa: PLC0415 - models must be loaded first

        registration.register()
