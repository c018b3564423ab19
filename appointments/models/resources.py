"""Rooms and persons of which there is only one."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models.rules import BookableService
from portal.models import Office


class Resource(models.Model):
    """One of a kind: the wedding room, a certain registrar. A service needs one room and one person of those that list it."""

    class Kind(models.TextChoices):
        ROOM = "room", _("room or thing")
        PERSON = "person", _("person")

    office = models.ForeignKey(Office, models.PROTECT, related_name="resources", verbose_name=_("office"))
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(
        _("kind"),
        max_length=6,
        choices=Kind,
        default=Kind.ROOM,
        db_default=Kind.ROOM,
        help_text=_("A service that rooms and persons are needed for takes one of each."),
    )
    services = models.ManyToManyField(
        BookableService, blank=True, related_name="resources", verbose_name=_("needed for")
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("room or person")
        verbose_name_plural = _("rooms and persons")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="resource_kind_known",
                condition=Q(kind__in=["room", "person"]),
                violation_error_message=_("Please choose whether this is a room or a person."),
            ),
            models.UniqueConstraint(
                fields=["office", "name"],
                name="resource_name_unique_in_office",
                violation_error_message=_("This office has a room or person of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
