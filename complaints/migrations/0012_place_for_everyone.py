"""The place that everyone reads stands beside the one that was reported, instead of over it."""

from zoneinfo import ZoneInfo

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models
from django.db.models import Case, Q, When
from django.db.models.functions import Coalesce, TruncDate

PUBLIC_WORDS = SearchVector("public_text", Coalesce("public_address", "address"), config="simple")
DAY = TruncDate("created_at", tzinfo=ZoneInfo("UTC"))
IS_OPEN = Case(When(closed_at=None, then=1), default=0, output_field=models.IntegerField())


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("complaints", "0011_misfits_are_said_in_words")]

    operations = [
        migrations.AddField(
            "case",
            "public_address",
            models.CharField(blank=True, max_length=250, null=True, verbose_name="place for everyone"),
        ),
        AddIndexConcurrently(
            "case",
            GinIndex(PUBLIC_WORDS, DAY, IS_OPEN, name="case_found_shown", condition=Q(is_public=True)),
        ),
        RemoveIndexConcurrently("case", "case_found_public"),
        # how frequent which word is; without it the database mixes the indexes badly until it looks by itself
        migrations.RunSQL("ANALYZE complaints_case", migrations.RunSQL.noop),
    ]
