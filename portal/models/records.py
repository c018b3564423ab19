"""What the kernel keeps about things that happened: audit, mail, links, counters."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One change, written in its transaction. A trigger refuses UPDATE, DELETE and TRUNCATE."""

    at = models.DateTimeField(_("at"), auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    verb = models.CharField(_("verb"), max_length=60)
    subject_type = models.CharField(_("kind"), max_length=60)
    subject_id = models.CharField(_("subject"), max_length=40)
    facts = models.JSONField(_("facts"), default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit")
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "id"], name="audit_by_subject")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject_type} {self.subject_id}"


class OutgoingMail(models.Model):
    """A mail written in the transaction that caused it; the worker sends it later."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        GIVEN_UP = "given_up", _("given up")
        EXPIRED = "expired", _("no longer needed")

    kind = models.CharField(_("kind"), max_length=80)
    recipient = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    html = models.TextField(_("formatted text"))
    language = models.CharField(_("language"), max_length=8, blank=True)
    calendar = models.BinaryField(_("calendar file"), null=True, blank=True)
    calendar_method = models.CharField(max_length=12, blank=True)
    headers = models.JSONField(default=dict, blank=True)
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=40, blank=True)
    once = models.CharField(max_length=120, unique=True, null=True)  # noqa: DJ001 - many mails without a name, one with each
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    not_after = models.DateTimeField(_("not after"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    message_id = models.CharField(max_length=200, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="mail_due", condition=Q(state="waiting")),
            models.Index(fields=["about_type", "about_id"], name="mail_by_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                name="mail_sent_at_matches_state",
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.get_state_display()}"


class CitizenLink(models.Model):
    """A way in without an account. The token itself is known only to its mail; here lies its keyed hash."""

    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("citizen link")
        verbose_name_plural = _("citizen links")
        indexes = [models.Index(fields=["subject_type", "subject_id", "purpose"], name="link_by_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject_type} {self.subject_id}"


class ThrottleCounter(models.Model):
    """How often one (hashed) client did one thing in one window."""

    scope = models.CharField(max_length=60)
    key_hash = models.CharField(max_length=64)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("throttle counter")
        verbose_name_plural = _("throttle counters")
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "key_hash", "window"], name="throttle_one_row_per_window"
            ),
        ]
        indexes = [models.Index(fields=["window"], name="throttle_by_window")]

    def __str__(self) -> str:
        return f"{self.scope} {self.window:%H:%M} {self.count}"


class WorkerHeartbeat(models.Model):
    """When the job worker last said that it lives; /readyz reads it."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("worker heartbeat")
        verbose_name_plural = _("worker heartbeats")

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
