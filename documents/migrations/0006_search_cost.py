from django.db import migrations

# Says yes, and says what it costs: the planner believes that looking at a text of the index is
# free, though each must be unpacked (20 KB). With this condition in the statement, reading them
# all is never the cheap way, however few the documents or full the index's waiting list.
CREATE = """
CREATE FUNCTION documents_text_unpacked(bigint) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 500
    AS $$ BEGIN RETURN TRUE; END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0005_comment_walls")]

    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION documents_text_unpacked(bigint)"),
    ]
