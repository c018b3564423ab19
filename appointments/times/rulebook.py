"""All rules of the city as plain values, remembered by the process until somebody edits one of them."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from appointments.models import RuleStamp, Switches
from appointments.times import rules_read
from appointments.times.rules import RuleBook
from portal.remembered import Remembered


def current() -> RuleBook:
    """The rules as they stand now. One query when nothing changed."""
    return _remembered.current()


def at_hand() -> RuleBook:
    """The rules as this process knows them, maybe a moment old: for a command whose statement asks whether they still stand."""
    return _remembered.at_hand()


def settled() -> RuleBook:
    """The rules, which nobody can edit until this transaction ends.

    Whoever gives somebody a time for good asks this first of all: an edit of hours either sees the booking and treats
    it, or is seen by it.
    """
    return _remembered.settled()


def local_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def switches() -> Switches:
    return Switches.objects.filter(pk=1).first() or Switches(pk=1)


def _read(stamp: UUID | None) -> RuleBook:
    return rules_read.read(stamp, local_zone(), switches())


_remembered = Remembered(RuleStamp, _read)
