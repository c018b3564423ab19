"""The map is rebuilt for every change it has not seen, also one that was written before the last rebuild and committed after it."""

from django.db import migrations, models

_MARK = "EXECUTE FUNCTION complaints_map_changed();"
_COUNTED = ("is_public", "latitude", "longitude", "category_id", "closed_at")
_ROW = {row: ", ".join(f"{row}.{column}" for column in _COUNTED) for row in ("OLD", "NEW")}

WATCH = f"""
CREATE FUNCTION complaints_map_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO complaints_mapchange (transaction) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER complaints_map_gained AFTER INSERT ON complaints_case FOR EACH ROW WHEN (NEW.is_public) {_MARK}
CREATE TRIGGER complaints_map_changed AFTER UPDATE ON complaints_case FOR EACH ROW
  WHEN ((OLD.is_public OR NEW.is_public) AND ({_ROW["OLD"]}) IS DISTINCT FROM ({_ROW["NEW"]})) {_MARK}
CREATE TRIGGER complaints_map_lost AFTER DELETE ON complaints_case FOR EACH ROW WHEN (OLD.is_public) {_MARK}
CREATE TRIGGER complaints_map_sorted_anew AFTER UPDATE ON complaints_category FOR EACH ROW
  WHEN (OLD.parent_id IS DISTINCT FROM NEW.parent_id) {_MARK}
INSERT INTO complaints_mapchange (transaction) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING;
"""

UNDO = """
DROP TRIGGER complaints_map_sorted_anew ON complaints_category;
DROP TRIGGER complaints_map_lost ON complaints_case;
DROP TRIGGER complaints_map_changed ON complaints_case;
DROP TRIGGER complaints_map_gained ON complaints_case;
DROP FUNCTION complaints_map_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0013_mails_wait_for_the_next_hour")]

    operations = [
        migrations.CreateModel(
            name="MapChange",
            fields=[("transaction", models.BigIntegerField(primary_key=True, serialize=False))],
            options={"verbose_name": "change of the map", "verbose_name_plural": "changes of the map"},
        ),
        migrations.RunSQL(WATCH, UNDO),
    ]
