"""What a city decides: counters, hours, exceptions, services, switches. Clerks edit these rows."""

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appointments.pure.availability import MOST_PLACES
from portal.models import Office, Service
from portal.models.places import Weekday
from portal.models.stamps import Stamp


class Pool(models.Model):
    """Counters of one office that can stand in for each other."""

    NAMED_WITH = ("office",)

    office = models.ForeignKey(Office, models.PROTECT, related_name="pools", verbose_name=_("office"))
    name = models.CharField(_("name"), max_length=120)
    letter = models.CharField(
        _("letter of the call numbers"), max_length=1, default="A", help_text=_("Shown on the call display.")
    )
    grid_minutes = models.PositiveSmallIntegerField(
        _("minutes between two starts"), default=15, help_text=_("Counted from the start of each opening.")
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("group of counters")
        verbose_name_plural = _("groups of counters")
        ordering = ["office__name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "name"],
                name="pool_name_unique_in_office",
                violation_error_message=_("This office has a group of counters of this name already."),
            ),
            models.CheckConstraint(
                name="pool_grid_in_units",
                condition=Q(grid_minutes__in=[5, 10, 15, 20, 30, 45, 60, 90, 120]),
                violation_error_message=_(
                    "Between two starts there are 5, 10, 15, 20, 30, 45, 60, 90 or 120 minutes."
                ),
            ),
            models.CheckConstraint(
                name="pool_letter_is_a_letter",
                condition=Q(letter__regex=r"^[A-Z]$"),
                violation_error_message=_(
                    "The letter of the call numbers is one capital letter from A to Z."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} · {self.name}"

    @property
    def department_id(self) -> int:
        """Whose rows these are: the permission table looks here."""
        return self.office.department_id


class BookableService(models.Model):
    """How one municipal service is booked. Texts are per language, {"de": …}."""

    NAMED_WITH = ("service",)

    service = models.OneToOneField(
        Service, models.CASCADE, primary_key=True, related_name="booking", verbose_name=_("service")
    )
    base_minutes = models.PositiveSmallIntegerField(_("minutes for the first"), default=15)
    extra_minutes = models.PositiveSmallIntegerField(_("minutes for each further"), default=0)
    max_count = models.PositiveSmallIntegerField(
        _("most persons or documents"), default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    combinable = models.ManyToManyField("self", blank=True, verbose_name=_("can be combined with"))
    lead_minutes = models.PositiveIntegerField(_("lead time in minutes"), default=60)
    horizon_days = models.PositiveSmallIntegerField(_("days ahead"), default=60)
    desk_lead_minutes = models.PositiveIntegerField(
        _("lead time in minutes, at the desk"), null=True, blank=True, help_text=_("Empty: none.")
    )
    desk_horizon_days = models.PositiveSmallIntegerField(
        _("days ahead, at the desk"), null=True, blank=True, help_text=_("Empty: two years.")
    )
    release_time = models.TimeField(
        _("a new day opens at"), null=True, blank=True, help_text=_("Empty: at midnight. Local time.")
    )
    asks_confirmation = models.BooleanField(
        _("confirm by mail"), default=False, help_text=_("The appointment counts after a click in the mail.")
    )
    asks_birth_date = models.BooleanField(
        _("ask for the date of birth"), default=False, help_text=_("Fixed after booking, against resale.")
    )
    only_ready_documents = models.BooleanField(_("only for documents that are ready"), default=False)
    extra_fields = models.JSONField(
        _("further questions"),
        default=list,
        blank=True,
        help_text=_('A list such as [{"key": "plate", "label": {"de": "Kennzeichen"}, "required": true}].'),
    )
    bring = models.JSONField(_("what to bring"), default=dict, blank=True)
    fee = models.JSONField(_("fee"), default=dict, blank=True)
    online = models.BooleanField(_("citizens can book"), default=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("bookable service")
        verbose_name_plural = _("bookable services")
        ordering = ["service__name"]
        constraints = [
            models.CheckConstraint(
                name="bookable_length_sane",
                condition=Q(base_minutes__range=(5, 480), extra_minutes__lte=240),
                violation_error_message=_("The first takes 5 to 480 minutes, each further one at most 240."),
            ),
            models.CheckConstraint(
                name="bookable_count_positive",
                condition=Q(max_count__range=(1, 20)),
                violation_error_message=_("The most persons or documents are a number from 1 to 20."),
            ),
            models.CheckConstraint(
                name="bookable_horizon_sane",
                condition=Q(horizon_days__range=(1, 730)),
                violation_error_message=_("The days ahead are a number from 1 to 730."),
            ),
            models.CheckConstraint(
                name="bookable_desk_horizon_sane",
                condition=Q(desk_horizon_days__isnull=True) | Q(desk_horizon_days__range=(1, 730)),
                violation_error_message=_("The days ahead at the desk are a number from 1 to 730, or empty."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.service)


class Offer(models.Model):
    """One pool offers one service, with its own length if it needs another."""

    NAMED_WITH = ("service__service", "pool__office")

    pool = models.ForeignKey(Pool, models.CASCADE, related_name="offers", verbose_name=_("group of counters"))
    service = models.ForeignKey(
        BookableService, models.CASCADE, related_name="offers", verbose_name=_("bookable service")
    )
    base_minutes = models.PositiveSmallIntegerField(_("minutes for the first, here"), null=True, blank=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "service"],
                name="offer_once_per_pool",
                violation_error_message=_("These counters offer this service already."),
            ),
            models.CheckConstraint(
                name="offer_length_sane",
                condition=Q(base_minutes__isnull=True) | Q(base_minutes__range=(5, 480)),
                violation_error_message=_("The first takes 5 to 480 minutes, or leave it empty."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} · {self.pool}"


class NthOfMonth(models.IntegerChoices):
    FIRST = 1, pgettext_lazy("week of the month", "first")
    SECOND = 2, _("second")
    THIRD = 3, _("third")
    FOURTH = 4, _("fourth")
    FIFTH = 5, _("fifth")
    LAST = -1, _("last")


class Opening(models.Model):
    """So many counters serve on this weekday; overlapping openings add up."""

    pool = models.ForeignKey(
        Pool, models.CASCADE, related_name="openings", verbose_name=_("group of counters")
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"), help_text=_("00:00 means midnight."))
    capacity = models.PositiveSmallIntegerField(_("counters"), default=1)
    public_capacity = models.PositiveSmallIntegerField(_("of these for online booking"), default=1)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    every_weeks = models.PositiveSmallIntegerField(
        _("every … weeks"),
        default=1,
        help_text=_("1: every week. 2: every other week, beginning with the week of the first day."),
    )
    nth_of_month = models.SmallIntegerField(
        _("only the … of the month"), null=True, blank=True, choices=NthOfMonth
    )
    services = models.ManyToManyField(
        BookableService, blank=True, verbose_name=_("only for these services"), related_name="openings"
    )

    class Meta:
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        ordering = ["pool", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                name="opening_weekday_known",
                condition=Q(weekday__range=(0, 6)),
                violation_error_message=_("Please choose a weekday."),
            ),
            models.CheckConstraint(
                name="opening_ends_after_start",
                condition=Q(closes__gt=F("opens")) | Q(closes=time(0)),
                violation_error_message=_("The end lies before the start."),
            ),
            models.CheckConstraint(
                name="opening_public_within_total",
                condition=Q(public_capacity__lte=F("capacity"), capacity__lte=MOST_PLACES),
                violation_error_message=_(
                    "More counters for online booking than there are, or more than 250."
                ),
            ),
            models.CheckConstraint(
                name="opening_dates_in_order",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="opening_every_weeks_sane",
                condition=Q(every_weeks__range=(1, 53)),
                violation_error_message=_("Every 1 to 53 weeks: 1 is every week."),
            ),
            models.CheckConstraint(
                name="opening_nth_known",
                condition=Q(nth_of_month__isnull=True) | Q(nth_of_month__in=[-1, 1, 2, 3, 4, 5]),
                violation_error_message=_("Please choose the first to the fifth, or the last of the month."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}, {self.capacity}"


class RuleStamp(Stamp):
    """Changes with every rule: openings, pools, services, seasons, switches, closures."""

    class Meta:
        verbose_name = _("state of the rules")
        verbose_name_plural = _("state of the rules")
        constraints = [models.CheckConstraint(name="rule_stamp_is_one_row", condition=Q(pk=1))]


def usual_reminders() -> list[int]:
    return [48, 2]


class Switches(models.Model):
    """The city's own choices about booking; exactly one row, number 1."""

    hold_minutes = models.PositiveSmallIntegerField(_("minutes a chosen time is kept"), default=10)
    unconfirmed_minutes = models.PositiveSmallIntegerField(_("minutes to confirm by mail"), default=30)
    open_limit = models.PositiveSmallIntegerField(
        _("open appointments per address"), default=4, help_text=_("Per e-mail address or phone number.")
    )
    holds_at_once = models.PositiveSmallIntegerField(
        _("times kept at once per network"),
        default=60,
        db_default=60,
        help_text=_(
            "A school or a mobile carrier may be one network. Raise it for the opening of an enrolment."
        ),
    )
    proof_of_work = models.BooleanField(_("ask the browser to work against bots"), default=False)
    proof_bits = models.PositiveSmallIntegerField(_("how hard (bits)"), default=14)
    check_ready_documents = models.BooleanField(_("check that documents are ready"), default=True)
    offer_minutes = models.PositiveSmallIntegerField(
        _("minutes to take an offer of the waiting list"), default=120
    )
    quiet_from = models.TimeField(_("no offers after"), default=time(20))
    quiet_until = models.TimeField(_("no offers before"), default=time(8))
    pause_days = models.PositiveSmallIntegerField(
        _("cancelled times go to the waiting list first, up to … days ahead"), default=14
    )
    pause_least = models.PositiveSmallIntegerField(_("public after at least … minutes"), default=5)
    pause_most = models.PositiveSmallIntegerField(_("public after at most … minutes"), default=60)
    reminder_hours = ArrayField(
        models.PositiveSmallIntegerField(),
        default=usual_reminders,
        blank=True,
        verbose_name=_("reminders, hours before"),
    )

    class Meta:
        verbose_name = _("booking switches")
        verbose_name_plural = _("booking switches")
        constraints = [
            models.CheckConstraint(name="switches_are_one_row", condition=Q(pk=1)),
            models.CheckConstraint(
                name="switches_minutes_sane",
                condition=Q(hold_minutes__range=(2, 60))
                & Q(unconfirmed_minutes__range=(5, 1440))
                & Q(offer_minutes__range=(10, 1440))
                & Q(pause_most__gte=F("pause_least"))
                & Q(open_limit__gte=1)
                & Q(proof_bits__range=(8, 22)),
                violation_error_message=_(
                    "A chosen time is kept for 2 to 60 minutes, one that waits for a mail for 5 to 1440, an offer for 10 to 1440; the most minutes until a cancelled time is public are not fewer than the least; at least one open appointment is allowed; the work is 8 to 22 bits."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(_("booking switches"))
