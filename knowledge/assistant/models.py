"""What the assistant keeps: who else is responsible, what was asked (without persons, 30 days), what it was worth."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from knowledge.models import Article


class AssistantSettings(models.Model):
    """Switches of the assistant; exactly one row, number 1."""

    enabled = models.BooleanField(_("assistant is on"), default=True)
    banner = models.CharField(
        _("notice above the assistant"), max_length=300, blank=True, help_text=_("Citizens read this.")
    )
    use_model = models.BooleanField(
        _("let the language model phrase answers"),
        default=False,
        help_text=_(
            "Only with ASSISTANT_MODEL_URL set. It may phrase what the cited pages say, and put a question in other words to search for."
        ),
    )

    class Meta:
        verbose_name = _("settings of the assistant")
        verbose_name_plural = _("settings of the assistant")
        constraints = [models.CheckConstraint(name="assistant_settings_is_one_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return str(_("settings of the assistant"))

    @classmethod
    def current(cls) -> "AssistantSettings":
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class Authority(models.Model):
    """Somebody else who is responsible: tax office, court, district. The city edits this table."""

    key = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    responsible_for = models.CharField(_("responsible for"), max_length=400)
    contact = models.CharField(_("how to reach it"), max_length=400, blank=True)
    url = models.URLField(_("website"), blank=True)
    keywords = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("words people use"),
        help_text=_("Separated by commas; an asterisk ends the beginning of a word: Steuererkl*"),
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("other authority")
        verbose_name_plural = _("other authorities")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Turn(models.Model):
    """One question and how it was answered. Masked before it is kept; deleted after 30 days, counts remain."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("answered")
        CANDIDATES = "candidates", _("offered a choice")
        CLARIFY = "clarify", _("asked back")
        REFUSAL = "refusal", _("did not know")
        ROUTE = "route", _("own route")
        REJECTED = "rejected", _("not read")

    class Rating(models.TextChoices):
        NONE = "", _("not rated")
        GOOD = "good", _("helpful")
        BAD = "bad", _("not helpful")

    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    language = models.CharField(_("language"), max_length=5)
    question = models.CharField(_("question"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    route = models.CharField(_("route"), max_length=20, blank=True)
    aspect = models.CharField(_("aspect"), max_length=12, blank=True)
    article = models.ForeignKey(
        Article, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("article")
    )
    confidence = models.FloatField(_("confidence"), default=0)
    by_model = models.BooleanField(_("phrased by the model"), default=False)
    rating = models.CharField(_("rating"), max_length=4, choices=Rating, default=Rating.NONE, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    settled = models.BooleanField(_("settled by an editor"), default=False)

    class Meta:
        verbose_name = _("question to the assistant")
        verbose_name_plural = _("questions to the assistant")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="assistant_turn_kind_known",
                condition=Q(kind__in=["answer", "candidates", "clarify", "refusal", "route", "rejected"]),
            ),
            models.CheckConstraint(
                name="assistant_rejected_question_is_not_kept", condition=~Q(kind="rejected") | Q(question="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="assistant_turn_open",
                condition=Q(settled=False) & (Q(kind="refusal") | Q(rating="bad")),
            ),
        ]

    def __str__(self) -> str:
        return self.question or self.get_kind_display()


class DayCount(models.Model):
    """How many questions ended how on a day: what remains after 30 days."""

    day = models.DateField(_("day"))
    language = models.CharField(_("language"), max_length=5)
    kind = models.CharField(_("kind"), max_length=10, choices=Turn.Kind)
    questions = models.PositiveIntegerField(_("questions"), default=0)
    good = models.PositiveIntegerField(_("helpful"), default=0)
    bad = models.PositiveIntegerField(_("not helpful"), default=0)

    class Meta:
        verbose_name = _("questions of a day")
        verbose_name_plural = _("questions per day")
        constraints = [
            models.UniqueConstraint(fields=["day", "language", "kind"], name="assistant_day_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.language} {self.kind}: {self.questions}"
