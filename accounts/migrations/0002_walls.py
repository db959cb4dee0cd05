"""What the database itself holds: walls between organisations, an audit that only grows."""

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


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(APPEND_ONLY, NO_APPEND_ONLY),
        migrations.RunSQL(ADDRESSES, "DROP TABLE accounts_auditaddress"),
        SameOrganisation("TeamMembership", "team"),
    ]
