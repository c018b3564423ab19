"""An appointment knows which documents are picked up with it.

`kind` of a ready document was never written: the program forgets it now, the column goes once no program that still
names it is running.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appointments", "0014_lead_and_horizon_at_the_desk")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="documents",
            field=ArrayField(
                base_field=models.CharField(max_length=64),
                blank=True,
                db_default=[],
                default=list,
                size=None,
                verbose_name="documents to pick up",
            ),
        ),
        migrations.AlterField(
            model_name="readydocument",
            name="kind",
            field=models.CharField(blank=True, db_default="", max_length=40, verbose_name="kind"),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="readydocument", name="kind")]
        ),
    ]
