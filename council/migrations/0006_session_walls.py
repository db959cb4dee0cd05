"""What the database itself holds of a sitting: its walls, facts never rewritten, secret votes."""

from django.db import migrations

from config.lib.walls import SameOrganisation

EDGES = [
    ("SessionEntry", "meeting"),
    ("SessionEntry", "item"),
    ("Ballot", "meeting"),
    ("Ballot", "entry"),
    ("Ballot", "item"),
    ("BallotVoice", "ballot"),
    ("BallotChoice", "ballot"),
    ("RoomScreen", "meeting"),
]
# A fact of the meeting is cancelled, never changed nor removed; a rehearsal is undone entirely.
# The voices of a secret ballot are written nowhere.
HELD = """
CREATE FUNCTION council_entry_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.rehearsal THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'a fact of a meeting is cancelled, not removed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (to_jsonb(OLD) - 'cancelled_at' - 'cancelled_by_id')
        IS DISTINCT FROM (to_jsonb(NEW) - 'cancelled_at' - 'cancelled_by_id') THEN
        RAISE EXCEPTION 'a fact of a meeting is cancelled, not rewritten'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.cancelled_at IS NOT NULL AND NEW.cancelled_at IS NULL THEN
        RAISE EXCEPTION 'a cancelled fact is entered again, not brought back'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER council_sessionentry_kept BEFORE UPDATE OR DELETE ON council_sessionentry
    FOR EACH ROW EXECUTE FUNCTION council_entry_is_kept();
CREATE FUNCTION council_secret_is_secret() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM council_ballot WHERE id = NEW.ballot_id AND mode = 'secret') THEN
        RAISE EXCEPTION 'a secret ballot has no voice by name'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER council_ballotvoice_not_secret BEFORE INSERT OR UPDATE ON council_ballotvoice
    FOR EACH ROW EXECUTE FUNCTION council_secret_is_secret();
"""
LET_GO = """
DROP TRIGGER council_sessionentry_kept ON council_sessionentry;
DROP FUNCTION council_entry_is_kept();
DROP TRIGGER council_ballotvoice_not_secret ON council_ballotvoice;
DROP FUNCTION council_secret_is_secret();
"""


class Migration(migrations.Migration):
    dependencies = [("council", "0005_session")]

    operations = [
        *(SameOrganisation(model, field) for model, field in EDGES),
        migrations.RunSQL(HELD, LET_GO),
    ]
