"""Forgetting is a habit: each service registers rules, one job and one command run them all."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal import registries, throttle
from portal.models import CitizenLink, OutgoingMail, User

MAILS_KEPT = timedelta(days=90)
LINKS_KEPT = timedelta(days=30)


def forget_mails(now: datetime) -> int:
    """Delete mails that were settled three months ago: they hold names and addresses."""
    settled = ~Q(state=OutgoingMail.State.WAITING) & Q(created_at__lt=now - MAILS_KEPT)
    return OutgoingMail.objects.filter(settled).delete()[0]


def forget_links(now: datetime) -> int:
    """Delete links that expired or were revoked a month ago."""
    old = now - LINKS_KEPT
    return CitizenLink.objects.filter(Q(expires_at__lt=old) | Q(revoked_at__lt=old)).delete()[0]


def export_mails(email: str) -> dict[str, Any]:
    """What the portal wrote to this address, as long as it is kept."""
    mails = OutgoingMail.objects.filter(recipient__iexact=email).order_by("id")
    return {"mails": list(mails.values("created_at", "kind", "subject", "text", "state", "sent_at"))}


def export_staff(email: str) -> dict[str, Any]:
    """The account of a member of staff with this address."""
    return {
        "staff": [
            {
                "username": user.username,
                "first_name": user.first_name,
                "last_name": user.last_name,
                "since": user.date_joined,
                "last_login": user.last_login,
                "roles": list(user.memberships.values_list("department__name", "role")),
            }
            for user in User.objects.filter(email__iexact=email)
        ]
    }


def register() -> None:
    registries.person_exporters.add(export_mails)
    registries.person_exporters.add(export_staff)
    registries.retention_rules.add(registries.RetentionRule("mails", forget_mails))
    registries.retention_rules.add(registries.RetentionRule("links", forget_links))
    registries.retention_rules.add(registries.RetentionRule("throttle counters", throttle.forget_old))


def run() -> dict[str, int]:
    """Apply every rule, each in its own transaction; rule name -> rows forgotten."""
    now, forgotten = timezone.now(), {}
    for rule in registries.retention_rules:
        with transaction.atomic():
            forgotten[rule.name] = rule.forget(now)
    return forgotten
