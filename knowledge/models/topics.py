"""Topics and life situations: one tree, two kinds of root."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Topic(models.Model):
    """A subject ("Waste") or a life situation ("A child is born"); children refine their parent."""

    class Kind(models.TextChoices):
        SUBJECT = "subject", _("subject")
        LIFE_SITUATION = "life", _("life situation")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.SUBJECT)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent topic")
    )
    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    names = models.JSONField(_("names in other languages"), default=dict, blank=True)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["order", "name"]
        constraints = [
            models.CheckConstraint(
                name="knowledge_topic_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                violation_error_message=_("A topic cannot stand above itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        return str(self.names.get(language) or self.name)

    def get_absolute_url(self) -> str:
        return reverse("knowledge:topic", args=[self.slug])
