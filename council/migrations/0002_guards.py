"""What the database itself holds: walls between organisations, editions that never change."""

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


class Migration(migrations.Migration):
    dependencies = [
        ("council", "0001_tables"),
        ("accounts", "0002_guards"),
        ("documents", "0002_guards"),
    ]

    operations = [
        *(SameOrganisation(model, field) for model, field in EDGES),
        migrations.RunSQL(IMMUTABLE, MUTABLE),
    ]
