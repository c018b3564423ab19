"""Appointments, and the counters that make overselling impossible.

How the database refuses: every row of `Appointment` that keeps a place is counted by a trigger into `SlotLoad`, one
row per pool and five minutes, whose CHECK constraints hold `taken <= capacity` (and the public share). The trigger
fires for the ORM and for raw SQL alike; `taken` can be changed by nothing else; a unit that no command opened has
no row and so no place. `capacity` is written by the commands from the rules, see `appointments/times/capacity.py`. The
trigger as it stands: `migrations/0007_counting_in_fewer_steps.py`; how a hold is written: `migrations/0009_holding_in_one_statement.py`.
"""

from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.models.resources import Resource
from appointments.models.rules import Pool
from appointments.pure.availability import MOST_PLACES
from appointments.pure.states import ENDED, OPEN, State
from portal.models import Service


class Channel(models.TextChoices):
    WEB = "web", _("online")
    DESK = "desk", _("at the counter")
    PHONE = "phone", _("by phone")


class Purpose(models.TextChoices):
    VISIT = "visit", _("visit")
    OFFER = "offer", _("offer of the waiting list")
    PAUSE = "pause", _("cancelled time, not public yet")


OFFER_GRACE = timedelta(minutes=30)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visits(self) -> Self:
        """People who come or came: no holds, no offers, no pauses."""
        return self.exclude(state__in=[*ENDED, State.HOLD, State.UNCONFIRMED])

    def overdue(self, now: datetime) -> Self:
        """Kept longer than promised: the next who needs the place may have it.

        An offer that nobody answered belongs to the next on the waiting list for half an hour more.
        """
        over = Q(held_until__lte=now) & (~Q(purpose=Purpose.OFFER) | Q(held_until__lte=now - OFFER_GRACE))
        return self.filter(over, state__in=[State.HOLD, State.UNCONFIRMED])


