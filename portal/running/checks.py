"""System checks of our own: what a city must set before it opens the doors."""

from typing import Any

from django.conf import settings
from django.core import checks

from portal.running import obstacles


def mail_is_configured(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    if settings.EMAIL_HOST or settings.DEMO:
        return []
    return [
        checks.Warning(
            "No mail server is named: mails stay readable in the back office but reach nobody.",
            hint="Set EMAIL_HOST, or DEMO=1 on a machine for trying out.",
            id="portal.W001",
        )
    ]


def register_all() -> None:
    checks.register(obstacles.check, checks.Tags.database)
    checks.register(mail_is_configured, checks.Tags.security, deploy=True)
