"""Bookings that look like resale: many from one network, or the same birth date and service under many names."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Min, Q, QuerySet

from appointments.models import Appointment, Channel, Purpose
from appointments.pure.states import State

DAYS = 14
LEAST_OF_ONE_NETWORK = 5
LEAST_CANCELLED = 3


@dataclass(frozen=True, slots=True)
class Cluster:
    """Bookings that belong together; `key` is the hashed network or the address, `query` finds them in the list of appointments."""

    kind: str
    key: str
    booked: int
    cancelled: int
    addresses: int
    first: datetime
    last: datetime
    query: str


def clusters(now: datetime, departments: QuerySet[Any]) -> list[Cluster]:
    """The clusters of the last two weeks in these departments, the largest first. One query a kind."""
    rows = Appointment.objects.filter(
        channel=Channel.WEB,
        purpose=Purpose.VISIT,
        created_at__gte=now - timedelta(days=DAYS),
        pool__office__department__in=departments,
    ).exclude(state=State.HOLD)
    found = [
        *_grouped("network", rows.exclude(client_key=""), "client_key", Q(booked__gte=LEAST_OF_ONE_NETWORK)),
        *_grouped("address", rows.exclude(contact_key=""), "contact_key", Q(cancelled__gte=LEAST_CANCELLED)),
    ]
    return sorted(found, key=lambda cluster: -cluster.booked)


def _grouped(kind: str, rows: QuerySet[Any], key: str, condition: Q) -> list[Cluster]:
    groups = (
        rows.values(key)
        .annotate(
            booked=Count("pk"),
            cancelled=Count("pk", filter=Q(state=State.CANCELLED)),
            addresses=Count("contact_key", distinct=True),
            first=Min("created_at"),
            last=Max("created_at"),
        )
        .filter(condition)
        .order_by("-booked")[:50]
    )
    return [
        Cluster(
            kind,
            row[key],
            row["booked"],
            row["cancelled"],
            row["addresses"],
            row["first"],
            row["last"],
            urlencode({key: row[key], "channel": Channel.WEB}),
        )
        for row in groups
    ]
