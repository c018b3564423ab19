"""What is kept about a person, and when it is forgotten."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from complaints.models import Case, Message, Reporter, Subscription
from complaints.workflow import CLOSED

CONTACTS_KEPT = timedelta(days=365)  # after closing: then nobody asks back any more
UNCONFIRMED_KEPT = timedelta(days=30)


def export(email: str) -> dict[str, Any]:
    """All that is kept about one e-mail address."""
    mine = Reporter.objects.filter(email=email.lower()).select_related("case")
    return {
        "complaints": [
            {
                "number": row.case.number,
                "name": row.name,
                "phone": row.phone,
                "received": row.created_at,
                "text": row.case.text if row.is_first else "",
                "state": row.case.state,
                "messages": list(Message.objects.filter(reporter=row).values("created_at", "text")),
            }
            for row in mine
        ],
        "complaint_subscriptions": list(
            Subscription.objects.filter(email=email.lower()).values(
                "created_at", "case__number", "area__name"
            )
        ),
    }


def forget_contacts(now: datetime) -> int:
    """Names, addresses and phone numbers a year after closing; the case itself stays for the statistics."""
    old = Case.objects.filter(state__in=CLOSED, closed_at__lt=now - CONTACTS_KEPT, anonymised_at=None)
    ids = list(old.values_list("pk", flat=True)[:5000])
    rows = Reporter.objects.filter(Q(case__in=ids)).exclude(email="", name="", phone="")
    forgotten = rows.update(email="", name="", phone="", confirmed_at=None)
    Case.objects.filter(pk__in=ids).update(anonymised_at=now)
    return forgotten


def forget_unconfirmed(now: datetime) -> int:
    """Subscriptions that nobody confirmed."""
    return Subscription.objects.filter(confirmed_at=None, created_at__lt=now - UNCONFIRMED_KEPT).delete()[0]
