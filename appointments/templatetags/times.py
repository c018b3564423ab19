"""`{% load times %}`: the buttons of free times, and how far an office is away."""

from datetime import datetime
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appointments.times.timetable import TimeButton

register = template.Library()


@register.simple_tag
def time_button(button: TimeButton, with_place: bool = False) -> str:
    """The button of one free start. Lists differ and change, but they are made of the same buttons: each is drawn once."""
    place = button.place.name if with_place else ""
    return _button(button.value, button.local.replace(tzinfo=None), place, get_language() or "")


@lru_cache(maxsize=4_000)
def _button(value: str, local: datetime, place: str, language: str) -> str:
    values = {"value": value, "local": local, "place": place}
    return render_to_string("appointments/_time_button.html", values)


@register.filter
def spoken_distance(metres: int) -> str:
    """ "300 m", "1,2 km": no finer than the place that it is told from."""
    if metres < 950:
        return _("%(number)s m") % {"number": max(100, round(metres, -2))}
    return _("%(number)s km") % {"number": number_format(round(metres, -2) / 1000, 1 if metres < 9950 else 0)}
