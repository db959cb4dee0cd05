"""Monthly partitions of the journal's addresses, made and dropped by the application's own role.

The application may not create tables: these two functions run as their owner and do nothing else.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION accounts_auditaddress_prepare(month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    part text := 'accounts_auditaddress_' || to_char(first, 'YYYYMM');
BEGIN
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    -- Bounds in UTC, whatever the session's zone: no gap, no overlap.
    EXECUTE format(
        'CREATE TABLE %I PARTITION OF accounts_auditaddress FOR VALUES FROM (%L) TO (%L)',
        part, first::text || ' 00:00:00+00', (first + interval '1 month')::date::text || ' 00:00:00+00');
    RETURN true;
END $$;

CREATE FUNCTION accounts_auditaddress_forget(before date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    part text;
    dropped integer := 0;
BEGIN
    IF before > (now() - interval '6 months')::date THEN
        RAISE EXCEPTION 'addresses are kept at least six months';
    END IF;
    FOR part IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
         WHERE i.inhparent = 'accounts_auditaddress'::regclass
           AND c.relname ~ '^accounts_auditaddress_[0-9]{6}$'
           AND to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month' <= before
    LOOP
        EXECUTE format('DROP TABLE %I', part);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;

SELECT accounts_auditaddress_prepare((now() + n * interval '1 month')::date)
  FROM generate_series(0, 2) AS n;
"""
NO_FUNCTIONS = """
DROP FUNCTION accounts_auditaddress_forget(date);
DROP FUNCTION accounts_auditaddress_prepare(date);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_rhythm_never")]

    operations = [migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS)]
