"""Enrolment: the children of a visit, and forgetting them after the season."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from appointments.models import Appointment, Child, Season
from appointments.pure.refusals import NotInSeason
from appointments.times import rulebook


@dataclass(frozen=True, slots=True)
class ChildData:
    name: str
    birth_date: date
    guardians: list[str]


@transaction.atomic
def register(*, appointment: Appointment, children: list[ChildData]) -> None:
    """Write the children of a visit, instead of what was written before, in the season in which its time was held."""
    service = rulebook.current().services.get(appointment.service_id or 0)
    season = service.season_at(appointment.created_at) if service else None
    Child.objects.filter(appointment=appointment).delete()
    if not children:
        return
    if season is None:
        raise NotInSeason(None)
    Child.objects.bulk_create(
        Child(
            season_id=season.id,
            appointment=appointment,
            name=child.name,
            birth_date=child.birth_date,
            guardians=child.guardians,
        )
        for child in children
    )


def forget(now: datetime) -> int:
    """Delete the children of seasons that are over, and of visits that did not come about."""
    today = now.astimezone(rulebook.local_zone()).date()
    over = Season.objects.filter(forget_after__lt=today)
    deleted, _models = Child.objects.filter(season__in=over).delete()
    lost, _models = Child.objects.filter(appointment__state__in=["expired", "cancelled"]).delete()
    return deleted + lost
