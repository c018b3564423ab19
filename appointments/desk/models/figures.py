"""Figures of a day, kept without a single person, so that they outlive the bookings they count."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import Office, Service


class DayFigures(models.Model):
    """What one office did for one service on one day. Minutes are kept one by one for exact medians."""

    day = models.DateField(_("day"))
    office = models.ForeignKey(Office, models.CASCADE, related_name="+", verbose_name=_("office"))
    service = models.ForeignKey(
        Service, models.CASCADE, null=True, related_name="+", verbose_name=_("service")
    )
    booked = models.PositiveIntegerField(_("booked"), default=0)
    online = models.PositiveIntegerField(_("of these online"), default=0)
    cancelled = models.PositiveIntegerField(_("cancelled"), default=0)
    no_shows = models.PositiveIntegerField(_("did not come"), default=0)
    walk_ins = models.PositiveIntegerField(_("without appointment"), default=0)
    served = models.PositiveIntegerField(_("served"), default=0)
    waits = ArrayField(models.PositiveSmallIntegerField(), default=list, verbose_name=_("minutes waited"))
    lengths = ArrayField(models.PositiveSmallIntegerField(), default=list, verbose_name=_("minutes served"))
    booked_units = models.PositiveIntegerField(_("five-minute units booked"), default=0)
    # on the row without a service: what the counters were open, as the hours were that day
    open_units = models.PositiveIntegerField(_("five-minute units open"), null=True)

    class Meta:
        verbose_name = _("figures of a day")
        verbose_name_plural = _("figures of days")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "office", "service"],
                name="day_figures_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.office}"


class EarliestTime(models.Model):
    """How many days ahead the earliest free time was on a day: the proof of a promise."""

    day = models.DateField(_("day"))
    office = models.ForeignKey(Office, models.CASCADE, related_name="+", verbose_name=_("office"))
    service = models.ForeignKey(Service, models.CASCADE, related_name="+", verbose_name=_("service"))
    days_ahead = models.PositiveSmallIntegerField(_("days ahead"), null=True)  # None: nothing free

    class Meta:
        verbose_name = _("earliest time")
        verbose_name_plural = _("earliest times")
        constraints = [
            models.UniqueConstraint(fields=["day", "office", "service"], name="earliest_time_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.service}: {self.days_ahead}"
