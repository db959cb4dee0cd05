"""The application's own role may add to the journal and read it, nothing else.

The triggers refuse everybody; this takes the right itself away. Without a role of its own (one
database user for everything), only the triggers are left.
"""

from django.conf import settings
from django.db import migrations

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
    dependencies = [("accounts", "0005_partitions")]

    operations = [migrations.RunPython(close, reopen)]
