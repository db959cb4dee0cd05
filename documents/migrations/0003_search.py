import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

from config.lib.walls import SameOrganisation

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
CREATE = (
    _TABLE
    + "".join(_PARTITION.format(n=n, partitions=PARTITIONS) for n in range(PARTITIONS))
    + _INDEXES
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_walls"), ("documents", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="DocumentPage",
            fields=[
                ("pk", models.CompositePrimaryKey("version_id", "number", blank=True, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(verbose_name="page")),
                ("text", models.TextField(verbose_name="texte")),
                ("organisation", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("version", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="pages", to="documents.version")),
            ],
            options={"verbose_name": "page de texte", "verbose_name_plural": "pages de texte"},
        ),
        SameOrganisation("DocumentPage", "version"),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(CREATE, "DROP TABLE documents_documenttext"),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="DocumentText",
                    fields=[
                        ("pk", models.CompositePrimaryKey("organisation_id", "document_id", blank=True, editable=False, primary_key=True, serialize=False)),
                        ("tsv_norm", django.contrib.postgres.search.SearchVectorField()),
                        ("tsv_exact", django.contrib.postgres.search.SearchVectorField()),
                        ("normaliser", models.PositiveSmallIntegerField()),
                        ("words", models.PositiveIntegerField(default=0)),
                        ("document", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="text", to="documents.document")),
                        ("organisation", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                        ("version", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="documents.version")),
                    ],
                    options={"verbose_name": "texte indexé", "verbose_name_plural": "textes indexés"},
                ),
            ],
        ),
        SameOrganisation("DocumentText", "document"),
        SameOrganisation("DocumentText", "version"),
    ]
