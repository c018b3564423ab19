"""A hold in one statement.

`appointments_hold` locks the units in key order, brings them to what the rules say (`places`, `public`: one value per unit from
`first`) where they do not stand so already, and writes the row; the trigger counts it and the CHECK constraints decide. NULL: the
rules are no longer those of `the_stamp`. The plans are look-ups by key: made once per connection, not for each call.
"""

from django.db import migrations

HOLD = """
CREATE FUNCTION appointments_hold(
  the_stamp uuid, first integer, places smallint[], public smallint[], the_number text, the_pool bigint, the_service bigint, the_order jsonb,
  the_day date, the_channel text, the_purpose text, the_language text, the_form uuid, the_client text, until timestamptz,
  made_at timestamptz
) RETURNS bigint LANGUAGE plpgsql SET lock_timeout = '3s' SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  stop integer := first + cardinality(places); agreeing integer; made bigint;
BEGIN
  PERFORM 1 FROM appointments_rulestamp WHERE id = 1 AND stamp = the_stamp;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT count(*) INTO agreeing FROM (
    SELECT s.unit, s.capacity, s.public_capacity FROM appointments_slotload s
     WHERE s.pool_id = the_pool AND s.unit >= first AND s.unit < stop ORDER BY s.unit FOR NO KEY UPDATE) AS l
   WHERE l.capacity = places[l.unit - first + 1] AND l.public_capacity = public[l.unit - first + 1];
  IF agreeing <> stop - first THEN
    INSERT INTO appointments_slotload AS s (pool_id, unit, taken, taken_public, capacity, public_capacity)
    SELECT the_pool, first + n - 1, 0, 0, places[n], public[n] FROM generate_series(1, stop - first) AS n ORDER BY n
    ON CONFLICT (pool_id, unit) DO UPDATE
       SET capacity = greatest(excluded.capacity, s.taken), public_capacity = greatest(excluded.public_capacity, s.taken_public);
  END IF;
  INSERT INTO appointments_appointment (
    number, pool_id, service_id, "order", starts_at, ends_at, day, state, channel, purpose, desk_code, sequence, name, email,
    phone, contact_key, client_key, language, answers, must_confirm, form_key, held_until, hold_extended, created_at
  ) VALUES (
    the_number, the_pool, the_service, the_order, to_timestamp(first * 300.0), to_timestamp(stop * 300.0), the_day, 'hold',
    the_channel, the_purpose, '', 0, '', '', '', '', the_client, the_language, '{}', false, the_form, until, false, made_at
  ) RETURNING id INTO made;
  RETURN made;
END $$;
ALTER FUNCTION appointments_count_places() SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION appointments_pack(bigint, integer, integer) SET plan_cache_mode = force_generic_plan;
"""

UNDO = """
DROP FUNCTION appointments_hold(
  uuid, integer, smallint[], smallint[], text, bigint, bigint, jsonb, date, text, text, text, uuid, text, timestamptz, timestamptz);
ALTER FUNCTION appointments_count_places() RESET plan_cache_mode;
ALTER FUNCTION appointments_pack(bigint, integer, integer) RESET plan_cache_mode;
"""


class Migration(migrations.Migration):
    dependencies = [("appointments", "0008_waiting_for_several_services")]
    operations = [migrations.RunSQL(HOLD, UNDO)]
