"""Calendar files: the same UID for the life of an appointment, a sequence that rises with every change."""

from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from appointments.letters import ics
from appointments.letters.summary import Summary, city_name
from appointments.models import Appointment
from appointments.pure.states import ENDED


def uid_of(appointment: Appointment) -> str:
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"termin-{appointment.pk}@{host}"


def method_of(appointment: Appointment) -> str:
    return "CANCEL" if appointment.state in ENDED else "PUBLISH"


def file_of(appointment: Appointment, summary: Summary, *, note: str, url: str = "") -> bytes:
    """An iCalendar file (RFC 5545) that adds, changes or removes this appointment in any calendar."""
    place, is_over = summary.place, appointment.state in ENDED
    event = [
        ("UID", ics.text(uid_of(appointment))),
        ("SEQUENCE", str(appointment.sequence)),
        (
            f'ORGANIZER;CN="{ics.parameter(city_name())}"',
            f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
        ),
        ("DTSTAMP", ics.utc(timezone.now())),
        ("DTSTART", ics.utc(appointment.starts_at)),
        ("DTEND", ics.utc(appointment.ends_at)),
        ("SUMMARY", ics.text(summary.title)),
        ("LOCATION", ics.text(", ".join(filter(None, [place.name, place.address])))),
        ("DESCRIPTION", ics.text(note)),
        ("STATUS", "CANCELLED" if is_over else "CONFIRMED"),
        ("TRANSP", "OPAQUE"),
    ]
    if url:
        event.append(("URL", url))
    if place.latitude is not None and place.longitude is not None:
        event.append(("GEO", f"{place.latitude};{place.longitude}"))
    reminder = [("ACTION", "DISPLAY"), ("DESCRIPTION", ics.text(summary.title)), ("TRIGGER", "-PT2H")]
    alarms = [] if is_over else [ics.component("VALARM", reminder)]
    head = [
        ("PRODID", ics.text(f"-//{city_name()}//appointments//EN")),
        ("VERSION", "2.0"),
        ("METHOD", method_of(appointment)),
    ]
    return ics.file(ics.component("VCALENDAR", head, ics.component("VEVENT", event, *alarms)))
