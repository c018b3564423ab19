"""All rules of the city as plain values, kept per process until the stamp in the database changes.

The stamp is written by triggers on every table a rule lives in, so an edit by whatever hand counts on the next
request. Reading costs one short query, or about ten after an edit.
"""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from appointments.models import Switches
from appointments.times import rules_read
from appointments.times.rules import RuleBook

_current: RuleBook | None = None


def current() -> RuleBook:
    """The rules as they stand now. One query when nothing changed."""
    return _as_of("SELECT stamp FROM appointments_rulestamp WHERE id = 1")


def at_hand() -> RuleBook:
    """The rules as this process knows them, maybe a moment old: for a command whose statement asks whether they still stand."""
    return _current or current()


def settled() -> RuleBook:
    """The rules, which nobody can edit until this transaction ends.

    Whoever gives somebody a time for good asks this first of all: an edit of hours either sees the booking and treats
    it, or is seen by it.
    """
    return _as_of("SELECT stamp FROM appointments_rulestamp WHERE id = 1 FOR SHARE")


def _as_of(query: str) -> RuleBook:
    global _current
    with connection.cursor() as cursor:  # every booking asks this: without the ORM it costs a third
        cursor.execute(query)
        row = cursor.fetchone()
    stamp = row[0] if row else None
    book = _current
    if book is None or stamp is None or book.stamp != stamp:
        book = _current = rules_read.read(stamp, local_zone(), switches())
    return book


def local_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def switches() -> Switches:
    return Switches.objects.filter(pk=1).first() or Switches(pk=1)
