"""What somebody told when booking, for the clerk: children, birth date, answers to questions, the language they speak."""

from datetime import date

from django.conf import settings
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appointments.letters import summary
from appointments.models import Appointment
from appointments.times import rulebook
from appointments.times.orders import Order

Told = list[tuple[str, str]]


def about(appointment: Appointment | None) -> Told:
    """Label and value, in the order in which a clerk asks; nothing for who came without an appointment."""
    if appointment is None:
        return []
    found: Told = []
    if appointment.birth_date:
        found.append((_("Date of birth"), _day(appointment.birth_date)))
    children = list(appointment.children.all())
    found += [(_("Child"), f"{child.name}, {_day(child.birth_date)}") for child in children]
    guardians = dict.fromkeys(name for child in children for name in child.guardians)
    if guardians:
        found.append((_("Parents or guardians"), ", ".join(guardians)))
    found += _answers(appointment)
    if appointment.language != settings.LANGUAGE_CODE:
        found.append((_("Speaks"), dict(settings.LANGUAGES).get(appointment.language, appointment.language)))
    return found


def matter(appointment: Appointment) -> str:
    """All that was booked, with counts."""
    return summary.of(appointment, get_language() or settings.LANGUAGE_CODE).title


def _answers(appointment: Appointment) -> Told:
    """Each answer below its question; a question that is no longer asked keeps its key."""
    services, language = rulebook.current().services, get_language() or settings.LANGUAGE_CODE
    asked = {
        question["key"]: summary.text_in(question.get("label", {}), language)
        for pk in Order.kept(appointment.order).services
        if pk in services
        for question in services[pk].extra_fields
    }
    return [(str(asked.get(key) or key), _readable(value)) for key, value in appointment.answers.items()]


def _readable(value: object) -> str:
    day = parse_date(value) if isinstance(value, str) and len(value) == 10 else None
    return _day(day) if day else str(value)


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
