"""Where: the city's areas as polygons, and the counts behind the clustered map."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Area(models.Model):
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    external_id = models.CharField(_("key of origin"), max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Where areas overlap, the first one counts.")
    )
    geometry = models.JSONField(_("GeoJSON"), help_text=_("A Polygon or MultiPolygon, longitude first."))
    is_public = models.BooleanField(_("offered as a filter"), default=True)

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class MapCell(models.Model):
    """How many public cases lie in one square of the map: rebuilt by a job, so that a map of 200,000 costs one small read.

    `x` and `y` count squares of `360 / 2**level` degrees; `latitude` and `longitude` are the mean of the cases inside.
    `category` is a main category, or empty for all together. Level 0 has no place: it counts each category of its own.
    """

    level = models.PositiveSmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    category = models.ForeignKey(
        "complaints.Category", models.CASCADE, related_name="+", null=True, db_index=False
    )
    is_open = models.BooleanField()
    cases = models.PositiveIntegerField()
    latitude = models.FloatField()
    longitude = models.FloatField()
    newest = models.BigIntegerField(default=0)  # id of a case inside, for squares with one only

    class Meta:
        verbose_name = _("map square")
        verbose_name_plural = _("map squares")
        indexes = [models.Index(fields=["level", "category", "x", "y"], name="mapcell_window")]

    def __str__(self) -> str:
        return f"{self.level}/{self.x}/{self.y}"


class MapChange(models.Model):
    """A transaction that changed what the map counts and that no rebuild has seen yet. Written by triggers."""

    transaction = models.BigIntegerField(primary_key=True)

    class Meta:
        verbose_name = _("change of the map")
        verbose_name_plural = _("changes of the map")

    def __str__(self) -> str:
        return str(self.transaction)
