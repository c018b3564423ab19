"""Who comes, as a clerk writes it anew: a name was misheard, an address mistyped, a child is added."""

from dataclasses import dataclass, field, replace
from operator import attrgetter

from django.utils import timezone
from django.utils.translation import gettext_lazy

from appointments.fairness import contacts
from appointments.letters import mails
from appointments.models import Appointment, Channel
from appointments.pure.refusals import NoContact, Refused
from appointments.visit import enrolment, holding
from appointments.visit.enrolment import ChildData
from appointments.visit.holding import Contact
from portal import audit, links, outbox
from portal.models import User


class ChangedMeanwhile(Refused):
    """Somebody else changed the appointment since the page was made."""

    sentence = gettext_lazy(
        "This appointment was changed in the meantime, by %(who)s at %(time)s. Please look at it as it is now."
    )
    by_the_citizen = gettext_lazy(
        "The citizen changed this appointment in the meantime, at %(time)s. Please look at it as it is now."
    )

    def __init__(self, kept: Appointment) -> None:
        super().__init__(kept.pk)
        self.last = audit.history(kept)[:1].get()

    def __str__(self) -> str:
        sentence = self.sentence if self.last.actor else self.by_the_citizen
        clock = timezone.localtime(self.last.at).strftime("%H:%M")
        return str(sentence) % {"who": self.last.actor, "time": clock}


@dataclass(frozen=True, slots=True)
class Record:
    """`seen` is the count of changes that the clerk's page showed."""

    contact: Contact
    language: str
    children: list[ChildData] = field(default_factory=list)
    seen: int = 0


def says_the_same(kept: Appointment, record: Record) -> bool:
    """Nothing of it is new, as when a form was sent twice."""
    children = [ChildData(one.name, one.birth_date, one.guardians) for one in kept.children.all()]
    documents = tuple(kept.documents)
    on_record = Contact(kept.name, kept.email, kept.phone, kept.birth_date, kept.answers, documents)
    return (
        replace(record.contact, documents=tuple(record.contact.documents)) == on_record
        and record.language == kept.language
        and sorted(record.children, key=attrgetter("birth_date")) == children
    )


def write(kept: Appointment, record: Record, actor: User | None) -> bool:
    """Write it on the locked row, as a change that older pages have not seen.

    True where mails now go to another address, whose predecessor reads no more of them.
    """
    told, before = record.contact, kept.email
    key = contacts.key_of(told.email, told.phone)
    if not key and kept.channel == Channel.WEB:
        raise NoContact  # who booked online is reached online
    kept.sequence += 1
    holding.note(kept, told, contact_key=key, language=record.language, sequence=kept.sequence)
    enrolment.register(appointment=kept, children=record.children)
    kept.refresh_from_db(fields=["name", "email", "phone", "language", "contact_key"])
    audit.record(verb="appointment details corrected", subject=kept, actor=actor)
    if told.email == before:
        return False
    outbox.withdraw(kind="appointments/confirmation", about=kept)
    links.revoke(kept, mails.VISIT_LINK)
    return bool(told.email)
