"""The switches of the city for complaints: one row."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class ComplaintSettings(models.Model):
    default_department = models.ForeignKey(
        "portal.Department",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department for everything else"),
    )
    complaint_department = models.ForeignKey(
        "portal.Department",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department for formal complaints"),
        help_text=_("Empty: the department of the category; then only its leads see the complaint."),
    )
    acknowledge_days = models.PositiveSmallIntegerField(
        _("complaints: acknowledge within (working days)"), default=2
    )
    interim_days = models.PositiveSmallIntegerField(
        _("complaints: interim notice within (working days)"), default=8
    )
    answer_days = models.PositiveSmallIntegerField(_("complaints: answer within (working days)"), default=20)
    warn_days = models.PositiveSmallIntegerField(_("warn before a deadline (working days)"), default=1)
    escalate_days = models.PositiveSmallIntegerField(
        _("days between two steps of the escalation (working days)"), default=2
    )
    reopen_days = models.PositiveSmallIntegerField(_("citizens may open a case again for (days)"), default=30)
    survey = models.BooleanField(_("ask at closing whether it was solved"), default=True)
    nearby_closed_days = models.PositiveSmallIntegerField(
        _("show closed reports nearby for (days)"), default=60
    )
    suggestion_threshold = models.FloatField(
        _("least probability of a suggested category"),
        default=0.4,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("Below it nothing is preselected."),
    )
    boundary = models.JSONField(
        _("boundary of the city"),
        null=True,
        blank=True,
        help_text=_("GeoJSON polygon. Empty: the areas together."),
    )
    reply_address = models.EmailField(
        _("address for replies by mail"),
        blank=True,
        help_text=_(
            "A mailbox with sub-addresses (name+key@city). Empty: replies are sent on the website only."
        ),
    )
    mail_opens_case = models.BooleanField(_("a mail without reference becomes a case"), default=True)
    mails_an_hour = models.PositiveSmallIntegerField(
        _("most mails without reference in an hour"),
        default=100,
        db_default=100,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Others wait in the mailbox for the next hours, and the leads are told. Replies always come through."
        ),
    )
    intro = models.TextField(_("text above the form"), blank=True)
    jurisdiction_id = models.CharField(
        _("Open311 jurisdiction"),
        max_length=100,
        blank=True,
        help_text=_("Empty: whatever a program names is ignored. Otherwise another name is an error."),
    )
    map_built_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("settings of complaints")
        verbose_name_plural = _("settings of complaints")
        constraints = [
            models.CheckConstraint(
                name="complaint_settings_single_row",
                condition=models.Q(id=1),
                violation_error_message=_("These settings exist once only: change those that are there."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("settings of complaints"))

    @classmethod
    def current(cls) -> "ComplaintSettings":
        """The one row, or its defaults where none was saved yet (reading never writes)."""
        rows = cls.objects.select_related("default_department", "complaint_department").order_by()
        return rows.filter(pk=1).first() or cls(pk=1)
