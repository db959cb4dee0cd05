"""What the database itself holds: walls between organisations, an audit that only grows."""

from django.conf import settings
from django.db import migrations

from config.lib.walls import SameOrganisation

APPEND_ONLY = """
CREATE FUNCTION accounts_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER accounts_auditentry_rows BEFORE UPDATE OR DELETE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_append_only();
CREATE TRIGGER accounts_auditentry_table BEFORE TRUNCATE ON accounts_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_append_only();
CREATE TRIGGER accounts_auditseal_rows BEFORE UPDATE OR DELETE ON accounts_auditseal
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_append_only();
CREATE TRIGGER accounts_auditseal_table BEFORE TRUNCATE ON accounts_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_append_only();
"""
NO_APPEND_ONLY = """
DROP TRIGGER accounts_auditentry_rows ON accounts_auditentry;
DROP TRIGGER accounts_auditentry_table ON accounts_auditentry;
DROP TRIGGER accounts_auditseal_rows ON accounts_auditseal;
DROP TRIGGER accounts_auditseal_table ON accounts_auditseal;
DROP FUNCTION accounts_audit_append_only();
"""
# Addresses are personal data with a term: a partition a month, dropped whole by `periodic`.
ADDRESSES = """
CREATE TABLE accounts_auditaddress (
    entry_uid uuid NOT NULL,
    at timestamptz NOT NULL,
    address inet NOT NULL,
    PRIMARY KEY (at, entry_uid)
) PARTITION BY RANGE (at);
CREATE TABLE accounts_auditaddress_rest PARTITION OF accounts_auditaddress DEFAULT;
"""
# Monthly partitions of the journal's addresses, made and dropped by the application's own role. The
# application may not create tables: these two functions run as their owner and do nothing else.
PARTITIONS = """
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
NO_PARTITIONS = """
DROP FUNCTION accounts_auditaddress_forget(date);
DROP FUNCTION accounts_auditaddress_prepare(date);
"""
# The application's own role may add to the journal and read it, nothing else. The triggers refuse
# everybody; this takes the right itself away. Without a role of its own (one database user for
# everything), only the triggers are left.
TABLES = "accounts_auditentry, accounts_auditseal"


def _change(schema_editor, verb, link):
    role = settings.DATABASE_APPLICATION_ROLE
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user)",
            [role],
        )
        if cursor.fetchone()[0]:
            name = schema_editor.quote_name(role)
            cursor.execute(f"{verb} UPDATE, DELETE, TRUNCATE ON {TABLES} {link} {name}")


def close(apps, schema_editor):
    _change(schema_editor, "REVOKE", "FROM")


def reopen(apps, schema_editor):
    _change(schema_editor, "GRANT", "TO")


class Migration(migrations.Migration):
    replaces = [
        ("accounts", "0002_walls"),
        ("accounts", "0003_one_mail_one_line"),
        ("accounts", "0004_rhythm_never"),
        ("accounts", "0005_partitions"),
        ("accounts", "0006_evidence"),
        ("accounts", "0007_french_names"),
        ("accounts", "0008_invitations"),
        ("accounts", "0009_team_source"),
        ("accounts", "0010_viewing"),
        ("accounts", "0011_application_passwords"),
        ("accounts", "0012_interim"),
    ]

    dependencies = [("accounts", "0001_tables")]

    operations = [
        migrations.RunSQL(APPEND_ONLY, NO_APPEND_ONLY),
        migrations.RunSQL(ADDRESSES, "DROP TABLE accounts_auditaddress"),
        migrations.RunSQL(PARTITIONS, NO_PARTITIONS),
        migrations.RunPython(close, reopen),
        SameOrganisation("TeamMembership", "team"),
        SameOrganisation("Interim", "seat"),
    ]
