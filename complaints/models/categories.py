"""What a report can be about: two levels, each leaf with its department, its deadlines and its Open311 face."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.workflow import Kind


class CategoryQuerySet(models.QuerySet["Category"]):
    def selectable(self) -> "CategoryQuerySet":
        """Leaves that a citizen may choose, with parent and department, in the order of the catalogue."""
        return (
            self.filter(active=True, parent__isnull=False, parent__active=True)
            .select_related("parent", "department", "parent__department")
            .order_by("parent__order", "parent__name", "order", "name")
        )


class Category(models.Model):
    class Place(models.TextChoices):
        REQUIRED = "required", _("a place is required")
        OPTIONAL = "optional", _("a place may be given")
        NONE = "none", _("has no place")

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("main category"),
    )
    department = models.ForeignKey(
        "portal.Department",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
        help_text=_("Empty: that of the main category."),
    )
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    public_name = models.CharField(
        _("public name"), max_length=120, blank=True, help_text=_("Empty: the name is shown.")
    )
    names = models.JSONField(
        _("names in other languages"),
        default=dict,
        blank=True,
        help_text=_('For example {"en": "Street light"}.'),
    )
    description = models.TextField(_("description"), blank=True)
    keywords = models.TextField(_("keywords"), blank=True, help_text=_("Separated by commas."))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.DEFECT)
    service_code = models.CharField(
        _("Open311 service code"), max_length=40, unique=True, null=True, blank=True
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("in use"), default=True)
    is_public = models.BooleanField(
        _("may be shown in public"), default=True, help_text=_("Reports still need a moderated text.")
    )
    anonymous_allowed = models.BooleanField(_("may be reported without contact"), default=True)
    place = models.CharField(_("place"), max_length=8, choices=Place, default=Place.OPTIONAL)
    nearby_radius = models.PositiveSmallIntegerField(
        _("radius for similar reports (metres)"), default=100, validators=[MaxValueValidator(2000)]
    )
    acknowledge_days = models.PositiveSmallIntegerField(_("acknowledge within (working days)"), default=2)
    interim_days = models.PositiveSmallIntegerField(_("interim notice within (working days)"), default=10)
    answer_days = models.PositiveSmallIntegerField(_("answer within (working days)"), default=15)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["order", "name"]
        constraints = [
            models.CheckConstraint(
                name="category_is_not_its_own_parent",
                condition=~Q(parent=models.F("id")),
                violation_error_message=_("A category cannot stand above itself."),
            ),
            models.CheckConstraint(
                name="category_kind_is_known",
                condition=Q(kind__in=Kind.values),
                violation_error_message=_("Please choose the kind."),
            ),
            models.CheckConstraint(
                name="category_place_is_known",
                condition=Q(place__in=["required", "optional", "none"]),
                violation_error_message=_("Please choose whether a place is needed."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        """The name that people see, in `language` if the city wrote one."""
        return str(self.names.get(language) or self.public_name or self.name)


class Attribute(models.Model):
    """A further question of a category, as Open311 service definitions describe it."""

    class Datatype(models.TextChoices):
        STRING = "string", _("short text")
        NUMBER = "number", _("number")
        DATETIME = "datetime", _("date and time")
        TEXT = "text", _("long text")
        SINGLE = "singlevaluelist", _("one of a list")
        MULTI = "multivaluelist", _("several of a list")

    category = models.ForeignKey(Category, models.CASCADE, related_name="attributes")
    code = models.CharField(_("code"), max_length=40)
    datatype = models.CharField(_("type"), max_length=16, choices=Datatype)
    variable = models.BooleanField(
        _("asks for an answer"), default=True, help_text=_("No: the text is only shown.")
    )
    required = models.BooleanField(_("required"), default=False)
    description = models.CharField(_("question"), max_length=400)
    datatype_description = models.CharField(_("hint"), max_length=400, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    values = models.JSONField(
        _("values"), default=list, blank=True, help_text=_('For example [{"key": "1", "name": "one lamp"}].')
    )

    class Meta:
        verbose_name = _("question of a category")
        verbose_name_plural = _("questions of a category")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                "category",
                "code",
                name="attribute_code_once_per_category",
                violation_error_message=_("This category has a question with this code already."),
            ),
            models.CheckConstraint(
                name="attribute_list_has_values",
                condition=~Q(datatype__in=["singlevaluelist", "multivaluelist"]) | ~Q(values=[]),
                violation_error_message=_("A question of this type needs answers to choose from."),
            ),
        ]

    def __str__(self) -> str:
        return self.description
