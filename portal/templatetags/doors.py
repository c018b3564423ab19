"""`{% load doors %}`: whether an office is open, in words."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from portal.opening import OfficeState

register = template.Library()
KEPT = 400  # most offices of a city say one of a few things


@register.simple_tag
def office_state(state: OfficeState) -> SafeString:
    """`{% office_state row.state %}`: "open until 12:00", "closed, opens Thu 3 December, 8:00 am"."""
    return _told(state, get_language())


@lru_cache(maxsize=KEPT)
def _told(state: OfficeState, language: str | None) -> SafeString:
    return render_to_string("components/_office_state.html", {"state": state})
