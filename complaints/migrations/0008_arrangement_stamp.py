"""Every process may keep the city's topics, areas and rules until this stamp changes."""

from django.db import migrations, models

TABLES = [
    "complaints_category",
    "complaints_attribute",
    "complaints_area",
    "complaints_routingrule",
    "complaints_complaintsettings",
    "complaints_learntmodel",
    "portal_department",
]

STAMP = """
CREATE FUNCTION complaints_arranged_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO complaints_arrangementstamp (id, stamp) VALUES (1, gen_random_uuid())
  ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp;
  RETURN NULL;
END $$;
INSERT INTO complaints_arrangementstamp (id, stamp) VALUES (1, gen_random_uuid()) ON CONFLICT DO NOTHING;
""" + "\n".join(
    f"CREATE TRIGGER complaints_arranged_anew AFTER INSERT OR UPDATE OR DELETE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION complaints_arranged_anew();"
    for table in TABLES
)

UNDO = (
    "\n".join(f"DROP TRIGGER complaints_arranged_anew ON {table};" for table in TABLES)
    + "\nDROP FUNCTION complaints_arranged_anew();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0007_attachments"),
        ("portal", "0003_catalogue_entry"),
    ]

    operations = [
        migrations.CreateModel(
            name="ArrangementStamp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stamp", models.UUIDField(verbose_name="stamp")),
            ],
            options={
                "verbose_name": "state of the arrangements",
                "verbose_name_plural": "state of the arrangements",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="arrangement_stamp_is_one_row"
                    )
                ],
            },
        ),
        migrations.RunSQL(STAMP, UNDO),
    ]
