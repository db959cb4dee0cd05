"""What the database itself holds: walls between organisations, facts and proofs never rewritten."""

from django.db import migrations

from config.lib.walls import SameOrganisation

EDGES = [
    ("Assembly", "preparing_team"),
    ("Mandate", "assembly"),
    ("Meeting", "assembly"),
    ("Meeting", "again_after"),
    ("AgendaItem", "assembly"),
    ("AgendaItem", "meeting"),
    ("AgendaItem", "postponed_from"),
    ("AgendaItemDocument", "item"),
    ("AgendaItemDocument", "document"),
    ("AgendaItemDocument", "pinned_version"),
    ("MayorAgreement", "meeting"),
    ("DossierEdition", "meeting"),
    ("EditionPiece", "edition"),
    ("EditionPiece", "item"),
    ("EditionPiece", "version"),
    ("Convocation", "meeting"),
    ("Convocation", "edition"),
    ("Convocation", "mandate"),
    ("Answer", "meeting"),
    ("Proxy", "meeting"),
    ("FunctionTeam", "team"),
    ("FunctionTeam", "assembly"),
    ("SessionEntry", "meeting"),
    ("SessionEntry", "item"),
    ("Ballot", "meeting"),
    ("Ballot", "entry"),
    ("Ballot", "item"),
    ("BallotVoice", "ballot"),
    ("BallotChoice", "ballot"),
    ("RoomScreen", "meeting"),
    ("Register", "assembly"),
    ("Register", "folder"),
    ("Register", "team"),
    ("Act", "register"),
    ("Act", "item"),
    ("Act", "reported_in"),
    ("Act", "document"),
    ("Act", "draft_version"),
    ("Act", "signed_version"),
    ("Act", "published_version"),
    ("ResultList", "meeting"),
    ("ResultList", "version"),
    ("Minutes", "meeting"),
    ("Minutes", "approved_in"),
    ("Minutes", "document"),
    ("Minutes", "draft_version"),
    ("Minutes", "signed_version"),
    ("Minutes", "published_version"),
    ("MinutesSection", "minutes"),
    ("MinutesSection", "item"),
    ("FollowUp", "act"),
    ("FollowUp", "team"),
    ("SendingFact", "convocation"),
    ("ActAnnex", "act"),
    ("ActAnnex", "version"),
    ("Transmission", "act"),
    ("ConvocationProof", "meeting"),
    ("AgendaItem", "taken_from"),
    ("ItemPassage", "item"),
    ("PieceRequest", "meeting"),
    ("PieceRequest", "item"),
    ("PieceRequest", "version"),
    ("OralQuestion", "meeting"),
    ("OralQuestion", "item"),
    ("Amendment", "meeting"),
    ("Amendment", "edition"),
    ("AgendaItem", "amendment"),
    ("AgendaItem", "amends"),
    ("MayorAgreement", "amendment"),
    ("DossierEdition", "agreement"),
    ("Convocation", "follows"),
    ("BoundRegister", "register"),
    ("BoundRegister", "version"),
    ("Posting", "meeting"),
    ("Posting", "act"),
    ("Redaction", "act"),
    ("Redaction", "version"),
    ("RoundScan", "meeting"),
    ("RoundScan", "version"),
    ("AgendaItem", "step"),
    ("ValidationStep", "assembly"),
    ("ValidationStep", "team"),
    ("ItemValidation", "item"),
    ("ItemValidation", "step"),
    ("MayorReplacement", "assembly"),
    ("MayorReplacement", "by"),
    ("Advice", "item"),
    ("Advice", "body"),
    ("Advice", "team"),
    ("Act", "own_version"),
    ("Candidate", "assembly"),
    ("Mandate", "stands_in_for"),
    ("PreparedSession", "assembly"),
    ("PreparedSession", "folder"),
    ("PreparedSession", "archive"),
    ("PreparedSession", "meeting"),
    ("PrivateNote", "meeting"),
    ("PrivateNote", "item"),
    ("PrivateNote", "document"),
    ("InformedCouncillor", "assembly"),
    ("InformationCopy", "meeting"),
    ("InformationCopy", "councillor"),
    ("InformationCopy", "edition"),
    ("AgendaItem", "hurried_by"),
    ("Redaction", "result_list"),
    ("Redaction", "minutes"),
    ("Renewal", "assembly"),
    ("Renewal", "meeting"),
    ("AgendaSection", "assembly"),
    ("AgendaItem", "section"),
    ("AnnouncedWithdrawal", "item"),
]
# What was sent is evidence: neither the manifest nor the list of its pieces is ever touched.
IMMUTABLE = """
CREATE FUNCTION council_edition_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an edition of a dossier is final: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER council_dossieredition_final BEFORE UPDATE OR DELETE ON council_dossieredition
    FOR EACH ROW EXECUTE FUNCTION council_edition_is_final();
CREATE TRIGGER council_editionpiece_final BEFORE UPDATE OR DELETE ON council_editionpiece
    FOR EACH ROW EXECUTE FUNCTION council_edition_is_final();
"""
MUTABLE = """
DROP TRIGGER council_dossieredition_final ON council_dossieredition;
DROP TRIGGER council_editionpiece_final ON council_editionpiece;
DROP FUNCTION council_edition_is_final();
"""
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
# What was drawn up is evidence: only its time-stamp comes afterwards, once.
FINAL = """
CREATE FUNCTION council_proof_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.pdf, OLD.sha256, OLD.size, OLD.n, OLD.meeting_id, OLD.made_at,
            OLD.made_by_id) = (NEW.pdf, NEW.sha256, NEW.size, NEW.n, NEW.meeting_id, NEW.made_at,
            NEW.made_by_id) AND (OLD.stamp IS NULL OR OLD.stamp = NEW.stamp) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a proof of convocation is final: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER council_convocationproof_final BEFORE UPDATE OR DELETE ON council_convocationproof
    FOR EACH ROW EXECUTE FUNCTION council_proof_is_final();
"""
FREE = """
DROP TRIGGER council_convocationproof_final ON council_convocationproof;
DROP FUNCTION council_proof_is_final();
"""


class Migration(migrations.Migration):
    replaces = [
        ("council", "0002_walls"),
        ("council", "0003_function_teams"),
        ("council", "0004_function_team_walls"),
        ("council", "0002_guards"),
        ("council", "0006_session_walls"),
        ("council", "0008_act_walls"),
    ]

    dependencies = [
        ("council", "0030_tables"),
        ("accounts", "0002_guards"),
        ("documents", "0002_guards"),
    ]

    operations = [
        *(SameOrganisation(model, field) for model, field in EDGES),
        migrations.RunSQL(IMMUTABLE, MUTABLE),
        migrations.RunSQL(HELD, LET_GO),
        migrations.RunSQL(FINAL, FREE),
    ]
