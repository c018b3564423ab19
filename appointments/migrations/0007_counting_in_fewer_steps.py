"""The same counting in fewer statements: an insert or an end touches one stretch of units, only a move two."""

from django.db import migrations

FEWER_STEPS = """
CREATE OR REPLACE FUNCTION appointments_count_places() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = '3s' AS $$
DECLARE
  d record; old_pool bigint; old_first integer := 0; old_end integer := 0; old_web integer := 0;
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
  IF NOT kept AND NOT keeps THEN
    RETURN NULL;  -- what had ended before keeps no place: forgetting it changes nothing
  END IF;
  IF kept AND keeps AND old_pool = new_pool AND old_first = new_first AND old_end = new_end AND old_web = new_web THEN
    RETURN NULL;
  END IF;

  IF kept AND keeps THEN
    -- A move: old and new units are locked together, in key order, so that two who swap do not wait for each other.
    PERFORM 1 FROM appointments_slotload s
     WHERE (s.pool_id = old_pool AND s.unit >= old_first AND s.unit < old_end)
        OR (s.pool_id = new_pool AND s.unit >= new_first AND s.unit < new_end)
     ORDER BY s.pool_id, s.unit FOR NO KEY UPDATE;
    UPDATE appointments_slotload s SET
      taken = s.taken - (s.pool_id = old_pool AND s.unit >= old_first AND s.unit < old_end)::integer
                      + (s.pool_id = new_pool AND s.unit >= new_first AND s.unit < new_end)::integer,
      taken_public = s.taken_public
        - old_web * (s.pool_id = old_pool AND s.unit >= old_first AND s.unit < old_end)::integer
        + new_web * (s.pool_id = new_pool AND s.unit >= new_first AND s.unit < new_end)::integer
     WHERE (s.pool_id = old_pool AND s.unit >= old_first AND s.unit < old_end)
        OR (s.pool_id = new_pool AND s.unit >= new_first AND s.unit < new_end);
    SELECT count(*) INTO rows_found FROM appointments_slotload s
     WHERE s.pool_id = new_pool AND s.unit >= new_first AND s.unit < new_end;
  ELSIF keeps THEN
    UPDATE appointments_slotload s SET taken = s.taken + 1, taken_public = s.taken_public + new_web
     WHERE s.pool_id = new_pool AND s.unit >= new_first AND s.unit < new_end;
    GET DIAGNOSTICS rows_found = ROW_COUNT;
  ELSIF kept THEN
    -- Nobody has locked these units before: in key order, whatever plan the UPDATE would take.
    PERFORM 1 FROM appointments_slotload s
     WHERE s.pool_id = old_pool AND s.unit >= old_first AND s.unit < old_end ORDER BY s.unit FOR NO KEY UPDATE;
    UPDATE appointments_slotload s SET taken = s.taken - 1, taken_public = s.taken_public - old_web
     WHERE s.pool_id = old_pool AND s.unit >= old_first AND s.unit < old_end;
    IF TG_OP = 'UPDATE' THEN
      UPDATE appointments_resourceclaim SET active = false WHERE appointment_id = NEW.id AND active;
    END IF;
  END IF;
  IF keeps AND rows_found <> new_end - new_first THEN
    RAISE EXCEPTION 'pool % has no places from % to %', new_pool, NEW.starts_at, NEW.ends_at
      USING ERRCODE = 'check_violation', CONSTRAINT = 'slot_load_taken_within_capacity';
  END IF;
  IF NOT (kept AND keeps) THEN
    PERFORM appointments_pack(coalesce(new_pool, old_pool), greatest(new_first, old_first), greatest(new_end, old_end));
    RETURN NULL;
  END IF;
  FOR d IN
    SELECT old_pool AS pool, old_first AS first, old_end AS stop WHERE kept
    UNION SELECT new_pool, new_first, new_end WHERE keeps
    ORDER BY 1, 2
  LOOP
    PERFORM appointments_pack(d.pool, d.first, d.stop);
  END LOOP;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION appointments_pack(the_pool bigint, first integer, stop integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  d integer; r record; all_taken bytea; web_taken bytea; empty bytea := decode(repeat('00', 288), 'hex');
BEGIN
  FOR d IN first / 288 .. (stop - 1) / 288 LOOP
    -- Locked before it is read: what the others packed stays, our own units are ours (their rows are locked).
    SELECT taken, taken_public INTO all_taken, web_taken FROM appointments_dayload
     WHERE pool_id = the_pool AND day = d FOR NO KEY UPDATE;
    IF NOT FOUND THEN
      INSERT INTO appointments_dayload (pool_id, day, taken, taken_public) VALUES (the_pool, d, empty, empty)
      ON CONFLICT (pool_id, day) DO NOTHING;
      SELECT taken, taken_public INTO all_taken, web_taken FROM appointments_dayload
       WHERE pool_id = the_pool AND day = d FOR NO KEY UPDATE;
    END IF;
    FOR r IN SELECT unit % 288 AS i, taken, taken_public FROM appointments_slotload
              WHERE pool_id = the_pool AND unit >= greatest(first, d * 288) AND unit < least(stop, d * 288 + 288)
    LOOP
      all_taken := set_byte(all_taken, r.i, r.taken);
      web_taken := set_byte(web_taken, r.i, r.taken_public);
    END LOOP;
    UPDATE appointments_dayload SET taken = all_taken, taken_public = web_taken WHERE pool_id = the_pool AND day = d;
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("appointments", "0006_usual_reminders")]
    operations = [migrations.RunSQL(FEWER_STEPS, migrations.RunSQL.noop)]
