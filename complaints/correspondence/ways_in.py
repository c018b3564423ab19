"""How a reporter comes back: links to the own page, and keys for replies by mail.

A link that was shown on screen proves nothing about an e-mail address; one that came by mail does. The reply key is not
stored: it is the reporter's id under a keyed hash, in small letters because mail servers may change the case.
"""

import base64
import hmac
import re

from django.utils.crypto import salted_hmac

from complaints.models import Case, ComplaintSettings, Reporter, Subscription
from portal import links

ON_SCREEN, BY_MAIL, FOLLOW = "case", "case-mail", "case-follow"

_KEY = re.compile(r"\b(\d{1,12})-([a-z2-7]{26})\b")
_TAG = re.compile(r"\[[A-Z]-[0-9A-Z]{4}-[0-9A-Z]{4}/(\d{1,12})-([a-z2-7]{12})\]", re.IGNORECASE)


class UnknownKey(Exception):
    """A reply key that we never gave out, or of a reporter who no longer exists."""


def on_screen(reporter: Reporter) -> str:
    """A fresh token for the page after sending. Writes a row: only in commands and POSTs."""
    return links.issue(subject=reporter, purpose=ON_SCREEN)


def mail_link(reporter: Reporter) -> str:
    """The address of the own page, for a mail to this reporter; using it confirms the address."""
    token = links.issue(subject=reporter, purpose=BY_MAIL)
    return links.page("complaints:mine", token, language=reporter.language)


def follow_link(subscription: Subscription) -> str:
    token = links.issue(subject=subscription, purpose=FOLLOW)
    return links.page("complaints:following", token, language=subscription.language)


def reporter_of(token: str) -> tuple[Reporter, bool]:
    """The reporter behind a token and whether it came by mail. Raises LinkUnknown or LinkExpired."""
    try:
        return links.resolve(token, purpose=BY_MAIL, model=Reporter), True
    except links.LinkUnknown:
        return links.resolve(token, purpose=ON_SCREEN, model=Reporter), False


def reply_key(reporter: Reporter) -> str:
    return f"{reporter.pk}-{_hash(reporter.pk)}"


def subject_tag(case: Case, reporter: Reporter) -> str:
    """For the subject line, where a mail program keeps no sub-address: shorter, still not to be guessed."""
    return f"[{case.number}/{reporter.pk}-{_hash(reporter.pk)[:12]}]"


def reply_headers(reporter: Reporter, settings: ComplaintSettings) -> dict[str, str]:
    """Where replies and failed deliveries go (a sub-address of the city's mailbox), and what stops robots from answering."""
    headers = {"X-Auto-Response-Suppress": "All", "X-Buergerhaus": links.absolute("/")}
    if settings.reply_address:
        name, _at, host = settings.reply_address.partition("@")
        headers["Reply-To"] = headers["Return-Path"] = f"{name}+{reply_key(reporter)}@{host}"
    return headers


def reporter_from_address(address: str) -> Reporter | None:
    """The reporter whose reply key stands in a recipient address; None if it has no key. Raises UnknownKey.

    People have sub-addresses of their own: only behind the name of the city's mailbox something else than a key is a forgery.
    """
    name, plus, rest = address.lower().partition("@")[0].partition("+")
    ours = ComplaintSettings.current().reply_address.lower().partition("@")[0]
    found = _KEY.search(rest)
    if not plus or (found is None and name != ours):
        return None
    return _reporter(found, rest)


def reporter_from_subject(subject: str) -> Reporter | None:
    """The same for the tag in a subject line."""
    found = _TAG.search(subject)
    return _reporter(found, subject) if found else None


def _reporter(found: re.Match[str] | None, text: str) -> Reporter | None:
    if found is None:
        raise UnknownKey(text[:60])
    pk, given = int(found[1]), found[2].lower()
    if not hmac.compare_digest(_hash(pk)[: len(given)], given):
        raise UnknownKey(text[:60])
    reporter = Reporter.objects.select_related("case", "case__merged_into").filter(pk=pk).first()
    if reporter is None:
        raise UnknownKey(text[:60])
    return reporter


def _hash(pk: int) -> str:
    digest = salted_hmac("complaints.reply", str(pk), algorithm="sha256").digest()[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()
