"""What the category suggestion has learnt, and which files of old cases were imported.

The model lies in the database as one row per feature: every host judges by the same model, a judgement reads only the
rows of its text, and nothing of it stays in a worker's memory.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LearntModel(models.Model):
    created_at = models.DateTimeField(_("learnt"), default=timezone.now)
    is_current = models.BooleanField(_("in use"), default=False)
    cases = models.PositiveIntegerField(_("cases"))
    # keys of Category, in the order of the weights
    labels = ArrayField(models.BigIntegerField(), verbose_name=_("categories"))
    bias = ArrayField(models.FloatField())
    unknown = models.FloatField()
    temperature = models.FloatField()
    first = models.FloatField(_("first suggestion right"), null=True)  # on cases kept back
    among_three = models.FloatField(_("among three right"), null=True)
    corrections = models.PositiveIntegerField(_("corrections learnt since"), default=0)

    class Meta:
        verbose_name = _("learnt suggestion")
        verbose_name_plural = _("learnt suggestions")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                "is_current", name="learnt_model_one_current", condition=Q(is_current=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"


class LearntFeature(models.Model):
    """`row`: half-precision numbers, the squared rarity and then one weight per label of the model (missing ones are 0)."""

    learnt_model = models.ForeignKey(LearntModel, models.CASCADE, related_name="features", db_index=False)
    feature = models.BigIntegerField()
    row = models.BinaryField()

    class Meta:
        verbose_name = _("learnt feature")
        verbose_name_plural = _("learnt features")
        constraints = [
            models.UniqueConstraint("learnt_model", "feature", name="learnt_feature_once_per_model"),
        ]

    def __str__(self) -> str:
        return str(self.feature)


class HistoryImport(models.Model):
    """One run of `import_complaints`. Its new cases are those with source "import" from `first_case` to `last_case`."""

    created_at = models.DateTimeField(_("imported"), default=timezone.now)
    file_name = models.CharField(_("file"), max_length=200)
    added = models.PositiveIntegerField(_("added"))
    known = models.PositiveIntegerField(_("known before"))
    broken = models.PositiveIntegerField(_("broken lines"))
    first_case = models.BigIntegerField(null=True)
    last_case = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("import of old cases")
        verbose_name_plural = _("imports of old cases")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="history_import_range_is_whole",
                condition=Q(added=0, first_case__isnull=True, last_case__isnull=True)
                | Q(added__gt=0, first_case__isnull=False, last_case__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
