"""Whether what a process remembers is still what the tables say."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stamp(models.Model):
    """One row, written by triggers on every table that is remembered, so that an edit by whatever hand is seen.

    See `portal.remembered`.
    """

    stamp = models.UUIDField(_("stamp"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.stamp)
