"""What visitors say about a page, and what the link checker found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from knowledge.models.articles import Article


class Feedback(models.Model):
    """One answer to "Was this page helpful?" (1 = not at all … 5 = very), anonymous, with the day only."""

    path = models.CharField(_("page"), max_length=300)
    article = models.ForeignKey(
        Article, models.SET_NULL, null=True, blank=True, related_name="feedback", verbose_name=_("article")
    )
    language = models.CharField(_("language"), max_length=5)
    rating = models.PositiveSmallIntegerField(_("rating"))
    text = models.TextField(_("comment"), max_length=2000, blank=True)
    day = models.DateField(_("day"), default=timezone.localdate)
    settled = models.BooleanField(_("dealt with"), default=False)

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["-day", "-id"]
        indexes = [models.Index(name="knowledge_feedback_by_day", fields=["day"])]
        constraints = [
            models.CheckConstraint(
                name="knowledge_feedback_rating_one_to_five", condition=Q(rating__range=(1, 5))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.path}: {self.rating}"


class LinkCheck(models.Model):
    """What happened when the checker last opened a link of an article."""

    article = models.ForeignKey(
        Article, models.CASCADE, related_name="link_checks", verbose_name=_("article")
    )
    url = models.CharField(_("address"), max_length=1000)
    status = models.PositiveSmallIntegerField(_("answer code"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)
    broken_since = models.DateTimeField(_("broken since"), null=True, blank=True)
    checked_at = models.DateTimeField(_("checked"), default=timezone.now)

    class Meta:
        verbose_name = _("checked link")
        verbose_name_plural = _("checked links")
        ordering = ["article", "url"]
        constraints = [
            models.UniqueConstraint(name="knowledge_link_once_per_article", fields=["article", "url"]),
        ]

    def __str__(self) -> str:
        return self.url
