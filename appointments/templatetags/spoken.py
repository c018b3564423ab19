"""Dates and times as people say them, in the language of the page. A page says the same few often: they are kept."""

from datetime import date, datetime, time
from functools import lru_cache

from django import template
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def spoken_day(day: date) -> str:
    """ "Tuesday, 2 March"."""
    return _day(date(day.year, day.month, day.day), get_language() or "")


@register.filter
def spoken_time(moment: datetime) -> str:
    """ "9:20"."""
    return _clock(time(moment.hour, moment.minute), get_language() or "")


@register.filter
def spoken_month(day: date) -> str:
    return formats.date_format(day, "F Y")


@lru_cache(maxsize=4000)
def _day(day: date, language: str) -> str:
    # Translators: a date format of Django, e.g. "Dienstag, 2. März" in German ("l, j. F")
    return formats.date_format(day, _("l, j F"))


@lru_cache(maxsize=4000)
def _clock(clock: time, language: str) -> str:
    # Translators: a time format of Django, e.g. "9:20 Uhr" in German ("G:i \\U\\h\\r")
    return formats.time_format(clock, _("G:i"))
