"""The secret address of an office's kiosk, where people check themselves in."""

from django.db import transaction

from portal import audit, links
from portal.models import Office, User

PURPOSE = "kiosk"


def office_of(token: str) -> Office:
    """Raises LinkUnknown or LinkExpired."""
    return links.resolve(token, purpose=PURPOSE, model=Office)


@transaction.atomic
def renew(*, office: Office, actor: User) -> str:
    """Close every former address and return the token of a new one, which is shown once and stored hashed."""
    Office.objects.select_for_update(no_key=True).get(pk=office.pk)  # of two at once the later one is good
    links.revoke(office, PURPOSE)
    audit.record(verb="kiosk address renewed", subject=office, actor=actor)
    return links.issue(subject=office, purpose=PURPOSE)
