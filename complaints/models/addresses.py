"""The city's own list of addresses: what turns a typed address into a position, without asking anybody outside."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Address(models.Model):
    """One house number with its position. `street_key` is the name in one spelling (complaints.places.streets)."""

    street = models.CharField(_("street"), max_length=150)
    street_key = models.CharField(max_length=150, editable=False)
    number = models.PositiveIntegerField(_("house number"))
    suffix = models.CharField(_("letter"), max_length=12, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=12, blank=True)
    district = models.CharField(_("district"), max_length=100, blank=True)
    external_id = models.CharField(_("key of origin"), max_length=80, blank=True)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))

    class Meta:
        verbose_name = _("postal address")
        verbose_name_plural = _("postal addresses")
        ordering = ["street", "number", "suffix"]
        constraints = [
            models.UniqueConstraint(
                "street_key", "number", "suffix", "postal_code", "district", name="address_once"
            ),
            models.CheckConstraint(
                name="address_lies_on_earth",
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
            ),
        ]
        indexes = [
            models.Index(fields=["latitude", "longitude"], name="address_position"),
            models.Index(fields=["external_id"], name="address_key", condition=~Q(external_id="")),
            GinIndex(fields=["street_key"], name="address_street_similar", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.number}{self.suffix}"
