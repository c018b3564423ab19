"""What a member of staff typed into a form that could not be sent, because the session had ended."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UnsentWords(models.Model):
    """For its author alone, and for a day. `path` is where the form was sent, `page` where it stood, `fields` maps each name to its values."""

    key = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("author")
    )
    path = models.CharField(max_length=500)
    page = models.CharField(max_length=2000)
    fields = models.JSONField(default=dict)
    had_files = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("unsent words")
        verbose_name_plural = _("unsent words")
        indexes = [models.Index(fields=["author", "-created_at"], name="unsent_of_author")]

    def __str__(self) -> str:
        return f"{self.path} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def has_words(self) -> bool:
        """Whether somebody wrote something, not only pressed a button."""
        return any(" " in value.strip() for values in self.fields.values() for value in values)

    @property
    def address(self) -> str:
        """The page, to be shown with these words in its form."""
        return f"{self.page}{'&' if '?' in self.page else '?'}unsent={self.key}#unsent"
