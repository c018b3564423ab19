"""The appointment service and what it hands to the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppointmentsConfig(AppConfig):
    name = "appointments"
    verbose_name = _("Appointments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from appointments import admin, registration  # noqa: F401, PLC0415 - models must be loaded first
        from portal import registries  # noqa: PLC0415 - models must be loaded first

        registries.api_routers.add(("/appointments", "appointments.api.router"))
        registration.register_all()
