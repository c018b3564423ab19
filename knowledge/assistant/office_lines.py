"""What is said of offices: where they are, how to call them, whether their doors are open now."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from knowledge.assistant.replies import Fact
from knowledge.assistant.sentences import holds
from portal import opening
from portal.look import spoken
from portal.models import Office

PLACES = ("where", "hours", "phone")
"""What an office answers by itself."""
MOST_OFFICES = 4


def places(offices: Sequence[Office], aspect: str) -> tuple[str, list[Fact]]:
    """Address, phone and doors of offices, computed now."""
    tables, now = opening.timetables(offices), timezone.now()
    states = {pk: opening.state_from(table, now) for pk, table in tables.items()}
    facts: list[Fact] = []
    for office in offices[:MOST_OFFICES]:
        hours = week(tables[office.pk]) if aspect == "hours" else ()
        lines = [office.address, office.phone, doors(states[office.pk]), *hours]
        facts.append(Fact(office.name, tuple(filter(None, lines))))
    first = offices[0]
    if aspect == "phone" and first.phone:
        return _("You reach %(office)s at %(phone)s.") % {"office": first.name, "phone": first.phone}, facts
    if aspect == "hours":
        return f"{first.name}: {doors(states[first.pk])}", facts
    names = ", ".join(office.name for office in offices[:MOST_OFFICES])
    return _("Here: %(offices)s.") % {"offices": names}, facts


def week(table: opening.Timetable) -> tuple[str, ...]:
    """The hours of an ordinary week, a line a day: "Mo 8:00–12:00 Uhr, 14:00–18:00 Uhr"."""
    today = timezone.localdate()
    days: dict[int, list[str]] = {}
    for row in sorted(table.hours, key=lambda row: (row.weekday, row.opens)):
        ended = row.valid_until is not None and row.valid_until < today
        if not ended and (row.valid_from is None or row.valid_from <= today):
            days.setdefault(row.weekday, []).append(spoken.span(row.opens, row.closes))
    return tuple(f"{WEEKDAYS_ABBR[day]} {', '.join(spans)}" for day, spans in days.items())


def doors(state: opening.OfficeState) -> str:
    """ "open now until 16:00" or when it opens next, in words."""
    today = ", ".join(spoken.span(opens, closes) for opens, closes in state.today)
    if state.is_open and state.closes_at:
        return _("open now, until %(time)s") % {"time": spoken.clock(timezone.localtime(state.closes_at))}
    if state.opens_next:
        when = spoken.near_moment(timezone.localtime(state.opens_next), timezone.localdate())
        closed = _("closed now, opens %(when)s") % {"when": when}
        return f"{closed} ({_('today')} {today})" if today else closed
    return _("closed now")


def named_offices(topic: Sequence[str], language: str) -> list[Office]:
    """The offices that these words name and nothing else: "Bürgerbüro Nord", "Standesamt"."""
    offices = Office.objects.filter(active=True).order_by("pk") if topic else Office.objects.none()
    return [office for office in offices if holds(office.name, topic, language)][:MOST_OFFICES]
