"""What the roles may do with the kernel's own rows. Administrators may do everything, unlisted."""

from portal.access import grant
from portal.models import Role


def grant_all() -> None:
    for role in (Role.RECEPTION, Role.CLERK, Role.LEAD, Role.EDITOR):
        grant(
            role,
            "portal.view_office",
            "portal.view_service",
            "portal.view_openinghours",
            "portal.view_closure",
        )
    grant(Role.CLERK, "portal.view_outgoingmail")
    grant(
        Role.LEAD,
        "portal.view_outgoingmail",
        "portal.change_outgoingmail",
        "portal.view_auditentry",
        *(
            f"portal.{verb}_{rows}"
            for verb in ("add", "change", "delete")
            for rows in ("openinghours", "closure")
        ),
    )
    grant(Role.EDITOR, "portal.change_office", "portal.add_service", "portal.change_service")
