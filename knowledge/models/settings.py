"""The city's switches for the knowledge base, one row."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class KnowledgeSettings(models.Model):
    """Read with `KnowledgeSettings.current()`: the row, or its defaults when the city never saved it."""

    four_eyes = models.BooleanField(
        _("four eyes"),
        default=False,
        help_text=_("An article goes public only after a second person has approved it."),
    )
    review_months = models.PositiveSmallIntegerField(
        _("months until the next review"),
        default=12,
        help_text=_("Set when an article is published without a review date."),
    )
    check_links = models.BooleanField(
        _("check links"),
        default=False,
        help_text=_("Once a night the server opens the links in the articles and reports the broken ones."),
    )
    suggest_past_queries = models.BooleanField(
        _("suggest what others searched"),
        default=True,
        help_text=_("Only searches that led at least five visitors to an article are suggested."),
    )

    class Meta:
        verbose_name = _("settings of the knowledge base")
        verbose_name_plural = _("settings of the knowledge base")
        constraints = [
            models.CheckConstraint(
                name="knowledge_settings_is_one_row",
                condition=Q(pk=1),
                violation_error_message=_("These settings exist once only: change those that are there."),
            ),
            models.CheckConstraint(
                name="knowledge_settings_review_within_years",
                condition=Q(review_months__range=(1, 60)),
                violation_error_message=_("The months until the next look are a number from 1 to 60."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("settings of the knowledge base"))

    @classmethod
    def current(cls) -> KnowledgeSettings:
        return cls.objects.filter(pk=1).first() or cls(pk=1)
