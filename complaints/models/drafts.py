"""A report under way, and photos (which may belong to a draft, a case or a message)."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models.cases import Case


class DraftQuerySet(models.QuerySet["Draft"]):
    def with_case(self) -> "DraftQuerySet":
        """With `sent_as`, the number of the case that a draft has become."""
        cases = Case.objects.filter(form_key=models.OuterRef("pk")).order_by()
        return self.annotate(sent_as=models.Subquery(cases.values("number")))  # type: ignore[no-redef]  # a column of the query


class Draft(models.Model):
    """What a citizen has typed so far. The key stands in the address of the next page, so no cookie is needed; it becomes
    the `form_key` of the case, so sending twice gives one case. Deleted after a day."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    sent_as: str | None  # known `with_case`

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes = [models.Index(fields=["created_at"], name="draft_age")]

    def __str__(self) -> str:
        return str(self.key)


class Photo(models.Model):
    """A photo, always re-encoded by us: no metadata, no position, no foreign bytes. `published` is the blurred copy."""

    case = models.ForeignKey("complaints.Case", models.CASCADE, null=True, blank=True, related_name="photos")
    draft = models.ForeignKey(Draft, models.CASCADE, null=True, blank=True, related_name="photos")
    message = models.ForeignKey(
        "complaints.Message", models.SET_NULL, null=True, blank=True, related_name="photos"
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(_("photo"), upload_to="cases/%Y/%m/")
    thumbnail = models.FileField(upload_to="cases/%Y/%m/")
    published = models.FileField(upload_to="published/%Y/%m/", blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # blurred: [[left, top, width, height], …] as shares of 1
    boxes = models.JSONField(default=list, blank=True)
    is_public = models.BooleanField(_("shown in public"), default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="photo_belongs_somewhere", condition=Q(case__isnull=False) | Q(draft__isnull=False)
            ),
            models.CheckConstraint(
                name="photo_public_has_a_copy",
                condition=Q(is_public=False) | (~Q(published="") & Q(case__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)
