"""The rows that all three services share."""

from portal.models.catalogue import CatalogueEntry
from portal.models.city import City, Country
from portal.models.people import Department, Membership, Role, User
from portal.models.places import Closure, HolidayOverride, Office, OpeningHours, Weekday
from portal.models.records import AuditEntry, CitizenLink, OutgoingMail, ThrottleCounter, WorkerHeartbeat
from portal.models.services import Service
from portal.models.unsent import UnsentWords

__all__ = [
    "AuditEntry",
    "CatalogueEntry",
    "CitizenLink",
    "City",
    "Closure",
    "Country",
    "Department",
    "HolidayOverride",
    "Membership",
    "Office",
    "OpeningHours",
    "OutgoingMail",
    "Role",
    "Service",
    "ThrottleCounter",
    "UnsentWords",
    "User",
    "Weekday",
    "WorkerHeartbeat",
]
