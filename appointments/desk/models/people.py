"""Counters and the people in the house. Commands in `arrivals.py` and `queue.py` write the visits; nobody else."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.desk.pure.states import AT_COUNTER, Step
from appointments.models import Appointment, Pool
from portal.models import Office, Service


class Counter(models.Model):
    """A desk in the hall. It calls people of its pools; one clerk sits at it, one person stands before it."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="counters", verbose_name=_("office"))
    label = models.CharField(_("label"), max_length=20, help_text=_("As the hall reads it, e.g. 4 or B 2."))
    pools = models.ManyToManyField(Pool, related_name="counters", verbose_name=_("calls people of"))
    clerk = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("staffed by"),
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        ordering = ["office", "label"]
        constraints = [
            models.UniqueConstraint(fields=["office", "label"], name="counter_label_unique_in_office"),
            models.UniqueConstraint(
                fields=["clerk"],
                name="counter_one_per_clerk",
                condition=Q(clerk__isnull=False),
                violation_error_message=_("This person sits at another counter already."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class VisitQuerySet(models.QuerySet["Visit"]):
    def on(self, office: Office, day: date) -> Self:
        return self.filter(office=office, day=day)


class Visit(models.Model):
    """One person (or party) in the house on one day: somebody with an appointment, or a walk-in.

    `version` rises with each step: a form that saw an older one is told who was quicker.
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("office"))
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="visits", verbose_name=_("group of counters"))
    appointment = models.OneToOneField(
        Appointment,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="visit",
        verbose_name=_("appointment"),
    )
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service")
    )
    day = models.DateField(_("day"))
    number = models.CharField(_("call number"), max_length=6)
    name = models.CharField(_("name"), max_length=120, blank=True)
    step = models.CharField(_("state"), max_length=8, choices=Step, default=Step.WAITING)
    before = models.CharField(max_length=8, choices=Step, blank=True)  # for the undo
    priority = models.BooleanField(_("priority"), default=False)
    due_at = models.DateTimeField(_("in turn from"))
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    called_at = models.DateTimeField(_("called"), null=True, blank=True)
    serving_at = models.DateTimeField(_("at the counter since"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    calls = models.PositiveSmallIntegerField(_("calls"), default=0)
    counter = models.ForeignKey(
        Counter, models.SET_NULL, null=True, blank=True, related_name="visits", verbose_name=_("counter")
    )
    only_counter = models.ForeignKey(
        Counter, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("only at counter")
    )
    services_done = models.JSONField(_("services done"), default=list, blank=True)  # [[service id, count], …]
    note = models.TextField(_("internal note"), blank=True, help_text=_("Never shown to the citizen."))
    form_key = models.UUIDField(null=True, editable=False)  # of a ticket: a form sent twice gives one number
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            models.UniqueConstraint(fields=["pool", "day", "number"], name="visit_number_once_per_day"),
            models.UniqueConstraint(fields=["form_key"], name="visit_once_per_form"),
            models.UniqueConstraint(
                fields=["counter"],
                name="visit_one_person_per_counter",
                condition=Q(step__in=sorted(AT_COUNTER)),
            ),
            models.CheckConstraint(name="visit_step_known", condition=Q(step__in=list(Step))),
            models.CheckConstraint(
                name="visit_at_counter_has_counter",
                condition=~Q(step__in=sorted(AT_COUNTER)) | Q(counter__isnull=False, called_at__isnull=False),
            ),
            models.CheckConstraint(
                name="visit_in_house_has_arrived", condition=Q(step="no_show") | Q(arrived_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["office", "day"], name="visit_by_office_and_day"),
            models.Index(fields=["pool", "day", "due_at"], name="visit_queue", condition=Q(step="waiting")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def department_id(self) -> int:
        return self.office.department_id


class CalendarFeed(models.Model):
    """A secret address under which a calendar programme reads the appointments of a pool.

    The address is a citizen link (hashed at rest); revoking the feed closes it.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds", verbose_name=_("owner")
    )
    pool = models.ForeignKey(Pool, models.CASCADE, related_name="+", verbose_name=_("group of counters"))
    with_names = models.BooleanField(_("with names"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.owner} · {self.pool}"
