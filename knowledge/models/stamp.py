"""One number that grows with every change of what citizens read or search."""

from __future__ import annotations

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.postgresql.base import prepared


class ContentStamp(models.Model):
    """Kept copies of pages carry the number, so a change shows at once on every host. Touched by commands only."""

    number = models.BigIntegerField(_("number"), default=0)

    class Meta:
        verbose_name = _("content stamp")
        verbose_name_plural = _("content stamps")
        constraints = [models.CheckConstraint(name="knowledge_stamp_is_one_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        rows = prepared("SELECT number FROM knowledge_contentstamp WHERE id = 1")
        return int(rows[0][0]) if rows else 0

    @classmethod
    def touch(cls) -> None:
        """Count one change; the row stays locked until the change is committed, so nobody keeps the old text under it."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO knowledge_contentstamp (id, number) VALUES (1, 1)"
                " ON CONFLICT (id) DO UPDATE SET number = knowledge_contentstamp.number + 1"
            )
