"""Articles: the rows that the public pages and the index read, and the versions that editors write.

An edit never touches the public rows. `ArticleVersion` keeps every working state as a full snapshot;
`publishing.publish` writes the newest snapshot into `ArticleText`, `Fee` and the article's own columns.
So `ArticleText` holds published text only, and a draft can't leak through a forgotten filter.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from knowledge.models.topics import Topic

if TYPE_CHECKING:
    from collections.abc import Iterable


class ArticleQuerySet(models.QuerySet["Article"]):
    def public(self, day: date | None = None) -> ArticleQuerySet:
        """What citizens may see on `day` (today)."""
        day = day or timezone.localdate()
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_until__isnull=True) | Q(valid_until__gte=day),
            live=True,
        )

    def named(self, names: Iterable[str]) -> dict[str, int]:
        """The article of each name that is known: a title, a short name, or an address that ends in one."""
        slugs = {name: name.rstrip("/").rpartition("/")[2] for name in names}
        found = self.filter(Q(slug__in=slugs.values()) | Q(title__in=slugs)).values_list(
            "pk", "slug", "title"
        )
        known = {key: pk for pk, slug, title in found for key in (title, slug)}
        return {
            name: known.get(name) or known[slug]
            for name, slug in slugs.items()
            if {name, slug} & known.keys()
        }


class Article(models.Model):
    """One thing a citizen may ask for; its texts lie in `texts`, one per language and plain-language variant."""

    class Kind(models.TextChoices):
        SERVICE = "service", _("service")
        FAQ = "faq", _("question and answer")
        NOTICE = "notice", _("notice")
        PAGE = "page", _("page")

    class Audience(models.TextChoices):
        """Whom it is for; an import may bring other words, which are shown as they are."""

        RESIDENTS = "residents", _("residents")
        FAMILIES = "families", _("families")
        BUSINESS = "business", _("businesses")
        NEWCOMERS = "newcomers", _("newcomers")
        SENIORS = "seniors", _("older people")
        STUDENTS = "students", _("students")

    class State(models.TextChoices):
        """Of the newest version; whether citizens see an older one is `live`."""

        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.SERVICE)
    slug = models.SlugField(_("short name"), max_length=120, unique=True)
    external_id = models.CharField(_("key in the source"), max_length=120, blank=True)
    title = models.CharField(
        _("title"), max_length=250, help_text=_("Of the newest version, in the city's language.")
    )
    service = models.ForeignKey(
        "portal.Service",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("service"),
    )
    department = models.ForeignKey(
        "portal.Department",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("department"),
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="articles", verbose_name=_("topics"))
    related = models.ManyToManyField(
        "self", blank=True, symmetrical=False, related_name="related_from", verbose_name=_("related articles")
    )
    audience = models.CharField(_("audience"), max_length=40, blank=True)
    online_url = models.URLField(_("online form"), max_length=1000, blank=True)
    complaint_category = models.CharField(_("category of a report"), max_length=80, blank=True)
    forms = models.JSONField(_("forms"), default=list, blank=True)
    links = models.JSONField(_("links"), default=list, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)
    live = models.BooleanField(_("public"), default=False)
    version = models.PositiveIntegerField(_("version"), default=0)
    live_version = models.PositiveIntegerField(_("public version"), null=True, blank=True)
    publish_at = models.DateTimeField(_("goes public at"), null=True, blank=True)
    published_at = models.DateTimeField(_("first published"), null=True, blank=True)
    changed_at = models.DateTimeField(_("text as of"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("owner"),
    )
    review_due = models.DateField(_("to be reviewed by"), null=True, blank=True)
    imported = models.JSONField(
        _("last import"), null=True, blank=True, help_text=_("What the source said last, a snapshot.")
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["title"]
        indexes = [
            models.Index(name="knowledge_article_review", fields=["review_due"], condition=Q(live=True)),
            models.Index(
                name="knowledge_article_due", fields=["publish_at"], condition=Q(publish_at__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="knowledge_article_one_per_external_id",
                fields=["external_id"],
                condition=~Q(external_id=""),
            ),
            models.UniqueConstraint(
                name="knowledge_article_one_per_service",
                fields=["service"],
                condition=Q(kind="service", service__isnull=False),
            ),
            models.CheckConstraint(
                name="knowledge_article_live_matches_live_version",
                condition=Q(live=True, live_version__isnull=False, published_at__isnull=False)
                | Q(live=False, live_version__isnull=True),
            ),
            models.CheckConstraint(
                name="knowledge_article_published_is_live", condition=~Q(state="published") | Q(live=True)
            ),
            models.CheckConstraint(
                name="knowledge_article_archived_is_not_live", condition=~Q(state="archived") | Q(live=False)
            ),
            models.CheckConstraint(
                name="knowledge_article_valid_in_order",
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def audience_name(self) -> str:
        return str(dict(self.Audience.choices).get(self.audience, self.audience))

    def get_absolute_url(self) -> str:
        name = "knowledge:service" if self.kind == self.Kind.SERVICE else "knowledge:article"
        return reverse(name, args=[self.slug])


class ArticleTextQuerySet(models.QuerySet["ArticleText"]):
    def public(self, day: date | None = None) -> ArticleTextQuerySet:
        day = day or timezone.localdate()
        return self.filter(
            Q(article__valid_from__isnull=True) | Q(article__valid_from__lte=day),
            Q(article__valid_until__isnull=True) | Q(article__valid_until__gte=day),
            article__live=True,
        )

    def best_first(self, languages: Iterable[str], *, plain: bool = False) -> ArticleTextQuerySet:
        """Order by the wish of the reader: the first of `languages`, and in it the variant asked for."""
        places = [models.When(language=code, then=models.Value(n)) for n, code in enumerate(languages)]
        return self.annotate(
            language_place=models.Case(*places, default=models.Value(99), output_field=models.IntegerField())
        ).order_by("language_place", "-plain" if plain else "plain")


class ArticleText(models.Model):
    """The published text of an article in one language; `html` holds the sections ready and sanitised.

    Long fields are Markdown. `synonyms` are the editors' own search words, `documents` one thing to bring each.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="texts", verbose_name=_("article"))
    language = models.CharField(_("language"), max_length=5)
    plain = models.BooleanField(_("plain language"), default=False)
    title = models.CharField(_("title"), max_length=250)
    synonyms = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    requirements = models.TextField(_("requirements"), blank=True)
    documents = ArrayField(models.TextField(), default=list, blank=True)
    procedure = models.TextField(_("procedure"), blank=True)
    processing_time = models.TextField(_("processing time"), blank=True)
    deadlines = models.TextField(_("deadlines"), blank=True)
    legal_basis = models.TextField(_("legal basis"), blank=True)
    fees_note = models.TextField(_("note on fees"), blank=True)
    body = models.TextField(_("text"), blank=True)
    html = models.JSONField(_("rendered sections"), default=dict, blank=True)

    objects = ArticleTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("article text")
        verbose_name_plural = _("article texts")
        constraints = [
            models.UniqueConstraint(
                name="knowledge_one_text_per_language", fields=["article", "language", "plain"]
            ),
            models.CheckConstraint(name="knowledge_text_has_a_title", condition=~Q(title="")),
        ]

    def __str__(self) -> str:
        return self.title


