"""Three indexes that every hold wrote and nobody read: one is the beginning of another, one is for the beginning of a number,
one holds an empty address for each hold. Built and dropped without a lock, so the city goes on booking."""

import django.db.models.deletion
from django.db import migrations, models

BY_CONTACT = "CREATE INDEX CONCURRENTLY appointment_by_contact ON appointments_appointment (contact_key, starts_at)"
GONE = [
    "DROP INDEX CONCURRENTLY IF EXISTS appointments_appointment_number_1741948c_like",
    "DROP INDEX CONCURRENTLY IF EXISTS appointments_appointment_pool_id_cea60156",
    "DROP INDEX CONCURRENTLY IF EXISTS appointment_by_contact",
    BY_CONTACT + " WHERE NOT contact_key = ''",
]
BACK = [
    "DROP INDEX CONCURRENTLY IF EXISTS appointment_by_contact",
    BY_CONTACT,
    "CREATE INDEX CONCURRENTLY appointments_appointment_pool_id_cea60156 ON appointments_appointment (pool_id)",
    "CREATE INDEX CONCURRENTLY appointments_appointment_number_1741948c_like"
    " ON appointments_appointment (number varchar_pattern_ops)",
]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("appointments", "0010_other_wishes_and_hoarding")]
    operations = [
        migrations.RunSQL(
            GONE,
            BACK,
            state_operations=[
                migrations.AlterField(
                    model_name="appointment",
                    name="pool",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="appointments.pool",
                        verbose_name="group of counters",
                    ),
                ),
                migrations.RemoveIndex("appointment", "appointment_by_contact"),
                migrations.AddIndex(
                    model_name="appointment",
                    index=models.Index(
                        condition=models.Q(("contact_key", ""), _negated=True),
                        fields=["contact_key", "starts_at"],
                        name="appointment_by_contact",
                    ),
                ),
            ],
        )
    ]
