"""What a clerk may do, in which offices; and the office, counter or person that an address names."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import register_converter
from django.urls.converters import StringConverter

from appointments.desk.models import Counter, Visit
from portal import access
from portal.models import Office
from portal.untrusted import row_number

RUN_DAY = "desk.run_day"
CALL = "desk.call_visit"
BOOK = "desk.book_appointment"
EDIT_HOURS = "desk.change_hours"
SEE_FIGURES = "desk.view_figures"


def sensible(day: date) -> date:
    """`day`, or ValueError for one whose neighbours the calendar does not have."""
    if not 1900 <= day.year <= 9000:
        raise ValueError(day)
    return day


class IsoDate(StringConverter):
    """2026-12-03 in an address; anything else is no such page."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:  # type: ignore[override]  # what a converter is for
        return sensible(date.fromisoformat(value))

    def to_url(self, value: Any) -> str:
        return value.isoformat() if isinstance(value, date) else str(value)


register_converter(IsoDate, "isodate")


def offices(request: HttpRequest, permission: str) -> list[Office]:
    """The offices with counters or openings in which this person has `permission`."""
    mine = access.departments_with(request.user, permission)
    return list(
        Office.objects.filter(department__in=mine, active=True, pools__isnull=False)
        .distinct()
        .order_by("name")
    )


def office(request: HttpRequest, slug: str, permission: str) -> Office:
    found = get_object_or_404(Office.objects.select_related("department"), slug=slug)
    if not access.may(request.user, permission, found):
        raise PermissionDenied
    return found


def counter(request: HttpRequest, pk: int, permission: str) -> Counter:
    found = get_object_or_404(Counter.objects.select_related("office", "clerk"), pk=pk, active=True)
    if not access.may(request.user, permission, found):
        raise PermissionDenied
    return found


def visit(pk: str | int, at: Office) -> Visit:
    """Somebody of this office."""
    return get_object_or_404(Visit, pk=row_number(str(pk)), office=at)


def number(text: str | None) -> int:
    """A whole number out of a form, or no such page."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Http404
    return int(text)
