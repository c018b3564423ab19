"""The rows of the desk."""

from appointments.desk.models.changes import AffectedBooking, HoursChange
from appointments.desk.models.figures import DayFigures, EarliestTime
from appointments.desk.models.people import CalendarFeed, Counter, Visit

__all__ = [
    "AffectedBooking",
    "CalendarFeed",
    "Counter",
    "DayFigures",
    "EarliestTime",
    "HoursChange",
    "Visit",
]
