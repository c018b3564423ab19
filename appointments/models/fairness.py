"""What keeps booking fair: only ready documents can be picked up."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReadyDocument(models.Model):
    """The keyed hash of a document number that lies ready; the number itself is not kept."""

    number_hash = models.CharField(_("number, hashed"), max_length=64, unique=True)
    imported_at = models.DateTimeField(_("imported"))
    picked_up_at = models.DateTimeField(_("picked up"), null=True, blank=True)

    class Meta:
        verbose_name = _("ready document")
        verbose_name_plural = _("ready documents")
        ordering = ["-imported_at"]

    def __str__(self) -> str:
        return self.number_hash[:8]
