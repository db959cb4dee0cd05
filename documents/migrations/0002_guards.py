"""What the database itself holds: walls between organisations, one namespace per folder, texts."""

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
PARTITIONS = 32

# The one table that Django cannot declare: hash-partitioned, so that the words of one commune
# never slow another one down. A small pending list keeps searches quick right after an indexing.
_TABLE = """
CREATE TABLE documents_documenttext (
    organisation_id bigint NOT NULL
        REFERENCES accounts_organisation (id) DEFERRABLE INITIALLY DEFERRED,
    document_id bigint NOT NULL
        REFERENCES documents_document (id) DEFERRABLE INITIALLY DEFERRED,
    version_id bigint
        REFERENCES documents_version (id) DEFERRABLE INITIALLY DEFERRED,
    tsv_norm tsvector NOT NULL,
    tsv_exact tsvector NOT NULL,
    normaliser smallint NOT NULL CHECK (normaliser >= 0),
    words integer NOT NULL CHECK (words >= 0),
    PRIMARY KEY (organisation_id, document_id)
) PARTITION BY HASH (organisation_id);
"""
_PARTITION = """
CREATE TABLE documents_documenttext_{n} PARTITION OF documents_documenttext
    FOR VALUES WITH (MODULUS {partitions}, REMAINDER {n});
"""
_INDEXES = """
CREATE INDEX documents_documenttext_norm ON documents_documenttext
    USING gin (tsv_norm) WITH (gin_pending_list_limit = 512);
CREATE INDEX documents_documenttext_exact ON documents_documenttext
    USING gin (tsv_exact) WITH (gin_pending_list_limit = 512);
CREATE INDEX documents_documenttext_document ON documents_documenttext (document_id);
CREATE INDEX documents_documenttext_version ON documents_documenttext (version_id);
"""
TEXTS = (
    _TABLE
    + "".join(_PARTITION.format(n=n, partitions=PARTITIONS) for n in range(PARTITIONS))
    + _INDEXES
)
# Says yes, and says what it costs: the planner believes that looking at a text of the index is
# free, though each must be unpacked (20 KB). With this condition in the statement, reading them
# all is never the cheap way, however few the documents or full the index's waiting list.
COST = """
CREATE FUNCTION documents_text_unpacked(bigint) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 500
    AS $$ BEGIN RETURN TRUE; END $$;
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
    ("DocumentPage", "version"),
    ("DocumentText", "document"),
    ("DocumentText", "version"),
    ("Comment", "document"),
    ("Comment", "version"),
    ("Reservation", "document"),
    ("Upload", "folder"),
    ("Upload", "document"),
    ("ImportRun", "folder"),
    ("ImportedFile", "run"),
    ("ImportedFile", "document"),
    ("ArrivalBin", "team"),
    ("ArrivalAddress", "folder"),
    ("Envelope", "folder"),
    ("Arrival", "envelope"),
    ("Arrival", "document"),
    ("MailEntry", "document"),
    ("MailEntry", "team"),
    ("MailEntry", "answers"),
    ("AccessRequest", "folder"),
    ("AccessRequest", "document"),
    ("KeepingRule", "folder"),
    ("EliminationLine", "slip"),
    ("EliminationLine", "document"),
    ("DriveDraft", "folder"),
    ("DriveDraft", "stands_for"),
    ("DriveLock", "document"),
    ("DriveLock", "folder"),
    ("DriveLock", "draft"),
    ("DriveProperty", "document"),
    ("DriveProperty", "folder"),
    ("EditingLink", "document"),
    ("Document", "type"),
    ("DocumentTag", "document"),
    ("DocumentTag", "tag"),
    ("OutsideLink", "folder"),
    ("OutsideLink", "document"),
    ("Deposit", "link"),
    ("Comment", "thread"),
    ("EarlierComment", "comment"),
    ("OpinionRequest", "document"),
    ("OpinionRequest", "version"),
    ("OpinionRequest", "answered_version"),
    ("OpinionRequest", "team"),
    ("Template", "folder"),
    ("Template", "document"),
    ("Deadline", "document"),
]


class Migration(migrations.Migration):
    replaces = [
        ("documents", "0002_walls"),
        ("documents", "0003_search"),
        ("documents", "0004_comments"),
        ("documents", "0005_comment_walls"),
        ("documents", "0006_search_cost"),
        ("documents", "0007_reservations"),
        ("documents", "0008_uploads"),
        ("documents", "0009_upload_walls"),
        ("documents", "0010_imports"),
        ("documents", "0011_scanned_pages"),
        ("documents", "0012_arrivals"),
        ("documents", "0013_arrival_walls"),
        ("documents", "0014_access_requests"),
        ("documents", "0015_keeping"),
        ("documents", "0016_network_drive"),
        ("documents", "0017_words"),
        ("documents", "0018_filing"),
        ("documents", "0019_owner"),
        ("documents", "0020_outside_links"),
        ("documents", "0021_comments_and_opinions"),
        ("documents", "0022_opinion_walls"),
        ("documents", "0023_letters_outlive"),
        ("documents", "0024_templates"),
        ("documents", "0025_deadlines"),
    ]

    dependencies = [("documents", "0001_tables"), ("accounts", "0002_guards")]

    operations = [
        migrations.RunSQL(TEXTS, "DROP TABLE documents_documenttext"),
        migrations.RunSQL(COST, "DROP FUNCTION documents_text_unpacked(bigint)"),
        *(SameOrganisation(model, field) for model, field in EDGES),
        migrations.RunSQL(TEAM_WALLS, NO_TEAM_WALLS),
        migrations.RunSQL(ONE_NAMESPACE, NO_NAMESPACE),
    ]
