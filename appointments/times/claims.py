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
    """For every service: the rooms, and the persons, of this office that would do; one of each list is needed."""
    found = []
    for rules in order.rules(book):
        listed = {pk: named for pk in sorted(rules.resources) if (named := book.resources.get(pk))}
        for kind in sorted({named.kind for named in listed.values()}):
            found.append(
                [
                    pk
                    for pk, named in listed.items()
                    if named.kind == kind and named.office == office_id and named.active
                ]
            )
    return found


def busy(
    resources: Iterable[int], since: datetime, until: datetime, besides: Appointment | None = None
) -> Busy:
    """When the resources are taken, by others than `besides`. One query."""
    found: Busy = {pk: [] for pk in resources}
    rows = ResourceClaim.objects.filter(
        resource__in=list(found), active=True, during__overlap=DateTimeTZRange(since, until, "[)")
    )
    if besides is not None:
        rows = rows.exclude(appointment=besides)
    for resource, during in rows.values_list("resource_id", "during"):
        found[resource].append((unit_of(during.lower), unit_of(during.upper)))
    return found


def fits(sets: list[list[int]], taken: Busy, start: int, length: int) -> bool:
    """Whether each set still has its own free resource from `start`."""
    over = {pk for pk, spans in taken.items() if any(a < start + length and start < b for a, b in spans)}
    return _one_each(sets, over) is not None


def _one_each(sets: list[list[int]], taken: set[int]) -> list[int] | None:
    """A free resource for every set, no one twice; None where that cannot be."""
    if not sets:
        return []
    for pk in sets[0]:
        if pk not in taken and (others := _one_each(sets[1:], taken | {pk})) is not None:
            return [pk, *others]
    return None


def take(book: RuleBook, order: Order, appointment: Appointment, office_id: int) -> None:
    """Claim what the order needs for the time of the appointment, or raise SlotTaken."""
    sets = needed(book, order, office_id)
    starts, ends = appointment.starts_at, appointment.ends_at
    wanted = {pk for candidates in sets for pk in candidates}
    taken = {pk for pk, spans in busy(wanted, starts, ends).items() if spans} if sets else set()
    while (chosen := _one_each(sets, taken)) is not None:
        lost = set(chosen) - _claim(chosen, appointment)
        if not lost:
            return
        ResourceClaim.objects.filter(appointment=appointment).delete()
        taken |= lost  # somebody was quicker: others may do
    raise SlotTaken


def _claim(resources: Iterable[int], appointment: Appointment) -> set[int]:
    """Write the claims, in key order, so that nobody waits for each other; returns those that nobody else had."""
    during = DateTimeTZRange(appointment.starts_at, appointment.ends_at, "[)")
    ResourceClaim.objects.bulk_create(
        [
            ResourceClaim(id=uuid4(), resource_id=pk, appointment=appointment, during=during)
            for pk in sorted(resources)
        ],
        ignore_conflicts=True,  # ON CONFLICT DO NOTHING
    )
    return set(ResourceClaim.objects.filter(appointment=appointment).values_list("resource_id", flat=True))


def move(book: RuleBook, order: Order, appointment: Appointment, office_id: int) -> None:
    """Claim for the new time what was claimed for the old one; the caller's transaction keeps both or none."""
    ResourceClaim.objects.filter(appointment=appointment).delete()
    take(book, order, appointment, office_id)
