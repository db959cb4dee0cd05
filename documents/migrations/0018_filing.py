"""Types and tags, what may be undone, and lists sorted by date, size or type."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from config.lib.walls import SameOrganisation


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_application_passwords'),
        ('documents', '0017_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DocumentTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
        ),
        migrations.CreateModel(
            name='DocumentType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('label', models.CharField(max_length=60, verbose_name='nom')),
                ('name_key', models.CharField(editable=False, max_length=120)),
                ('sort_label', models.CharField(editable=False, max_length=120)),
                ('retired', models.BooleanField(default=False, help_text='Les documents qui le portent le gardent ; on ne peut plus le choisir.', verbose_name='n’est plus proposé')),
            ],
            options={
                'verbose_name': 'type de document',
                'verbose_name_plural': 'types de documents',
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('label', models.CharField(max_length=60, verbose_name='nom')),
                ('name_key', models.CharField(editable=False, max_length=120)),
                ('sort_label', models.CharField(editable=False, max_length=120)),
                ('retired', models.BooleanField(default=False, help_text='Les documents qui le portent le gardent ; on ne peut plus le choisir.', verbose_name='n’est plus proposé')),
            ],
            options={
                'verbose_name': 'étiquette',
                'verbose_name_plural': 'étiquettes',
            },
        ),
        migrations.CreateModel(
            name='UndoStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('kind', models.CharField(choices=[('moved', 'déplacement'), ('renamed', 'nouveau nom'), ('trashed', 'mise à la corbeille')], max_length=10)),
                ('items', models.JSONField()),
                ('created_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'annulation possible',
                'verbose_name_plural': 'annulations possibles',
            },
        ),
        migrations.AddIndex(
            model_name='folder',
            index=models.Index(fields=['parent', 'created_at', 'id'], name='documents_folder_by_date'),
        ),
        migrations.AddField(
            model_name='documenttag',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tagged', to='documents.document'),
        ),
        migrations.AddField(
            model_name='documenttag',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='documenttype',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='document',
            name='type',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='documents.documenttype', verbose_name='type de document'),
        ),
        migrations.AddField(
            model_name='tag',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='documenttag',
            name='tag',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tagged', to='documents.tag'),
        ),
        migrations.AddField(
            model_name='document',
            name='tags',
            field=models.ManyToManyField(related_name='documents', through='documents.DocumentTag', to='documents.tag', verbose_name='étiquettes'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['folder', 'changed_at', 'id'], name='documents_document_by_date'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['folder', 'size', 'id'], name='documents_document_by_size'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['folder', 'media_type', 'sort_title', 'id'], name='documents_document_by_type'),
        ),
        migrations.AddField(
            model_name='undostep',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='undostep',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='documenttype',
            constraint=models.UniqueConstraint(fields=('organisation', 'name_key'), name='documents_type_once', violation_error_message='Ce type existe déjà.'),
        ),
        migrations.AddConstraint(
            model_name='documenttype',
            constraint=models.CheckConstraint(condition=models.Q(('label', ''), _negated=True), name='documents_type_has_label'),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.UniqueConstraint(fields=('organisation', 'name_key'), name='documents_tag_once', violation_error_message='Cette étiquette existe déjà.'),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.CheckConstraint(condition=models.Q(('label', ''), _negated=True), name='documents_tag_has_label'),
        ),
        migrations.AddConstraint(
            model_name='documenttag',
            constraint=models.UniqueConstraint(fields=('document', 'tag'), name='documents_tag_once_per_document'),
        ),
        migrations.AddIndex(
            model_name='undostep',
            index=models.Index(fields=['created_at'], name='documents_undo_age'),
        ),
        SameOrganisation("Document", "type"),
        SameOrganisation("DocumentTag", "document"),
        SameOrganisation("DocumentTag", "tag"),
    ]
