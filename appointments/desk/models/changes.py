"""Edits of hours that touched bookings: what was changed, who is affected, what became of each."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment
from portal.models import Office


class HoursChange(models.Model):
    """One edit of closures, absences or openings. Bookings are treated from `runs_at` on; until then: undo."""

    class Kind(models.TextChoices):
        CLOSURE = "closure", _("closed days")
        ABSENCE = "absence", _("absence")
        OPENINGS = "openings", _("weekly hours")
        SPECIAL = "special", _("other hours on single days")
        LIFTED = "lifted", _("exception lifted")
        DECIDED = "decided", _("bookings outside the hours")

    office = models.ForeignKey(Office, models.CASCADE, related_name="+", verbose_name=_("office"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("what"), max_length=250)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    undo_data = models.JSONField(default=dict)  # how the rules were before
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("changed"), auto_now_add=True)
    runs_at = models.DateTimeField(_("bookings are informed from"))
    finished_at = models.DateTimeField(_("everybody informed"), null=True)
    undone_at = models.DateTimeField(_("undone"), null=True)

    class Meta:
        verbose_name = _("change of hours")
        verbose_name_plural = _("changes of hours")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["runs_at"], name="hours_change_due", condition=Q(finished_at=None, undone_at=None)
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="hours_change_undone_or_finished", condition=Q(undone_at=None) | Q(finished_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def department_id(self) -> int:
        return self.office.department_id


class AffectedBooking(models.Model):
    """One booking that no longer fits, what the clerk wished for it, and what came of it."""

    class Wish(models.TextChoices):
        MOVE = "move", _("move to the next free time")
        CANCEL = "cancel", _("cancel with a mail")
        KEEP = "keep", _("keep")

    class Outcome(models.TextChoices):
        MOVED = "moved", _("moved")
        CANCELLED = "cancelled", _("cancelled")
        KEPT = "kept", _("kept")
        GONE = "gone", _("was already changed")

    change = models.ForeignKey(HoursChange, models.CASCADE, related_name="affected", verbose_name=_("change"))
    appointment = models.ForeignKey(
        Appointment, models.CASCADE, related_name="+", verbose_name=_("appointment")
    )
    was_at = models.DateTimeField(_("time before"), null=True)
    wish = models.CharField(_("wish"), max_length=6, choices=Wish)
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome, blank=True)

    class Meta:
        verbose_name = _("affected booking")
        verbose_name_plural = _("affected bookings")
        ordering = ["pk"]  # as the preview listed them, by their time before
        constraints = [
            models.UniqueConstraint(fields=["change", "appointment"], name="affected_once_per_change"),
        ]

    def __str__(self) -> str:
        return f"{self.appointment} {self.get_wish_display()}"
