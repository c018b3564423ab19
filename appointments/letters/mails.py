"""The mails about an appointment: one per person and event, each with its calendar file."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from appointments.letters import calendars, summary
from appointments.models import Appointment
from appointments.pure.states import State
from portal import links, outbox

VISIT_LINK = "appointment"
CONFIRM_LINK = "appointment address"  # stands in the mail alone: who has it reads mails of that address


def confirmation(appointment: Appointment, *, again: bool = False) -> None:
    """`again`: to another address than the first time."""
    _write("confirmation", appointment, once="" if again else f"appointment/{appointment.pk}/confirmation")


def moved(appointment: Appointment, *, was: datetime | None, reason: str = "") -> None:
    """Another time, or with `was` empty another visit at the same time."""
    _write(
        "moved" if was else "changed",
        appointment,
        once=f"appointment/{appointment.pk}/moved/{appointment.sequence}",
        was=summary.spoken(was, appointment.language) if was else "",
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


def ask_confirmation(appointment: Appointment, *, again: bool = False) -> None:
    """The mail whose link makes the appointment count; `again`: a second one."""
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
            "link": _link_of(appointment, appointment.language),
        },
        about=appointment,
        language=appointment.language,
        once="" if again else f"appointment/{appointment.pk}/ask",
        not_after=appointment.held_until,
    )


def stop_asking(appointment: Appointment) -> None:
    """The mail went to a wrong address: its link is dead, and what has not left yet never does."""
    outbox.withdraw(kind="appointments/ask_confirmation", about=appointment)
    links.revoke(appointment, CONFIRM_LINK)


def own_appointments(email: str, found: list[Appointment], language: str) -> None:
    """The answer to "I lost my link"."""
    rows = [
        {
            "when": summary.spoken(row.starts_at, language),
            "facts": summary.of(row, language),
            "link": _link_of(row, language),
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
    link = _link_of(appointment, language)
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


def _link_of(appointment: Appointment, language: str) -> str:
    """To the appointment; to the button that confirms it, where it waits for that."""
    waits = appointment.state == State.UNCONFIRMED
    route, purpose = ("confirm", CONFIRM_LINK) if waits else ("mine", VISIT_LINK)
    with override(language):
        token = links.issue(subject=appointment, purpose=purpose)
        return links.absolute(reverse(f"appointments:{route}", args=[token]))


def _path(route: str, language: str) -> str:
    with override(language):
        return reverse(route)
