"""What editors tell the search (synonyms, pins, blocked suggestions) and what the search tells the editors."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from knowledge.models.articles import Article


class Synonym(models.Model):
    """City-wide: who searches one of `variants` means `term` too ("Perso" means "Personalausweis")."""

    language = models.CharField(_("language"), max_length=5, default="de")
    term = models.CharField(_("word in our texts"), max_length=120)
    variants = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("what people say"),
        help_text=_("Separated by commas."),
    )

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["term"]
        constraints = [
            models.UniqueConstraint(name="knowledge_synonym_term_once", fields=["language", "term"]),
            models.CheckConstraint(
                name="knowledge_synonym_has_variants",
                condition=Q(variants__len__gt=0),
                violation_error_message=_("At least one other word is needed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term}: {', '.join(self.variants)}"


class PinQuerySet(models.QuerySet["Pin"]):
    def current(self, day: date | None = None) -> PinQuerySet:
        day = day or timezone.localdate()
        return self.filter(Q(until__isnull=True) | Q(until__gte=day)).order_by("position", "id")


class Pin(models.Model):
    """Shows `article` first for exactly this query, until `until`."""

    query = models.CharField(
        _("search"), max_length=200, help_text=_("Upper and lower case and spaces make no difference.")
    )
    language = models.CharField(_("language"), max_length=5, default="de")
    article = models.ForeignKey(Article, models.CASCADE, related_name="pins", verbose_name=_("article"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = PinQuerySet.as_manager()

    class Meta:
        verbose_name = _("pinned result")
        verbose_name_plural = _("pinned results")
        ordering = ["query", "position"]
        constraints = [
            models.UniqueConstraint(
                name="knowledge_pin_once_per_query", fields=["language", "query", "article"]
            ),
        ]

    def __str__(self) -> str:
        return self.query


class BlockedSuggestion(models.Model):
    """A phrase that the search field never proposes, nor anything that contains it."""

    phrase = models.CharField(_("phrase"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("blocked suggestion")
        verbose_name_plural = _("blocked suggestions")
        ordering = ["phrase"]

    def __str__(self) -> str:
        return self.phrase


class SearchEvent(models.Model):
    """One search, or one click on a result. No person, no address, no time of day; kept for 90 days."""

    class Kind(models.TextChoices):
        SEARCH = "search", _("search")
        CLICK = "click", _("click on a result")

    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.SEARCH)
    day = models.DateField(_("day"), default=timezone.localdate)
    language = models.CharField(_("language"), max_length=5)
    query = models.CharField(_("search"), max_length=200)
    hits = models.PositiveIntegerField(_("results"), null=True, blank=True)
    article = models.ForeignKey(
        Article, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("article")
    )

    class Meta:
        verbose_name = _("search event")
        verbose_name_plural = _("search events")
        indexes = [
            models.Index(name="knowledge_search_by_query", fields=["language", "query", "kind"]),
            models.Index(name="knowledge_search_by_day", fields=["day"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="knowledge_search_event_matches_kind",
                condition=Q(kind="search", hits__isnull=False, article__isnull=True)
                | Q(kind="click", hits__isnull=True, article__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.query
