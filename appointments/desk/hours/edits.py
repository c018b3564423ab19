"""Changes of the rules as plain values: what each writes, and how it is taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.core import serializers
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.desk.models import HoursChange
from appointments.models import Absence, Opening, Pool, SpecialDay
from appointments.pure.availability import Weekly
from appointments.pure.refusals import Refused
from portal.models import Closure, Office

DAYS_LOOKED_AT = 2 * 53 * 7
Exceptional = Closure | Absence | SpecialDay


class AlreadyClosed(Refused):
    sentence = gettext_lazy("The office is already closed on these days. Nothing was changed.")


class AlreadyLifted(Refused):
    sentence = gettext_lazy("This exception was already lifted. Nothing was changed.")


@dataclass(frozen=True)
class Edit:
    """A change of rules as plain values: `apply` writes it and returns how to take it back.

    `reason` is what the lead is offered to tell the citizens: never what was noted for the colleagues.
    """

    kind: HoursChange.Kind
    title: str
    reason: str
    apply: Callable[[], dict[str, Any]]


def closure(*, office: Office, first_day: date, last_day: date, reason: str) -> Edit:
    """The office is closed on whole days. The second time is refused: nothing happens twice."""

    def apply() -> dict[str, Any]:
        Office.objects.select_for_update().get(pk=office.pk)
        if Closure.objects.filter(office=office, first_day__lte=first_day, last_day__gte=last_day).exists():
            raise AlreadyClosed
        made = Closure.objects.create(office=office, first_day=first_day, last_day=last_day, reason=reason)
        return {"closure": made.pk}

    first, last = (date_format(day, "SHORT_DATE_FORMAT") for day in (first_day, last_day))
    days = {"first": first, "last": last}
    title = (_("Closed %(first)s") if first == last else _("Closed %(first)s to %(last)s")) % days
    return Edit(HoursChange.Kind.CLOSURE, title, reason, apply)


def absence(*, pool: Pool, starts_at: datetime, ends_at: datetime, places: int, note: str) -> Edit:
    """So many counters of a pool are not staffed for a while."""

    def apply() -> dict[str, Any]:
        made = Absence.objects.create(
            pool=pool, starts_at=starts_at, ends_at=ends_at, places=places, note=note
        )
        return {"absence": made.pk}

    title = _("%(pool)s: %(places)s counters missing from %(start)s") % {
        "pool": pool.name,
        "places": places,
        "start": date_format(timezone.localtime(starts_at), "SHORT_DATETIME_FORMAT"),
    }
    return Edit(HoursChange.Kind.ABSENCE, title, "", apply)


def openings(*, pool: Pool, save: Callable[[], Any]) -> Edit:
    """The weekly hours of a pool; `save` writes the rows that the editor's form holds."""

    def apply() -> dict[str, Any]:
        before = serializers.serialize("json", Opening.objects.filter(pool=pool))
        save()
        return {"pool": pool.pk, "openings": before}

    return Edit(HoursChange.Kind.OPENINGS, _("%(pool)s: weekly hours") % {"pool": pool.name}, "", apply)


def special_day(*, pool: Pool, save: Callable[[], SpecialDay], reason: str = "") -> Edit:
    """Other hours on some days; `save` writes the row that the editor's form holds."""

    def apply() -> dict[str, Any]:
        return {"special_day": save().pk}

    title = _("%(pool)s: other hours on single days") % {"pool": pool.name}
    return Edit(HoursChange.Kind.SPECIAL, title, reason, apply)


def lifted(*, row: Exceptional) -> Edit:
    """A closure, an absence or special days end before their time. The second time is refused."""

    def apply() -> dict[str, Any]:
        if not type(row)._default_manager.select_for_update().filter(pk=row.pk).exists():
            raise AlreadyLifted
        kept = serializers.serialize("json", [row])
        type(row)._default_manager.filter(pk=row.pk).delete()
        return {"lifted": kept}

    return Edit(HoursChange.Kind.LIFTED, _("Lifted: %(what)s") % {"what": described(row)}, "", apply)


def decided() -> Edit:
    """No rule changes: somebody decides about bookings that lie outside the hours, because rules were changed elsewhere."""
    return Edit(HoursChange.Kind.DECIDED, _("Bookings outside the hours"), "", dict)


def described(row: Exceptional) -> str:
    """An exception in words: from when to when, and what is different."""
    if isinstance(row, Absence):
        first, last = timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)
        days, what = (
            (date_format(at, "SHORT_DATETIME_FORMAT") for at in (first, last)),
            row._meta.verbose_name,
        )
        return f"{row.pool.name}, {what} {' – '.join(days)}"
    days = (date_format(on, "SHORT_DATE_FORMAT") for on in dict.fromkeys((row.first_day, row.last_day)))
    if isinstance(row, SpecialDay):
        hours = f" {row.opens:%H:%M}–{row.closes:%H:%M}" if row.opens and row.closes else ""
        return f"{row.pool.name}, {row.get_kind_display()} {' – '.join(days)}{hours}"
    return f"{_('closed')} {' – '.join(days)}"


def rhythm(row: Opening, today: date) -> str:
    """What an opening says besides weekday and hours: how often, with its next days; from when, until when, for what."""
    said = []
    if row.valid_from > today:
        said.append(_("from %(day)s") % {"day": _short(row.valid_from)})
    if row.valid_until:
        said.append(_("until %(day)s") % {"day": _short(row.valid_until)})
    if row.every_weeks > 1:
        said.append(_("every %(number)s weeks") % {"number": row.every_weeks})
    if row.nth_of_month:
        said.append(_("only the %(which)s of the month") % {"which": row.get_nth_of_month_display()})
    if row.every_weeks > 1 or row.nth_of_month:
        said.append(_("next: %(days)s") % {"days": ", ".join(map(_short, _next_days(row, today))) or "–"})
    if only := [str(service) for service in row.services.all()]:
        said.append(_("only for: %(services)s") % {"services": ", ".join(only)})
    return "; ".join(said)


def _next_days(row: Opening, today: date) -> list[date]:
    rule = Weekly(
        row.weekday,
        row.opens,
        row.closes,
        row.capacity,
        row.public_capacity,
        row.valid_from,
        row.valid_until,
        row.every_weeks,
        row.nth_of_month,
    )
    begin = max(today, row.valid_from)
    days = (begin + timedelta(days=n) for n in range(DAYS_LOOKED_AT))
    return list(islice((day for day in days if rule.falls_on(day)), 3))


def _short(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def take_back(made: HoursChange) -> None:
    """Put the rules back as they were before this change."""
    data = made.undo_data
    Closure.objects.filter(pk=data.get("closure")).delete()
    Absence.objects.filter(pk=data.get("absence")).delete()
    SpecialDay.objects.filter(pk=data.get("special_day")).delete()
    if "openings" in data:
        Opening.objects.filter(pool=data["pool"]).delete()
    for kept in serializers.deserialize("json", data.get("openings") or data.get("lifted") or "[]"):
        kept.save()
