"""Programs that speak Open311 with us: their keys, and what they sent beside the report itself."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ApiKey(models.Model):
    """A key that may file reports. Only its SHA-256 is kept; the key is shown once, when it is made."""

    name = models.CharField(_("name"), max_length=120, help_text=_("Which program of whom uses it."))
    contact = models.EmailField(_("contact"), blank=True)
    hint = models.CharField(_("begins with"), max_length=8, editable=False)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    answers_with_token = models.BooleanField(
        _("answer with a token"),
        default=False,
        help_text=_("The program fetches the number of its report later, by tokens/TOKEN."),
    )
    active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("Open311 key")
        verbose_name_plural = _("Open311 keys")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"


class ApiSubmission(models.Model):
    """What came with a report over Open311. `media_url` is kept as text for the clerk; we never fetch it."""

    case = models.OneToOneField("complaints.Case", models.CASCADE, related_name="api_submission")
    key = models.ForeignKey(
        ApiKey, models.SET_NULL, null=True, related_name="submissions", verbose_name=_("key")
    )
    token_hash = models.CharField(max_length=64, blank=True)
    device_id = models.CharField(_("device"), max_length=200, blank=True)
    account_id = models.CharField(_("account"), max_length=200, blank=True)
    media_url = models.URLField(_("address of a photo"), max_length=2000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("report over Open311")
        verbose_name_plural = _("reports over Open311")
        constraints = [
            models.UniqueConstraint(
                "token_hash", name="api_submission_token_once", condition=~Q(token_hash="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.case_id)
