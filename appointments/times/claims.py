"""Rooms and persons of which there is only one: the wedding room, a certain registrar."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from appointments.models import Appointment, ResourceClaim
from appointments.pure.availability import unit_of
from appointments.pure.refusals import SlotTaken
from appointments.times.orders import Order
from appointments.times.rules import RuleBook

Busy = dict[int, list[tuple[int, int]]]  # resource -> taken stretches in units


def needed(book: RuleBook, order: Order, office_id: int) -> list[list[int]]:
    """For every service that needs one: the resources of this office that would do."""
    return [
        sorted(pk for pk in rules.resources if book.resources.get(pk) == office_id)
        for rules in order.rules(book)
        if rules.resources
    ]


def busy(resources: Iterable[int], since: datetime, until: datetime) -> Busy:
    """When the resources are taken. One query."""
    found: Busy = {pk: [] for pk in resources}
    rows = ResourceClaim.objects.filter(
        resource__in=list(found), active=True, during__overlap=DateTimeTZRange(since, until, "[)")
    )
    for resource, during in rows.values_list("resource_id", "during"):
        found[resource].append((unit_of(during.lower), unit_of(during.upper)))
    return found


def fits(sets: list[list[int]], taken: Busy, start: int, length: int) -> bool:
    """Whether each set still has its own free resource from `start`."""
    used: set[int] = set()
    for candidates in sets:
        free = [
            pk
            for pk in candidates
            if pk not in used and not any(a < start + length and start < b for a, b in taken.get(pk, ()))
        ]
        if not free:
            return False
        used.add(free[0])
    return True


def take(book: RuleBook, order: Order, appointment: Appointment, office_id: int) -> None:
    """Claim what the order needs for the time of the appointment, or raise SlotTaken."""
    used: set[int] = set()
    during = DateTimeTZRange(appointment.starts_at, appointment.ends_at, "[)")
    for candidates in needed(book, order, office_id):
        taken = busy(candidates, appointment.starts_at, appointment.ends_at)
        for resource in candidates:
            if resource in used or taken[resource]:
                continue
            claim = ResourceClaim(id=uuid4(), resource_id=resource, appointment=appointment, during=during)
            ResourceClaim.objects.bulk_create([claim], ignore_conflicts=True)  # ON CONFLICT DO NOTHING
            if ResourceClaim.objects.filter(pk=claim.pk).exists():
                used.add(resource)
                break
        else:
            raise SlotTaken


def move(book: RuleBook, order: Order, appointment: Appointment, office_id: int) -> None:
    """Claim for the new time what was claimed for the old one; the caller's transaction keeps both or none."""
    ResourceClaim.objects.filter(appointment=appointment).delete()
    take(book, order, appointment, office_id)