class ExampleQuestion(models.Model):
    """A question in a citizen's words that this article answers; the index treats it like a title."""

    class Source(models.TextChoices):
        EDITOR = "editor", _("editor")
        SEARCH = "search", _("from the search log")
        ASSISTANT = "assistant", _("from the assistant")

    article = models.ForeignKey(Article, models.CASCADE, related_name="questions", verbose_name=_("article"))
    language = models.CharField(_("language"), max_length=5)
    text = models.CharField(_("question"), max_length=300)
    source = models.CharField(_("source"), max_length=9, choices=Source, default=Source.EDITOR)

    class Meta:
        verbose_name = _("example question")
        verbose_name_plural = _("example questions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="knowledge_question_once_per_article", fields=["article", "language", "text"]
            ),
            models.CheckConstraint(name="knowledge_question_has_text", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text


class Fee(models.Model):
    """What it costs under which condition; without an amount the condition says it all ("by effort")."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="fees", verbose_name=_("article"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    amount = models.DecimalField(_("amount"), max_digits=9, decimal_places=2, null=True, blank=True)
    condition = models.CharField(_("condition"), max_length=300, blank=True)
    conditions = models.JSONField(_("condition in other languages"), default=dict, blank=True)

    class Meta:
        verbose_name = _("fee")
        verbose_name_plural = _("fees")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="knowledge_fee_one_per_position", fields=["article", "position"]),
            models.CheckConstraint(
                name="knowledge_fee_not_negative", condition=Q(amount__isnull=True) | Q(amount__gte=0)
            ),
            models.CheckConstraint(
                name="knowledge_fee_says_something", condition=Q(amount__isnull=False) | ~Q(condition="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.condition}".strip()

    def condition_in(self, language: str) -> str:
        return str(self.conditions.get(language) or self.condition)


class ArticleVersion(models.Model):
    """A full snapshot (`drafts.Draft` as JSON) of what an editor saved; versions are never changed."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="versions", verbose_name=_("article"))
    number = models.PositiveIntegerField(_("number"))
    snapshot = models.JSONField(_("content"))
    note = models.CharField(_("what was changed"), max_length=200, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(name="knowledge_version_number_once", fields=["article", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}/{self.number}"
