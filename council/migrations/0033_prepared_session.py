"""A session prepared elsewhere, brought in as one archive."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


from config.lib.walls import SameOrganisation


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_siret'),
        ('council', '0032_alternates'),
        ('documents', '0026_search_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PreparedSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('sha256', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('looked', 'À confirmer'), ('running', 'En cours'), ('done', 'Reprise'), ('failed', 'Arrêtée')], default='looked', max_length=8)),
                ('told', models.JSONField()),
                ('files', models.JSONField(default=list)),
                ('left_out', models.JSONField(default=list)),
                ('starts_at', models.DateTimeField(blank=True, null=True)),
                ('place', models.CharField(blank=True, max_length=200)),
                ('brought_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('problem', models.TextField(blank=True)),
                ('archive', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='documents.version')),
                ('assembly', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='council.assembly')),
                ('brought_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('folder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.folder')),
                ('meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='council.meeting')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'séance préparée ailleurs',
                'verbose_name_plural': 'séances préparées ailleurs',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('meeting__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('meeting__isnull', True)), _connector='OR'), name='council_preparedsession_done_with_its_meeting')],
            },
        ),
        SameOrganisation("PreparedSession", "assembly"),
        SameOrganisation("PreparedSession", "folder"),
        SameOrganisation("PreparedSession", "archive"),
        SameOrganisation("PreparedSession", "meeting"),
    ]
