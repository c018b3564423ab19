"""What the last import of each record looked like, so that the next one touches only what changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CatalogueEntry(models.Model):
    """One record of one source; `digest` is that of its values when it was last taken over."""

    DIGEST_LENGTH = 64

    class Kind(models.TextChoices):
        OFFICE = "office", _("office")
        SERVICE = "service", _("service")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    key = models.CharField(_("key in the catalogue"), max_length=80)
    source = models.CharField(_("source"), max_length=40)
    digest = models.CharField(_("digest"), max_length=DIGEST_LENGTH)
    taken_at = models.DateTimeField(_("taken over at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("catalogue entry")
        verbose_name_plural = _("catalogue entries")
        ordering = ["kind", "key"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="catalogue_entry_once_per_key"),
            models.CheckConstraint(
                name="catalogue_entry_kind_known", condition=models.Q(kind__in=["office", "service"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.kind} {self.key}"
