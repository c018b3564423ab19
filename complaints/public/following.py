"""People who join in: "this affects me too", confirmed addresses, and those who only want to hear of it."""

from django.db import transaction
from django.utils import timezone

from complaints.correspondence import telling
from complaints.intake.reporting import Contact
from complaints.models import Area, Case, Category, ComplaintSettings, Reporter, Subscription
from complaints.workflow import Kind
from portal import audit
from portal.untrusted import one_line


class NotOpenToOthers(Exception):
    """Formal complaints, and reports of private categories, belong to those who made them; what is closed is reported anew."""


@transaction.atomic
def me_too(*, case: Case, contact: Contact, language: str) -> Reporter:
    """Join an existing report instead of making a second one. The same address again is the same person.

    Raises NotOpenToOthers.
    """
    case = Case.objects.locked(case.pk)
    if case.merged_into is not None:
        case = Case.objects.locked(case.merged_into.pk)
    if not case.is_open or case.kind == Kind.COMPLAINT or (case.category and not case.category.is_public):
        raise NotOpenToOthers
    email = contact.email.lower()
    known = Reporter.objects.filter(case=case, email=email).first() if email else None
    if known:
        return known
    reporter = Reporter.objects.create(
        case=case,
        is_first=False,
        name=one_line(contact.name)[:150],
        email=email,
        phone=contact.phone,
        language=language,
    )
    Case.objects.filter(pk=case.pk).update(updated_at=timezone.now())
    audit.record(verb="me_too", subject=case)
    if email:
        telling.receipt(case, reporter, ComplaintSettings.current())
    return reporter


@transaction.atomic
def confirm(*, reporter: Reporter) -> None:
    """The link in the mail was used: from now on we may write to this address."""
    now = timezone.now()
    if Reporter.objects.filter(pk=reporter.pk, confirmed_at=None).update(
        confirmed_at=now, signed_off_at=None
    ):
        audit.record(verb="address_confirmed", subject=reporter.case)


@transaction.atomic
def sign_off(*, reporter: Reporter) -> None:
    """No more mails to this address; the case goes on."""
    if Reporter.objects.filter(pk=reporter.pk, signed_off_at=None).update(signed_off_at=timezone.now()):
        audit.record(verb="signed_off", subject=reporter.case)


@transaction.atomic
def subscribe(
    *,
    email: str,
    language: str,
    case: Case | None = None,
    area: Area | None = None,
    category: Category | None = None,
) -> Subscription:
    """Ask for mails about one public case, or about new ones of an area and a category. Works once confirmed by mail."""
    if case is not None and not case.is_public:
        raise NotOpenToOthers
    row, new = Subscription.objects.get_or_create(
        case=case, area=area, category=category, email=email.lower(), defaults={"language": language}
    )
    if new or row.confirmed_at is None:  # the first mail may have got lost
        telling.subscription(row)
    return row


@transaction.atomic
def confirm_subscription(*, subscription: Subscription) -> None:
    Subscription.objects.filter(pk=subscription.pk, confirmed_at=None).update(confirmed_at=timezone.now())


@transaction.atomic
def unsubscribe(*, subscription: Subscription) -> None:
    """Gone for good: nothing is kept about who no longer listens."""
    subscription.delete()
