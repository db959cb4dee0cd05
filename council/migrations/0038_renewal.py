"""A general renewal, step by step."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from config.lib.walls import SameOrganisation


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_siret'),
        ('council', '0037_redaction_of_lists_and_minutes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Renewal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('complete_on', models.DateField(verbose_name='conseil élu au complet le')),
                ('cut_at', models.DateTimeField(blank=True, null=True)),
                ('installed_on', models.DateField(blank=True, null=True)),
                ('installed_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('assembly', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='renewals', to='council.assembly')),
                ('meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='council.meeting')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'renouvellement',
                'constraints': [models.UniqueConstraint(fields=('assembly', 'complete_on'), name='council_renewal_one_per_election'), models.UniqueConstraint(condition=models.Q(('installed_at__isnull', True)), fields=('assembly',), name='council_renewal_one_under_way', violation_error_message='Un renouvellement de ce conseil est déjà en cours.'), models.CheckConstraint(condition=models.Q(models.Q(('installed_at__isnull', True), ('installed_on__isnull', True)), models.Q(('cut_at__isnull', False), ('installed_at__isnull', False), ('installed_on__gt', models.F('complete_on'))), _connector='OR'), name='council_renewal_installed_after_the_election')],
            },
        ),
        SameOrganisation("Renewal", "assembly"),
        SameOrganisation("Renewal", "meeting"),
    ]
