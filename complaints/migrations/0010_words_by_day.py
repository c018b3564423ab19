"""Words are indexed together with the day and whether the case is open, so that a search reads only the days it needs."""

from zoneinfo import ZoneInfo

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, BtreeGinExtension, RemoveIndexConcurrently
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models
from django.db.models import Case, F, Q, When
from django.db.models.functions import TruncDate

WORDS = SearchVector("text", "address", config="simple")
PUBLIC_WORDS = SearchVector("public_text", "address", config="simple")
DAY = TruncDate("created_at", tzinfo=ZoneInfo("UTC"))
IS_OPEN = Case(When(closed_at=None, then=1), default=0, output_field=models.IntegerField())


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("complaints", "0009_counted_from")]

    operations = [
        BtreeGinExtension(),
        AddIndexConcurrently("case", GinIndex(WORDS, DAY, IS_OPEN, name="case_found")),
        AddIndexConcurrently(
            "case",
            GinIndex(PUBLIC_WORDS, DAY, IS_OPEN, name="case_found_public", condition=Q(is_public=True)),
        ),
        AddIndexConcurrently(
            "case",
            models.Index(
                F("created_at").desc(), F("id").desc(), name="case_seldom_ended",
                condition=Q(state__in=["merged", "refused", "withdrawn"]),
            ),
        ),
        RemoveIndexConcurrently("case", "case_words"),
        RemoveIndexConcurrently("case", "case_public_words"),
        # how frequent which word is; without it the database mixes the indexes badly until it looks by itself
        migrations.RunSQL("ANALYZE complaints_case", migrations.RunSQL.noop),
    ]
