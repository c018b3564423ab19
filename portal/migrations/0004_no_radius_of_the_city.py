"""The radius of the city had no effect: boundary and areas say what lies inside.

The program forgets it now, the column goes once no program that still names it is running.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_catalogue_entry")]

    operations = [
        migrations.AlterField(
            model_name="city",
            name="map_radius_km",
            field=models.PositiveSmallIntegerField(
                db_default=15, default=15, verbose_name="radius of the city in km"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="city", name="map_radius_km")]
        ),
    ]
