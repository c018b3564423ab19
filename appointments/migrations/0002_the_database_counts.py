"""The triggers that make overselling impossible and tell every process that a rule changed.

`appointments_count_places` counts every appointment that keeps a place into `appointments_slotload`, rows locked in
key order; the CHECK constraints there refuse what is too much. A unit without a row has no places: somebody must
have opened it from the rules first. `appointments_only_counted` forbids any other hand on the counters.
"""

from django.db import migrations

COUNT_PLACES = """
CREATE FUNCTION appointments_count_places() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = '3s' AS $$
DECLARE
  old_pool bigint; old_first integer := 0; old_end integer := 0; old_web integer := 0;
  new_pool bigint; new_first integer := 0; new_end integer := 0; new_web integer := 0;
  kept boolean := false; keeps boolean := false; rows_found integer;
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.state NOT IN ('cancelled', 'expired') THEN
    kept := true; old_pool := OLD.pool_id; old_web := (OLD.channel = 'web')::integer;
    old_first := extract(epoch FROM OLD.starts_at) / 300; old_end := extract(epoch FROM OLD.ends_at) / 300;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.state NOT IN ('cancelled', 'expired') THEN
    keeps := true; new_pool := NEW.pool_id; new_web := (NEW.channel = 'web')::integer;
    new_first := extract(epoch FROM NEW.starts_at) / 300; new_end := extract(epoch FROM NEW.ends_at) / 300;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.state IN ('cancelled', 'expired') AND NEW.state <> OLD.state THEN
    RAISE EXCEPTION 'an appointment that ended stays ended'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_ended_stays_ended';
  END IF;
  IF kept AND keeps AND old_pool = new_pool AND old_first = new_first AND old_end = new_end AND old_web = new_web THEN
    RETURN NULL;
  END IF;

  PERFORM 1 FROM appointments_slotload s
   WHERE (s.pool_id = old_pool AND s.unit >= old_first AND s.unit < old_end)
      OR (s.pool_id = new_pool AND s.unit >= new_first AND s.unit < new_end)
   ORDER BY s.pool_id, s.unit FOR NO KEY UPDATE;
  IF keeps THEN
    SELECT count(*) INTO rows_found FROM appointments_slotload s
     WHERE s.pool_id = new_pool AND s.unit >= new_first AND s.unit < new_end;
    IF rows_found <> new_end - new_first THEN
      RAISE EXCEPTION 'pool % has no places from % to %', new_pool, NEW.starts_at, NEW.ends_at
        USING ERRCODE = 'check_violation', CONSTRAINT = 'slot_load_taken_within_capacity';
    END IF;
  END IF;
  IF kept AND keeps THEN
    UPDATE appointments_slotload s SET
      taken = s.taken - (s.pool_id = old_pool AND s.unit >= old_first AND s.unit < old_end)::integer
                      + (s.pool_id = new_pool AND s.unit >= new_first AND s.unit < new_end)::integer,
      taken_public = s.taken_public
        - old_web * (s.pool_id = old_pool AND s.unit >= old_first AND s.unit < old_end)::integer
        + new_web * (s.pool_id = new_pool AND s.unit >= new_first AND s.unit < new_end)::integer
     WHERE (s.pool_id = old_pool AND s.unit >= old_first AND s.unit < old_end)
        OR (s.pool_id = new_pool AND s.unit >= new_first AND s.unit < new_end);
  ELSIF keeps THEN
    UPDATE appointments_slotload s SET taken = s.taken + 1, taken_public = s.taken_public + new_web
     WHERE s.pool_id = new_pool AND s.unit >= new_first AND s.unit < new_end;
  ELSIF kept THEN
    UPDATE appointments_slotload s SET taken = s.taken - 1, taken_public = s.taken_public - old_web
     WHERE s.pool_id = old_pool AND s.unit >= old_first AND s.unit < old_end;
    IF TG_OP = 'UPDATE' THEN
      UPDATE appointments_resourceclaim SET active = false WHERE appointment_id = NEW.id AND active;
    END IF;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER appointments_count_new AFTER INSERT OR DELETE ON appointments_appointment
  FOR EACH ROW EXECUTE FUNCTION appointments_count_places();
CREATE TRIGGER appointments_count_changed
  AFTER UPDATE OF state, pool_id, starts_at, ends_at, channel ON appointments_appointment
  FOR EACH ROW WHEN (
    OLD.state IS DISTINCT FROM NEW.state OR OLD.pool_id IS DISTINCT FROM NEW.pool_id
    OR OLD.starts_at IS DISTINCT FROM NEW.starts_at OR OLD.ends_at IS DISTINCT FROM NEW.ends_at
    OR OLD.channel IS DISTINCT FROM NEW.channel
  ) EXECUTE FUNCTION appointments_count_places();

ALTER TABLE appointments_appointment ADD CONSTRAINT appointment_lies_on_units
  CHECK (extract(epoch FROM starts_at) % 300 = 0 AND extract(epoch FROM ends_at) % 300 = 0);
"""

