"""A rate limit that several hosts share: one counter row per scope, hashed client and window."""

import ipaddress
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.models import ThrottleCounter

View = Callable[..., HttpResponse]

_COUNT = """
INSERT INTO portal_throttlecounter (scope, key_hash, "window", count) SELECT %s, %s, %s, 1
ON CONFLICT ON CONSTRAINT throttle_one_row_per_window DO UPDATE SET count = portal_throttlecounter.count + 1
RETURNING count
"""
# The same for a transaction of its own, which does not wait for the disk: a count that a crash takes is no loss.
_COUNT_SOON = _COUNT.replace("\nON", " FROM set_config('synchronous_commit', 'off', true)\nON", 1)


class TooMany(Exception):
    """The limit is used up; `retry_after` seconds until the next window."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"try again in {retry_after} s")
        self.retry_after = retry_after


def hit(*, scope: str, key: str, limit: int, seconds: int) -> int:
    """Count one use and return the count of this window. Raises TooMany above `limit`."""
    now = timezone.now().timestamp()
    window = now - now % seconds
    row = [scope, salted_hmac("portal.throttle", key, algorithm="sha256").hexdigest()]
    with connection.cursor() as cursor:
        statement = _COUNT if connection.in_atomic_block else _COUNT_SOON
        cursor.execute(statement, [*row, datetime.fromtimestamp(window, UTC)])
        count: int = cursor.fetchone()[0]
    if count > limit:
        raise TooMany(retry_after=max(1, math.ceil(window + seconds - now)))
    return count


def limited(scope: str, *, limit: int, seconds: int) -> Callable[[View], View]:
    """Count the POSTs of one client to this view; above `limit` per `seconds` answer 429."""

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                hit(scope=scope, key=client_key(request), limit=limit, seconds=seconds)
            return view(request, *args, **kwargs)

        return counted

    return decorate


def client_key(request: HttpRequest) -> str:
    """The client's address as our own proxies saw it; an IPv6 household counts as one (/64)."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        chain = [
            part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()
        ]
        if chain:  # each proxy of ours appended one entry: count from the right, never trust the left
            address = chain[-min(settings.TRUSTED_PROXIES, len(chain))]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        # a socket for both families: otherwise the whole IPv4 world were one household
        parsed = parsed.ipv4_mapped
    if parsed.version == 6:
        return str(ipaddress.ip_network(f"{parsed}/64", strict=False))
    return str(parsed)


def forget_old(now: datetime) -> int:
    """Drop counters of windows that ended a day ago."""
    deleted, _by_model = ThrottleCounter.objects.filter(window__lt=now - timedelta(days=1)).delete()
    return deleted
