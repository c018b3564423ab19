"""Enrolment: registering children for kindergarten or school within a season.

A season says who may come (cohort) and when booking is open; each kindergarten or school is an office with its own
pool. Ranked application rounds can later stand beside this: a child then has choices, a season has places.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.rules import BookableService
from appointments.models.visits import Appointment


class Season(models.Model):
    """One enrolment of one year, e.g. "school registration 2027/28"."""

    service = models.ForeignKey(
        BookableService, models.CASCADE, related_name="seasons", verbose_name=_("bookable service")
    )
    name = models.CharField(_("name"), max_length=120)
    opens_at = models.DateTimeField(_("booking opens"))
    closes_at = models.DateTimeField(_("booking closes"))
    born_from = models.DateField(_("children born from"))
    born_until = models.DateField(_("children born until"))
    checklist = models.JSONField(_("documents to bring"), default=dict, blank=True)  # {"de": ["…"]}
    forget_after = models.DateField(_("children's data deleted after"))

    class Meta:
        verbose_name = _("enrolment season")
        verbose_name_plural = _("enrolment seasons")
        ordering = ["-opens_at"]
        constraints = [
            models.CheckConstraint(
                name="season_window_in_order",
                condition=Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("Booking closes before it opens."),
            ),
            models.CheckConstraint(
                name="season_cohort_in_order",
                condition=Q(born_until__gte=F("born_from")),
                violation_error_message=_("The last day of birth lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Child(models.Model):
    """A child to be registered; siblings share one visit. Deleted after the season."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="children", verbose_name=_("season"))
    appointment = models.ForeignKey(
        Appointment, models.CASCADE, related_name="children", verbose_name=_("appointment")
    )
    name = models.CharField(_("name"), max_length=120)
    birth_date = models.DateField(_("date of birth"))
    guardians = models.JSONField(_("guardians"), default=list)

    class Meta:
        verbose_name = _("child")
        verbose_name_plural = _("children")
        ordering = ["birth_date", "pk"]

    def __str__(self) -> str:
        return self.name
