"""The municipal service: one row that appointments, complaints and knowledge share."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.models.people import Department
from portal.models.places import Office


class ServiceQuerySet(models.QuerySet["Service"]):
    def offered(self) -> "ServiceQuerySet":
        return self.filter(active=True, withdrawn_at__isnull=True)

    def most_wanted(self) -> "ServiceQuerySet":
        return self.offered().order_by("-wanted", "name")


class Service(models.Model):
    """What the administration does for people, e.g. "Reisepass beantragen"."""

    name = models.CharField(_("name"), max_length=200)
    names = models.JSONField(_("names in other languages"), default=dict, blank=True)
    slug = models.SlugField(_("address in the portal"), max_length=120, unique=True)
    standard_key = models.CharField(_("standard key (LeiKa)"), max_length=40, blank=True)
    external_id = models.CharField(
        _("key in the catalogue"), max_length=80, unique=True, null=True, blank=True
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="services",
        verbose_name=_("department"),
    )
    offices = models.ManyToManyField(Office, blank=True, related_name="services", verbose_name=_("offices"))
    active = models.BooleanField(_("active"), default=True)
    wanted = models.PositiveIntegerField(_("how often wanted"), default=0)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["name"]
        indexes = [models.Index(fields=["-wanted", "name"], name="service_most_wanted")]

    def __str__(self) -> str:
        return self.name_in(get_language() or "")

    def name_in(self, language: str) -> str:
        """The name in `language`, or in the reference language where there is none."""
        named = self.names.get(language[:2]) if isinstance(self.names, dict) else None
        return named or self.name

    def clean(self) -> None:
        pairs = self.names.items() if isinstance(self.names, dict) else [(self.names, None)]
        if not all(isinstance(key, str) and isinstance(name, str) for key, name in pairs):
            raise ValidationError({"names": _('Give a name for each language, such as {"en": "Passport"}.')})
