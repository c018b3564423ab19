"""Fetching new mails from an IMAP mailbox. MAILBOX_URL: imaps://user:password@host:993/INBOX (or imap://)."""

import contextlib
import imaplib
import logging
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from django.core.cache import cache

logger = logging.getLogger(__name__)

AT_ONCE = 100
_WAITING = "complaints.mailbox.waiting"


class Later(Exception):
    """There is no room for this mail now; `seconds` until there may be."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"try again in {seconds} s")
        self.seconds = seconds


def fetch(address: str, take: Callable[[bytes], object], *, timeout: int = 30) -> int:
    """Give every unseen mail to `take` and mark it as seen once `take` has returned; a mail that failed stays unseen, and one
    that has to come later is not fetched again before.

    Returns how many were taken. Network trouble is the caller's: OSError or imaplib.IMAP4.error.
    """
    parts = urlsplit(address)
    kind = imaplib.IMAP4_SSL if parts.scheme == "imaps" else imaplib.IMAP4
    box = kind(
        parts.hostname or "localhost",
        parts.port or (993 if parts.scheme == "imaps" else 143),
        timeout=timeout,
    )
    with contextlib.closing(_Session(box)):
        box.login(unquote(parts.username or ""), unquote(parts.password or ""))
        box.select(unquote(parts.path.strip("/")) or "INBOX")
        _state, found = box.uid("search", "UNSEEN")
        taken, put_off, waiting = 0, 0, cache.get(_WAITING, frozenset())
        for uid in (found[0] or b"").decode().split():
            if uid in waiting:
                continue
            try:  # those that fail again and again must not hold up the others
                taken += _one(box, uid, take)
            except Later as later:
                put_off, waiting = put_off + 1, waiting | {uid}
                cache.set(_WAITING, waiting, later.seconds)
            if taken + put_off == AT_ONCE:
                break
        return taken


class _Session:
    def __init__(self, box: imaplib.IMAP4) -> None:
        self.box = box

    def close(self) -> None:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            self.box.logout()


def _one(box: imaplib.IMAP4, uid: str, take: Callable[[bytes], object]) -> bool:
    _state, parts = box.uid("fetch", uid, "(BODY.PEEK[])")
    raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
    if not isinstance(raw, bytes):
        return False
    try:
        take(raw)
    except Later:
        raise
    except Exception:  # one strange mail must not stop the others
        logger.exception("a mail could not be filed and stays in the mailbox")
        return False
    box.uid("store", uid, "+FLAGS", "(\\Seen)")
    return True
