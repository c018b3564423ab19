"""The rows of the appointment service."""

from appointments.models.exceptions import Absence, SpecialDay
from appointments.models.fairness import ReadyDocument
from appointments.models.resources import Resource
from appointments.models.rules import (
    BookableService,
    Offer,
    Opening,
    Pool,
    RuleStamp,
    Switches,
)
from appointments.models.seasons import Child, Season
from appointments.models.visits import Appointment, Channel, DayLoad, Purpose, ResourceClaim, SlotLoad
from appointments.models.waiting import WaitingEntry, WaitingOffer

__all__ = [
    "Absence",
    "Appointment",
    "BookableService",
    "Channel",
    "Child",
    "DayLoad",
    "Offer",
    "Opening",
    "Pool",
    "Purpose",
    "ReadyDocument",
    "Resource",
    "ResourceClaim",
    "RuleStamp",
    "Season",
    "SlotLoad",
    "SpecialDay",
    "Switches",
    "WaitingEntry",
    "WaitingOffer",
]
