"""Dates and times as people say them, in the language of the page."""

from datetime import date, datetime

from django import template
from django.utils import formats
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def spoken_day(day: date) -> str:
    """ "Tuesday, 2 March"."""
    # Translators: a date format of Django, e.g. "Dienstag, 2. März" in German ("l, j. F")
    return formats.date_format(day, _("l, j F"))


@register.filter
def spoken_time(moment: datetime) -> str:
    """ "9:20"."""
    # Translators: a time format of Django, e.g. "9:20 Uhr" in German ("G:i \\U\\h\\r")
    return formats.date_format(moment, _("G:i"))


@register.filter
def spoken_month(day: date) -> str:
    return formats.date_format(day, "F Y")
