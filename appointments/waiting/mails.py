"""The mails of the waiting list: the click that joins it, and a time that is offered."""

from django.urls import reverse
from django.utils.translation import override

from appointments.letters import summary
from appointments.models import WaitingEntry, WaitingOffer
from appointments.times import rulebook
from appointments.waiting import wanted_times
from portal import links, outbox

ENTRY_LINK = "waiting"
OFFER_LINK = "offer"


def ask_confirmation(entry: WaitingEntry) -> None:
    services = rulebook.current().services
    names = [services[pk].name_in(entry.language) for pk, _count in entry.lines if pk in services]
    outbox.add(
        kind="appointments/waiting",
        to=entry.email,
        context={"entry": entry, "what": " + ".join(names), "link": _entry_link(entry)},
        about=entry,
        language=entry.language,
        once=f"waiting/{entry.pk}/{wanted_times.seal_of(entry) if entry.proposed else ''}",
    )


def offer(given: WaitingOffer) -> None:
    entry, appointment = given.entry, given.appointment
    with override(entry.language):
        path = reverse("appointments:offer", args=[links.issue(subject=given, purpose=OFFER_LINK)])
    outbox.add(
        kind="appointments/offer",
        to=entry.email,
        context={
            "entry": entry,
            "facts": summary.of(appointment, entry.language),
            "when": summary.spoken(appointment.starts_at, entry.language),
            "until": summary.spoken(given.expires_at, entry.language),
            "link": links.absolute(path),
            "leave_link": _entry_link(entry),
        },
        about=given,
        language=entry.language,
        once=f"waiting/offer/{given.pk}",
        not_after=given.expires_at,
    )


def _entry_link(entry: WaitingEntry) -> str:
    with override(entry.language):
        token = links.issue(subject=entry, purpose=ENTRY_LINK)
        return links.absolute(reverse("appointments:entry", args=[token]))
