"""`{% load spoken %}`: dates and times as people say them (portal/look/spoken.py), in local time."""

from __future__ import annotations

from datetime import date, datetime, time

from django import template
from django.utils import timezone

from portal.look import spoken

register = template.Library()


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _day(value: date) -> date:
    return _local(value) if isinstance(value, datetime) else value


@register.filter
def spoken_day(value: date | None) -> str:
    """ "Dienstag, 2. März"."""
    return spoken.day(_day(value)) if value else ""


@register.filter
def spoken_short_day(value: date | None) -> str:
    """ "Di, 2. März"."""
    return spoken.short_day(_day(value)) if value else ""


@register.filter
def spoken_full_day(value: date | None) -> str:
    """ "Dienstag, 2. März 2027"."""
    return spoken.full_day(_day(value)) if value else ""


@register.filter
def spoken_date(value: date | None) -> str:
    """ "2. März 2027"."""
    return spoken.plain_day(_day(value)) if value else ""


@register.filter
def spoken_near_date(value: datetime | None) -> str:
    """ "heute", "2. März 2027"."""
    return spoken.near_day(_local(value).date(), timezone.localdate()) if value else ""


@register.filter
def spoken_month(value: date | None) -> str:
    """ "März 2027"."""
    return spoken.month(_day(value)) if value else ""


@register.filter
def spoken_time(value: datetime | time | None) -> str:
    """ "9:20 Uhr"."""
    if value is None:
        return ""
    return spoken.clock(_local(value) if isinstance(value, datetime) else value)


@register.filter
def spoken_moment(value: datetime | None) -> str:
    """ "Di, 2. März, 9:20 Uhr"."""
    return spoken.moment(_local(value)) if value else ""


@register.filter
def spoken_near_moment(value: datetime | None) -> str:
    """ "heute, 9:20 Uhr", "morgen, 9:20 Uhr", "Di, 2. März, 9:20 Uhr"."""
    return spoken.near_moment(_local(value), timezone.localdate()) if value else ""


@register.filter
def spoken_full_moment(value: datetime | None) -> str:
    """ "Dienstag, 2. März 2027, 9:20 Uhr"."""
    return spoken.full_moment(_local(value)) if value else ""


@register.filter
def spoken_until(opens: time, closes: time) -> str:
    """ "8:00–12:00 Uhr": `{{ opens|spoken_until:closes }}`."""
    return spoken.span(opens, closes)
