"""What clerks arrange for themselves: filters, routing, templates, outside bodies, and what they teach the suggestion."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.workflow import Kind, State


class SavedFilter(models.Model):
    """A tab of the inbox: the query string of the inbox page under a name. Without an owner it is there for everyone."""

    name = models.CharField(_("name"), max_length=80)
    owner = models.ForeignKey(
        "portal.User", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only for")
    )
    query = models.CharField(_("filter"), max_length=500, help_text=_("As in the address of the inbox."))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["order", "name"]
        constraints = [
            models.UniqueConstraint(
                "owner",
                "name",
                name="saved_filter_name_once",
                nulls_distinct=False,
                violation_error_message=_("This person has a filter of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoutingRule(models.Model):
    """If category, area, kind and keywords fit, the case goes to this department (and person). The first that fits counts."""

    name = models.CharField(_("name"), max_length=120)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("in use"), default=True)
    category = models.ForeignKey(
        "complaints.Category",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
        help_text=_("A main category stands for all below it."),
    )
    area = models.ForeignKey(
        "complaints.Area", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, blank=True)
    keywords = models.CharField(
        _("keywords"),
        max_length=400,
        blank=True,
        help_text=_("Separated by commas; one of them must occur in the text."),
    )
    department = models.ForeignKey(
        "portal.Department", models.CASCADE, related_name="+", verbose_name=_("department")
    )
    assignee = models.ForeignKey(
        "portal.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("clerk")
    )

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class ReplyTemplate(models.Model):
    """A text to start from. May name {number}, {category}, {place}, {name}, {date}, {clerk}, {department} and {link}."""

    name = models.CharField(_("name"), max_length=120)
    category = models.ForeignKey(
        "complaints.Category",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=State,
        blank=True,
        help_text=_("Offered when a case goes to this state."),
    )
    language = models.CharField(_("language"), max_length=8, default="de")
    text = models.TextField(_("text"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class OutsideBody(models.Model):
    """Someone outside the city hall who looks after things: the power company, the state's road office."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    email = models.EmailField(_("e-mail"))
    public_note = models.TextField(
        _("public note"),
        blank=True,
        help_text=_("Suggested when a case is passed on: who looks after it from now on."),
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("outside body")
        verbose_name_plural = _("outside bodies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SuggestionFeedback(models.Model):
    """What was suggested, what the citizen chose, what the clerk made of it: the suggestion learns from `chosen`."""

    case = models.OneToOneField("complaints.Case", models.CASCADE, related_name="suggestion_feedback")
    suggested = models.ForeignKey("complaints.Category", models.CASCADE, null=True, related_name="+")
    probability = models.FloatField(null=True)
    by_citizen = models.ForeignKey("complaints.Category", models.CASCADE, null=True, related_name="+")
    chosen = models.ForeignKey("complaints.Category", models.CASCADE, null=True, related_name="+")
    corrected_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("feedback on a suggestion")
        verbose_name_plural = _("feedback on suggestions")

    def __str__(self) -> str:
        return f"{self.case_id}"
