"""Copies for information to the councillors of the member communes (R-EPCI-03)."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from config.lib.walls import SameOrganisation


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_siret'),
        ('council', '0034_notes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='InformedCouncillor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('commune', models.CharField(max_length=120, verbose_name='commune')),
                ('from_date', models.DateField(verbose_name='depuis le')),
                ('to_date', models.DateField(blank=True, null=True, verbose_name='jusqu’au')),
                ('assembly', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='informed', to='council.assembly')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'conseiller informé',
                'verbose_name_plural': 'conseillers informés',
            },
        ),
        migrations.CreateModel(
            name='InformationCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('what', models.CharField(choices=[('convocation', 'Convocation et note de synthèse'), ('results', 'Liste des délibérations'), ('minutes', 'Procès-verbal')], max_length=12)),
                ('address', models.CharField(blank=True, max_length=300)),
                ('mail', models.UUIDField(blank=True, null=True)),
                ('asked_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, max_length=12)),
                ('words', models.CharField(blank=True, max_length=500)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='council.dossieredition')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='council.meeting')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('councillor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='council.informedcouncillor')),
            ],
            options={
                'verbose_name': 'copie pour information',
                'verbose_name_plural': 'copies pour information',
            },
        ),
        migrations.AddConstraint(
            model_name='informedcouncillor',
            constraint=models.UniqueConstraint(condition=models.Q(('to_date__isnull', True)), fields=('assembly', 'person'), name='council_informedcouncillor_once'),
        ),
        migrations.AddConstraint(
            model_name='informedcouncillor',
            constraint=models.CheckConstraint(condition=models.Q(('to_date__isnull', True), ('to_date__gte', models.F('from_date')), _connector='OR'), name='council_informedcouncillor_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='informationcopy',
            constraint=models.UniqueConstraint(fields=('councillor', 'meeting', 'what', 'edition'), name='council_informationcopy_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='informationcopy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('edition__isnull', False), ('what', 'convocation')), models.Q(models.Q(('what', 'convocation'), _negated=True), ('edition__isnull', True)), _connector='OR'), name='council_informationcopy_of_an_edition'),
        ),
        SameOrganisation("InformedCouncillor", "assembly"),
        SameOrganisation("InformationCopy", "meeting"),
        SameOrganisation("InformationCopy", "councillor"),
        SameOrganisation("InformationCopy", "edition"),
    ]