class Appointment(models.Model):
    """One visit of one party at one pool: whole five-minute units, one place all along."""

    State = State

    number = models.CharField(_("number"), max_length=12, unique=True)
    pool = models.ForeignKey(
        Pool,
        models.PROTECT,
        related_name="appointments",
        db_index=False,  # appointment_by_pool begins with it
        verbose_name=_("group of counters"),
    )
    service = models.ForeignKey(
        Service, models.PROTECT, related_name="appointments", verbose_name=_("service"), null=True
    )
    # [[service id, count, name in German], …]
    order = models.JSONField(_("services and counts"), default=list)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    day = models.DateField(_("local day"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.HOLD)
    channel = models.CharField(_("booked"), max_length=6, choices=Channel, default=Channel.WEB)
    purpose = models.CharField(_("purpose"), max_length=6, choices=Purpose, default=Purpose.VISIT)
    desk_code = models.CharField(_("call number"), max_length=6, blank=True)
    # of the calendar entry; a page made before the last of them is an old one
    sequence = models.PositiveIntegerField(_("changes so far"), default=0)

    name = models.CharField(_("name"), max_length=120, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    contact_key = models.CharField(_("address as counted"), max_length=254, blank=True)
    client_key = models.CharField(_("network as counted"), max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=8, default="de")
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    # keyed hashes of the numbers that were typed, as in `ReadyDocument`
    documents = ArrayField(
        models.CharField(max_length=64),
        verbose_name=_("documents to pick up"),
        default=list,
        db_default=[],
        blank=True,
    )

    must_confirm = models.BooleanField(_("counts after a click in the mail"), default=False)
    form_key = models.UUIDField(_("form"), unique=True, null=True, editable=False)
    held_until = models.DateTimeField(_("kept until"), null=True, blank=True)
    hold_extended = models.BooleanField(_("extended"), default=False)
    reminded_hours = models.PositiveSmallIntegerField(_("reminded, hours before"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.CheckConstraint(
                name="appointment_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(name="appointment_state_known", condition=Q(state__in=list(State))),
            models.CheckConstraint(
                name="appointment_cancelled_at_matches_state",
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="appointment_hold_has_an_end",
                condition=~Q(state__in=["hold", "unconfirmed"]) | Q(held_until__isnull=False),
            ),
            models.CheckConstraint(
                name="appointment_confirmed_at_where_promised",
                condition=Q(state__in=["hold", "unconfirmed", "cancelled", "expired"])
                | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="appointment_online_can_be_reached",
                condition=Q(state__in=["hold", "cancelled", "expired"])
                | ~Q(channel="web")
                | ~Q(email="")
                | ~Q(phone="")
                | Q(name=""),  # personal data was forgotten
            ),
            models.UniqueConstraint(
                name="appointment_desk_code_unique_per_day",
                fields=["pool", "day", "desk_code"],
                condition=~Q(desk_code=""),
            ),
        ]
        indexes = [
            models.Index(fields=["pool", "starts_at"], name="appointment_by_pool"),
            models.Index(fields=["starts_at"], name="appointment_by_start"),
            models.Index(
                fields=["held_until"],
                name="appointment_kept",
                condition=Q(state__in=["hold", "unconfirmed"]),
            ),
            models.Index(
                fields=["contact_key", "starts_at"],
                name="appointment_by_contact",
                condition=~Q(contact_key=""),  # a hold has none yet: nothing to write
            ),
            models.Index(fields=["client_key", "created_at"], name="appointment_by_client"),
        ]

    def __str__(self) -> str:
        return self.number or "–"

    @property
    def department_id(self) -> int:
        return self.pool.office.department_id

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class SlotLoad(models.Model):
    """Places taken in one five-minute unit of a pool. `unit` = seconds since 1970 // 300.

    Nobody writes `taken`: the trigger on `Appointment` counts.
    """

    pk = models.CompositePrimaryKey("pool_id", "unit")
    pool = models.ForeignKey(
        Pool, models.CASCADE, related_name="+", db_index=False, verbose_name=_("group of counters")
    )
    unit = models.IntegerField(_("five-minute unit"))
    taken = models.SmallIntegerField(_("places taken"), default=0)
    taken_public = models.SmallIntegerField(_("of these online"), default=0)
    capacity = models.SmallIntegerField(_("places"), default=0)
    public_capacity = models.SmallIntegerField(_("places for online booking"), default=0)

    class Meta:
        verbose_name = _("load")
        verbose_name_plural = _("load")
        constraints = [
            models.CheckConstraint(
                name="slot_load_taken_within_capacity", condition=Q(taken__lte=F("capacity"))
            ),
            models.CheckConstraint(
                name="slot_load_public_within_capacity", condition=Q(taken_public__lte=F("public_capacity"))
            ),
            models.CheckConstraint(
                name="slot_load_counts_sane",
                condition=Q(
                    taken_public__gte=0, taken__gte=F("taken_public"), capacity__range=(0, MOST_PLACES)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id}/{self.unit}: {self.taken}/{self.capacity}"


class DayLoad(models.Model):
    """The counters of one pool and UTC day once more, packed for reading: byte n is unit `day * 288 + n`.

    Written by the trigger that counts; it only shows, `SlotLoad` decides.
    """

    pk = models.CompositePrimaryKey("pool_id", "day")
    pool = models.ForeignKey(
        Pool, models.CASCADE, related_name="+", db_index=False, verbose_name=_("group of counters")
    )
    day = models.IntegerField(_("days since 1970"))
    taken = models.BinaryField(_("places taken"))
    taken_public = models.BinaryField(_("of these online"))

    class Meta:
        verbose_name = _("load of a day")
        verbose_name_plural = _("load of days")

    def __str__(self) -> str:
        return f"{self.pool_id}/{self.day}"


class ResourceClaim(models.Model):
    """A room or person is taken for a visit. Written by ON CONFLICT DO NOTHING: plain inserts deadlock."""

    id = models.UUIDField(primary_key=True, editable=False)
    resource = models.ForeignKey(
        Resource, models.PROTECT, related_name="claims", verbose_name=_("room or person")
    )
    appointment = models.ForeignKey(
        Appointment, models.CASCADE, related_name="claims", verbose_name=_("appointment")
    )
    during = DateTimeRangeField(_("during"))
    active = models.BooleanField(_("active"), default=True)  # the trigger on Appointment clears it

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = [
            ExclusionConstraint(
                name="resource_no_double_booking",
                expressions=[("resource", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(active=True),
                violation_error_message=_("This time has just been taken."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.during}"
