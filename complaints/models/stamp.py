"""Whether what the city has arranged for reports is still what somebody remembers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ArrangementStamp(models.Model):
    """Changes whenever a topic, question, area, rule, department, setting or the learnt suggestion does (by trigger), so
    that every process sees an edit on its next request."""

    stamp = models.UUIDField(_("stamp"))

    class Meta:
        verbose_name = _("state of the arrangements")
        verbose_name_plural = _("state of the arrangements")
        constraints = [models.CheckConstraint(name="arrangement_stamp_is_one_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return str(self.stamp)