ONLY_COUNTED = """
CREATE FUNCTION appointments_only_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'places taken are counted from appointments, they cannot be written'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'slot_load_only_counted';
END $$;
CREATE TRIGGER slot_load_only_counted_insert BEFORE INSERT ON appointments_slotload
  FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND (NEW.taken <> 0 OR NEW.taken_public <> 0))
  EXECUTE FUNCTION appointments_only_counted();
CREATE TRIGGER slot_load_only_counted_update BEFORE UPDATE ON appointments_slotload
  FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND (
    NEW.taken <> OLD.taken OR NEW.taken_public <> OLD.taken_public
    OR NEW.pool_id <> OLD.pool_id OR NEW.unit <> OLD.unit))
  EXECUTE FUNCTION appointments_only_counted();
CREATE TRIGGER slot_load_only_counted_delete BEFORE DELETE ON appointments_slotload
  FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND OLD.taken <> 0)
  EXECUTE FUNCTION appointments_only_counted();
ALTER TABLE appointments_slotload SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
"""

RULE_TABLES = [
    "appointments_pool",
    "appointments_bookableservice",
    "appointments_bookableservice_combinable",
    "appointments_offer",
    "appointments_opening",
    "appointments_opening_services",
    "appointments_specialday",
    "appointments_specialday_services",
    "appointments_absence",
    "appointments_resource",
    "appointments_resource_services",
    "appointments_switches",
    "appointments_season",
    "portal_office",
    "portal_service",
    "portal_closure",
    "portal_holidayoverride",
    "portal_city",
]

STAMP = """
CREATE FUNCTION appointments_rules_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO appointments_rulestamp (id, stamp) VALUES (1, gen_random_uuid())
  ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp;
  RETURN NULL;
END $$;
INSERT INTO appointments_rulestamp (id, stamp) VALUES (1, gen_random_uuid()) ON CONFLICT DO NOTHING;
""" + "\n".join(
    f"CREATE TRIGGER appointments_rules_changed AFTER INSERT OR UPDATE OR DELETE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION appointments_rules_changed();"
    for table in RULE_TABLES
)

UNDO = (
    "\n".join(f"DROP TRIGGER appointments_rules_changed ON {table};" for table in RULE_TABLES)
    + """
DROP FUNCTION appointments_rules_changed();
DROP TRIGGER slot_load_only_counted_insert ON appointments_slotload;
DROP TRIGGER slot_load_only_counted_update ON appointments_slotload;
DROP TRIGGER slot_load_only_counted_delete ON appointments_slotload;
DROP FUNCTION appointments_only_counted();
DROP TRIGGER appointments_count_new ON appointments_appointment;
DROP TRIGGER appointments_count_changed ON appointments_appointment;
DROP FUNCTION appointments_count_places();
ALTER TABLE appointments_appointment DROP CONSTRAINT appointment_lies_on_units;
"""
)


class Migration(migrations.Migration):
    dependencies = [("appointments", "0001_initial")]
    operations = [migrations.RunSQL(COUNT_PLACES + ONLY_COUNTED + STAMP, UNDO)]
