"""What the database itself holds: walls between organisations, one namespace per folder."""

from django.db import migrations

from config.lib.walls import SameOrganisation

# Folders and documents of one folder share one namespace. Each table has its own unique index;
# across the two, writers hold the organisation's lock, and this trigger is the proof.
ONE_NAMESPACE = """
CREATE FUNCTION documents_one_namespace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.trashed_at IS NOT NULL THEN RETURN NEW; END IF;
    IF TG_TABLE_NAME = 'documents_folder' THEN
        IF EXISTS (SELECT 1 FROM documents_document d WHERE d.folder_id = NEW.parent_id
                     AND d.name_key = NEW.name_key AND d.trashed_at IS NULL) THEN
            RAISE EXCEPTION 'documents_one_namespace' USING ERRCODE = 'unique_violation',
                CONSTRAINT = 'documents_one_namespace';
        END IF;
    ELSIF EXISTS (SELECT 1 FROM documents_folder f WHERE f.parent_id = NEW.folder_id
                     AND f.name_key = NEW.name_key AND f.trashed_at IS NULL) THEN
        RAISE EXCEPTION 'documents_one_namespace' USING ERRCODE = 'unique_violation',
            CONSTRAINT = 'documents_one_namespace';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER documents_folder_one_namespace
    BEFORE INSERT OR UPDATE OF parent_id, name_key, trashed_at ON documents_folder
    FOR EACH ROW EXECUTE FUNCTION documents_one_namespace();
CREATE TRIGGER documents_document_one_namespace
    BEFORE INSERT OR UPDATE OF folder_id, name_key, trashed_at ON documents_document
    FOR EACH ROW EXECUTE FUNCTION documents_one_namespace();
"""
NO_NAMESPACE = """
DROP TRIGGER documents_folder_one_namespace ON documents_folder;
DROP TRIGGER documents_document_one_namespace ON documents_document;
DROP FUNCTION documents_one_namespace();
"""
# A team's entry may only name a team of the same organisation: guardian's row points at
# auth.Group, which belongs to nobody, so the wall goes through the team's own row.
TEAM_WALLS = """
CREATE UNIQUE INDEX IF NOT EXISTS wall_accounts_team_group_key
    ON accounts_team (group_id, organisation_id);
ALTER TABLE documents_foldergroupgrant ADD CONSTRAINT wall_documents_foldergroupgrant_group_id
    FOREIGN KEY (group_id, organisation_id) REFERENCES accounts_team (group_id, organisation_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE documents_documentgroupgrant ADD CONSTRAINT wall_documents_documentgroupgrant_group_id
    FOREIGN KEY (group_id, organisation_id) REFERENCES accounts_team (group_id, organisation_id)
    DEFERRABLE INITIALLY DEFERRED;
"""
NO_TEAM_WALLS = """
ALTER TABLE documents_foldergroupgrant DROP CONSTRAINT wall_documents_foldergroupgrant_group_id;
ALTER TABLE documents_documentgroupgrant DROP CONSTRAINT wall_documents_documentgroupgrant_group_id;
"""
EDGES = [
    ("Folder", "parent"),
    ("Folder", "domain"),
    ("Folder", "trash_root"),
    ("Document", "folder"),
    ("Document", "own_domain"),
    ("Document", "current_version"),
    ("Version", "document"),
    ("Version", "restored_from"),
    ("VersionHold", "version"),
    ("AccessDomain", "parent"),
    ("AccessDomain", "folder"),
    ("AccessDomain", "document"),
    ("FolderUserGrant", "content_object"),
    ("FolderGroupGrant", "content_object"),
    ("DocumentUserGrant", "content_object"),
    ("DocumentGroupGrant", "content_object"),
    ("EffectiveAccess", "domain"),
    ("EffectiveAccess", "source_domain"),
]


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("accounts", "0002_walls")]

    operations = [
        *(SameOrganisation(model, field) for model, field in EDGES),
        migrations.RunSQL(TEAM_WALLS, NO_TEAM_WALLS),
        migrations.RunSQL(ONE_NAMESPACE, NO_NAMESPACE),
    ]
