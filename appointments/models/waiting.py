"""The waiting list: who would come earlier, and what was offered to whom."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.rules import BookableService
from appointments.models.visits import Appointment
from portal import access
from portal.access import Anyone
from portal.models import Office


class WaitingEntryQuerySet(models.QuerySet["WaitingEntry"]):
    def visible_to(self, user: Anyone) -> Self:
        """The wishes that one of this person's offices could serve."""
        own = access.departments_with(user, "appointments.view_waitingentry").values("pk")
        here = Q(offices__department__in=own)
        anywhere = Q(offices=None, service__offers__pool__office__department__in=own)
        return self.filter(pk__in=self.model._default_manager.filter(here | anywhere).values("pk"))


class WaitingEntry(models.Model):
    """A wish: which service, where, when. Served in the order of arrival, urgent ones first."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SERVED = "served", _("took a time")
        LEFT = "left", _("left the list")
        ENDED = "ended", _("last wished day passed")

    service = models.ForeignKey(
        BookableService, models.CASCADE, related_name="waiting", verbose_name=_("bookable service")
    )
    count = models.PositiveSmallIntegerField(
        _("persons or documents"), default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    # [[service id, count], …]
    further = models.JSONField(
        _("further services of the same visit"), default=list, db_default=[], blank=True
    )
    offices = models.ManyToManyField(Office, blank=True, verbose_name=_("offices"), related_name="+")
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True, verbose_name=_("weekdays")
    )
    from_time = models.TimeField(_("not before"), null=True, blank=True)
    until_time = models.TimeField(_("not after"), null=True, blank=True)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    contact_key = models.CharField(max_length=254)
    language = models.CharField(_("language"), max_length=8, default="de")
    appointment = models.ForeignKey(
        Appointment, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("would replace")
    )
    # a `waitlist.Wanted`, packed
    proposed = models.JSONField(_("other wishes, not confirmed yet"), null=True, blank=True, editable=False)
    urgent = models.BooleanField(_("urgent"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    confirmed_at = models.DateTimeField(_("address confirmed"), null=True, blank=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects = WaitingEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the waiting list")
        verbose_name_plural = _("waiting list")
        ordering = ["-urgent", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(name="waiting_days_in_order", condition=Q(last_day__gte=F("first_day"))),
            models.CheckConstraint(name="waiting_count_positive", condition=Q(count__gte=1)),
            models.UniqueConstraint(
                name="waiting_once_per_service_and_address",
                fields=["service", "contact_key"],
                condition=Q(state="waiting"),
            ),
        ]
        indexes = [models.Index(fields=["service", "state", "created_at"], name="waiting_by_service")]

    def __str__(self) -> str:
        return f"{self.service} · {self.created_at:%d.%m.%Y %H:%M}"

    @property
    def lines(self) -> list[tuple[int, int]]:
        """What the visit is for, as an order's lines."""
        return [(self.service_id, self.count), *((int(pk), int(count)) for pk, count in self.further)]


class WaitingOffer(models.Model):
    """One freed time, really held for one entry."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        TAKEN = "taken", _("taken")
        DECLINED = "declined", _("declined")
        LAPSED = "lapsed", _("not answered")

    entry = models.ForeignKey(WaitingEntry, models.CASCADE, related_name="offers", verbose_name=_("entry"))
    appointment = models.OneToOneField(
        Appointment, models.CASCADE, related_name="offer", verbose_name=_("held time")
    )
    freed_at = models.DateTimeField(_("freed"))
    offered_at = models.DateTimeField(_("offered"), auto_now_add=True)
    expires_at = models.DateTimeField(_("until"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)

    class Meta:
        verbose_name = _("offer of the waiting list")
        verbose_name_plural = _("offers of the waiting list")
        ordering = ["-offered_at"]
        constraints = [
            models.UniqueConstraint(
                name="waiting_one_open_offer_per_entry", fields=["entry"], condition=Q(state="open")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} → {self.appointment}"
