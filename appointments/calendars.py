"""Calendar files: the same UID for the life of an appointment, a sequence that rises with every change."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from icalendar import Alarm, Calendar, Event

from appointments.models import Appointment
from appointments.states import ENDED
from appointments.summary import Summary, city_name


def uid_of(appointment: Appointment) -> str:
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"termin-{appointment.pk}@{host}"


def method_of(appointment: Appointment) -> str:
    return "CANCEL" if appointment.state in ENDED else "PUBLISH"


def file_of(appointment: Appointment, summary: Summary, *, note: str, url: str = "") -> bytes:
    """An iCalendar file (RFC 5545) that adds, changes or removes this appointment in any calendar."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{city_name()}//Termine//DE")
    calendar.add("version", "2.0")
    calendar.add("method", method_of(appointment))
    event = Event()
    event.add("uid", uid_of(appointment))
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", timezone.now().astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", _utc(appointment.starts_at))
    event.add("dtend", _utc(appointment.ends_at))
    event.add("summary", summary.title)
    event.add("location", ", ".join(filter(None, [summary.place.name, summary.place.address])))
    event.add("description", note)
    event.add("status", "CANCELLED" if appointment.state in ENDED else "CONFIRMED")
    event.add("transp", "OPAQUE")
    if url:
        event.add("url", url)
    if summary.place.latitude is not None and summary.place.longitude is not None:
        event.add("geo", (summary.place.latitude, summary.place.longitude))
    if appointment.state not in ENDED:
        event.add_component(_alarm(summary.title))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _alarm(text: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", timedelta(hours=-2))
    return alarm


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
