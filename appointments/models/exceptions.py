"""What is different on certain days: other hours, and counters that nobody staffs."""

from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.rules import BookableService, Pool
from appointments.pure.availability import MOST_PLACES, Kind


class SpecialDay(models.Model):
    """A dated exception to the weekly openings: closed, changed or extra."""

    class Kind(models.TextChoices):
        CLOSED = Kind.CLOSED.value, _("closed")
        CHANGED = Kind.CHANGED.value, _("changed hours")
        EXTRA = Kind.EXTRA.value, _("extra hours")

    pool = models.ForeignKey(
        Pool, models.CASCADE, related_name="special_days", verbose_name=_("group of counters")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    opens = models.TimeField(_("from"), null=True, blank=True)
    closes = models.TimeField(_("until"), null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(_("counters"), default=0)
    public_capacity = models.PositiveSmallIntegerField(_("of these for online booking"), default=0)
    services = models.ManyToManyField(BookableService, blank=True, verbose_name=_("only for these services"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["pool", "first_day"]
        constraints = [
            models.CheckConstraint(
                name="special_kind_known",
                condition=Q(kind__in=["closed", "changed", "extra"]),
                violation_error_message=_(
                    "Please choose whether the counters are closed, have changed or extra hours."
                ),
            ),
            models.CheckConstraint(
                name="special_days_in_order",
                condition=Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="special_hours_where_open",
                condition=Q(kind="closed") | Q(opens__isnull=False, closes__isnull=False, capacity__gte=1),
                violation_error_message=_(
                    "Changed or extra hours need a start, an end and at least one counter."
                ),
            ),
            models.CheckConstraint(
                name="special_hours_in_order",
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(closes__gt=F("opens"))
                | Q(opens__isnull=False, closes=time(0)),
                violation_error_message=_("Give a start and an end after it, or neither of both."),
            ),
            models.CheckConstraint(
                name="special_public_within_total",
                condition=Q(public_capacity__lte=F("capacity"), capacity__lte=MOST_PLACES),
                violation_error_message=_(
                    "More counters for online booking than there are, or more than 250."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first_day:%d.%m.%Y}–{self.last_day:%d.%m.%Y}"


class Absence(models.Model):
    """Counters that nobody staffs for a while. Who is away is nobody's business here."""

    pool = models.ForeignKey(
        Pool, models.CASCADE, related_name="absences", verbose_name=_("group of counters")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    places = models.PositiveSmallIntegerField(_("counters missing"), default=1)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["pool", "starts_at"]
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end lies before the start."),
            ),
            models.CheckConstraint(
                name="absence_places_positive",
                condition=Q(places__gte=1),
                violation_error_message=_("At least one counter is missing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%d.%m.%Y %H:%M} −{self.places}"
