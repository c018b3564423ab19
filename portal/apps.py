"""What the kernel hands in itself once the models are there."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("City")

    def ready(self) -> None:
        from portal import retention  # noqa: PLC0415 - models must be loaded first
        from portal.running import checks  # noqa: PLC0415 - models must be loaded first
        from portal.staff import roles, unsent  # noqa: PLC0415 - models must be loaded first

        checks.register_all()
        retention.register()
        unsent.register()
        roles.grant_all()
