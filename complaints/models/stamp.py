"""Whether what the city has arranged for reports is still what somebody remembers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models.stamps import Stamp


class ArrangementStamp(Stamp):
    """Changes whenever a topic, question, area, rule, department, setting or the learnt suggestion does (by trigger), so
    that every process sees an edit on its next request."""

    class Meta:
        verbose_name = _("state of the arrangements")
        verbose_name_plural = _("state of the arrangements")
        constraints = [models.CheckConstraint(name="arrangement_stamp_is_one_row", condition=Q(pk=1))]
