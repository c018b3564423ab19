"""Mail is a row in the transaction that causes it; the worker delivers it, for up to two days."""

import logging
import smtplib
from datetime import datetime, timedelta
from email.mime.text import MIMEText
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import pgettext

from portal import audit
from portal.models import City, OutgoingMail, User

logger = logging.getLogger(__name__)

FIRST_RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
LATER_RETRIES = timedelta(minutes=30)
GIVE_UP_AFTER = timedelta(hours=48)


def add(
    *,
    kind: str,
    to: str,
    context: dict[str, Any],
    about: Model | None = None,
    language: str = "",
    calendar: bytes | None = None,
    calendar_method: str = "PUBLISH",
    once: str = "",
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    headers: dict[str, str] | None = None,
) -> OutgoingMail | None:
    """Write one mail from `templates/mails/<kind>.subject.txt` and `.txt` in the caller's transaction.

    `once` names the event: the second mail with the same name is not written (returns None).
    After `not_after` it is never sent: nobody needs a reminder of yesterday. Until `not_before` it waits and `take_back` can
    stop it.
    """
    assert connection.in_atomic_block, "a mail belongs into the transaction that causes it"
    if once and OutgoingMail.objects.filter(once=once).exists():
        return None
    with translation.override(language or settings.LANGUAGE_CODE):
        content = {**context, "city": City.current()}
        subject = " ".join(render_to_string(f"mails/{kind}.subject.txt", content).split())
        text = render_to_string(f"mails/{kind}.txt", content).strip() + "\n"
        html = render_to_string("mails/base.html", {**content, "subject": subject, "text": text})
    mail = OutgoingMail(
        kind=kind,
        recipient=to,
        subject=subject[:250],
        text=text,
        html=html,
        language=language,
        calendar=calendar,
        calendar_method=calendar_method if calendar else "",
        headers=headers or {},
        about_type=about._meta.label_lower if about else "",
        about_id=str(about.pk) if about else "",
        once=once or None,
        next_attempt_at=not_before or timezone.now(),
        not_after=not_after,
        message_id=make_msgid(domain=urlsplit(settings.PUBLIC_URL).hostname or "localhost"),
    )
    return _written(mail)


def _written(mail: OutgoingMail) -> OutgoingMail | None:
    if mail.once is None:
        mail.save(force_insert=True)
        return mail
    # of two at once the second waits for the first one's transaction, and writes only if that came to nothing
    OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)
    return OutgoingMail.objects.filter(once=mail.once, message_id=mail.message_id).first()


def withdraw(*, kind: str, about: Model) -> None:
    """What of this kind about this row has not left yet is never sent."""
    waiting = OutgoingMail.objects.filter(
        kind=kind,
        about_type=about._meta.label_lower,
        about_id=str(about.pk),
        state=OutgoingMail.State.WAITING,
    )
    waiting.update(not_after=timezone.now())


class ServerAway(Exception):
    """Nobody took the mail: no connection, or it broke off. The row waits; other mails would fare the same."""


def take_back(*, event: str) -> int:
    """Stop the mails about `event` (a part of their `once`) that still wait for their time; returns how many."""
    early = OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING, next_attempt_at__gt=timezone.now())
    return early.filter(once__contains=event).update(state=OutgoingMail.State.EXPIRED)


def deliver(mail_id: int) -> bool:
    """Try to send one waiting mail now; True when it left. Safe to call twice or side by side. Raises ServerAway."""
    with transaction.atomic():
        mail = (
            OutgoingMail.objects.select_for_update(skip_locked=True)
            .filter(pk=mail_id, state=OutgoingMail.State.WAITING, next_attempt_at__lte=timezone.now())
            .first()
        )
        if mail is None:
            return False
        if mail.not_after is not None and mail.not_after <= timezone.now():
            _settle(mail, OutgoingMail.State.EXPIRED)
            return False
        failure = _send(mail)
        if failure is None:
            mail.sent_at = timezone.now()
            _settle(mail, OutgoingMail.State.SENT)
            return True
        _note_failure(mail, failure)
    if _is_away(failure):
        raise ServerAway from failure
    return False


def deliver_due(limit: int = 200) -> int:
    """Send what is due, oldest first; returns how many left. A server that is away is asked once a round, not once a mail."""
    due = OutgoingMail.objects.filter(
        state=OutgoingMail.State.WAITING, next_attempt_at__lte=timezone.now()
    ).order_by("next_attempt_at")
    left = 0
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        try:
            left += deliver(pk)
        except ServerAway:
            break
    return left


def _send(mail: OutgoingMail) -> Exception | None:
    try:
        _message(mail).send()
    except Exception as error:  # whatever the mail server does, the row must say so and wait
        return error
    return None


def _is_away(failure: Exception) -> bool:
    """No answer at all; a refusal is an answer."""
    if isinstance(failure, smtplib.SMTPException):
        return isinstance(failure, smtplib.SMTPServerDisconnected | smtplib.SMTPConnectError)
    return isinstance(failure, OSError)


@transaction.atomic
def try_again(*, mail: OutgoingMail, actor: User) -> None:
    """A clerk asks for one more attempt, e.g. after the mail server was mended."""
    audit.record(verb="sent_again", subject=mail, actor=actor)
    OutgoingMail.objects.filter(pk=mail.pk).exclude(state=OutgoingMail.State.SENT).update(
        state=OutgoingMail.State.WAITING,
        next_attempt_at=timezone.now(),
        created_at=timezone.now(),
        attempts=0,
    )


def next_attempt(attempts: int, now: datetime) -> datetime:
    """When to try again after `attempts` failures: 1, 5, 30 minutes, then every half hour."""
    wait = FIRST_RETRIES[attempts - 1] if attempts <= len(FIRST_RETRIES) else LATER_RETRIES
    return now + wait


def _note_failure(mail: OutgoingMail, error: Exception) -> None:
    now = timezone.now()
    mail.attempts += 1
    mail.last_error = f"{type(error).__name__}: {error}"[:500]
    mail.next_attempt_at = next_attempt(mail.attempts, now)
    logger.warning("mail %s not sent (attempt %s): %s", mail.pk, mail.attempts, type(error).__name__)
    given_up = mail.next_attempt_at > mail.created_at + GIVE_UP_AFTER
    _settle(mail, OutgoingMail.State.GIVEN_UP if given_up else OutgoingMail.State.WAITING)


def _settle(mail: OutgoingMail, state: str) -> None:
    mail.state = state
    mail.save(update_fields=["state", "sent_at", "attempts", "last_error", "next_attempt_at"])


def _message(mail: OutgoingMail) -> EmailMultiAlternatives:
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated", **mail.headers}
    # the address on the envelope, where failed deliveries go; a mail server writes this header itself
    envelope = headers.pop("Return-Path", settings.DEFAULT_FROM_EMAIL)
    headers["From"] = settings.DEFAULT_FROM_EMAIL
    message = EmailMultiAlternatives(mail.subject, mail.text, envelope, [mail.recipient], headers=headers)
    message.attach_alternative(mail.html, "text/html")
    if mail.calendar:
        invitation = MIMEText(bytes(mail.calendar).decode(), "calendar", "utf-8")
        invitation.set_param("method", mail.calendar_method)
        with translation.override(mail.language or settings.LANGUAGE_CODE):
            name = pgettext("file", "appointment") + ".ics"
        invitation.add_header("Content-Disposition", "attachment", filename=name)
        message.attach(invitation)
    return message
