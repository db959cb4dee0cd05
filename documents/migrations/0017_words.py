"""The words of each organisation, to propose one instead of one mistyped."""

import django.db.models.deletion
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0016_network_drive")]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("pk", models.CompositePrimaryKey("organisation_id", "folded", blank=True, editable=False, primary_key=True, serialize=False)),
                ("folded", models.CharField(db_collation="C", max_length=40, verbose_name="lettres")),
                ("shown", models.CharField(max_length=40, verbose_name="mot")),
                ("organisation", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organisation")),
            ],
            options={"verbose_name": "mot du vocabulaire", "verbose_name_plural": "mots du vocabulaire"},
        ),
        migrations.AddIndex(
            model_name="word",
            index=GinIndex(OpClass("folded", name="gin_trgm_ops"), name="documents_word_alike"),
        ),
    ]
