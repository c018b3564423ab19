"""Offers of the waiting list run by day: the night does not count."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def deadline(now: datetime, minutes: int, quiet_from: time, quiet_until: time, zone: ZoneInfo) -> datetime:
    """`minutes` of waking time after `now`; from `quiet_from` to `quiet_until` (local) the clock stands still.

    When both are the same there is no night.
    """
    left, moment = timedelta(minutes=minutes), now.astimezone(UTC)
    while True:
        local = moment.astimezone(zone)
        if is_quiet(local.time(), quiet_from, quiet_until):
            moment = _next(local, quiet_until, zone)
            continue
        night = _next(local, quiet_from, zone) if quiet_from != quiet_until else moment + left
        if moment + left <= night:
            return moment + left
        left -= night - moment
        moment = night


def is_quiet(clock: time, quiet_from: time, quiet_until: time) -> bool:
    if quiet_from <= quiet_until:
        return quiet_from <= clock < quiet_until
    return clock >= quiet_from or clock < quiet_until


def _next(local: datetime, clock: time, zone: ZoneInfo) -> datetime:
    """The next moment (UTC) after `local` at which the wall clock shows `clock`."""
    candidate = datetime.combine(local.date(), clock, zone)
    if candidate.astimezone(UTC) <= local.astimezone(UTC):
        candidate = datetime.combine(local.date() + timedelta(days=1), clock, zone)
    return candidate.astimezone(UTC)
