"""The mails about an appointment: one per person and event, each with its calendar file."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from appointments.letters import calendars, summary
from appointments.models import Appointment
from portal import links, outbox

VISIT_LINK = "appointment"


def confirmation(appointment: Appointment) -> None:
    _write("confirmation", appointment, once=f"appointment/{appointment.pk}/confirmation")


def moved(appointment: Appointment, *, was: datetime, reason: str = "") -> None:
    _write(
        "moved",
        appointment,
        once=f"appointment/{appointment.pk}/moved/{appointment.sequence}",
        was=summary.spoken(was, appointment.language),
        reason=reason,
    )


def cancellation(appointment: Appointment, *, reason: str = "") -> None:
    _write("cancellation", appointment, once=f"appointment/{appointment.pk}/cancelled", reason=reason)


def reminder(appointment: Appointment, hours: int) -> None:
    """Never after the appointment, and once per appointment, time and distance."""
    _write(
        "reminder",
        appointment,
        once=f"appointment/{appointment.pk}/reminder/{hours}/{appointment.sequence}",
        not_after=appointment.starts_at,
        hours=hours,
    )


def ask_confirmation(appointment: Appointment) -> None:
    if not appointment.email:
        return
    facts = summary.of(appointment, appointment.language)
    outbox.add(
        kind="appointments/ask_confirmation",
        to=appointment.email,
        context={
            "appointment": appointment,
            "facts": facts,
            "when": summary.spoken(appointment.starts_at, appointment.language),
            "until": timezone.localtime(appointment.held_until),
            "link": _link("appointments:confirm", appointment, appointment.language),
        },
        about=appointment,
        language=appointment.language,
        once=f"appointment/{appointment.pk}/ask",
        not_after=appointment.held_until,
    )


def own_appointments(email: str, found: list[Appointment], language: str) -> None:
    """The answer to "I lost my link"."""
    rows = [
        {
            "when": summary.spoken(row.starts_at, language),
            "facts": summary.of(row, language),
            "link": _link("appointments:mine", row, language),
        }
        for row in found
    ]
    outbox.add(kind="appointments/lost_link", to=email, context={"rows": rows}, language=language)


def _write(
    kind: str, appointment: Appointment, *, once: str, not_after: datetime | None = None, **more: Any
) -> None:
    if not appointment.email:
        return
    language = appointment.language
    facts = summary.of(appointment, language)
    link = _link("appointments:mine", appointment, language)
    note = f"{facts.number}\n{link}"
    outbox.add(
        kind=f"appointments/{kind}",
        to=appointment.email,
        context={
            "appointment": appointment,
            "facts": facts,
            "when": summary.spoken(appointment.starts_at, language),
            "link": link,
            "book_again": links.absolute(_path("appointments:start", language)),
            **more,
        },
        about=appointment,
        language=language,
        calendar=calendars.file_of(appointment, facts, note=note, url=link),
        calendar_method=calendars.method_of(appointment),
        once=once,
        not_after=not_after,
    )


def _link(route: str, appointment: Appointment, language: str) -> str:
    with override(language):
        token = links.issue(subject=appointment, purpose=VISIT_LINK)
        return links.absolute(reverse(route, args=[token]))


def _path(route: str, language: str) -> str:
    with override(language):
        return reverse(route)
