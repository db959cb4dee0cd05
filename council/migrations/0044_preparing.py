"""What helps to prepare: what each piece is, the budget of a point, models of points, the year."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from config.lib.walls import SameOrganisation


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_feeds'),
        ('council', '0043_source_of_a_seat'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='agendaitem',
            name='budget_name',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='agendaitem',
            name='budget_year',
            field=models.CharField(blank=True, max_length=9),
        ),
        migrations.AddField(
            model_name='agendaitemdocument',
            name='nature',
            field=models.CharField(choices=[('annexe', 'Pièce jointe'), ('convention', 'Convention ou contrat'), ('plan', 'Plan'), ('budget', 'Document budgétaire'), ('devis', 'Devis ou estimation'), ('rapport', 'Rapport ou étude'), ('reglement', 'Règlement ou statuts')], default='annexe', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('budget_name', ''), ('budget_year', '')), models.Q(models.Q(('budget_year', ''), _negated=True), models.Q(('budget_name', ''), _negated=True)), _connector='OR'), name='council_agendaitem_budget_year_and_name_together', violation_error_message='L’année et le nom du budget vont ensemble.'),
        ),
        migrations.CreateModel(
            name='YearServices',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('water', models.BooleanField(default=False)),
                ('delegation', models.BooleanField(default=False)),
                ('visitor_tax', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField()),
                ('assembly', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='services', to='council.assembly')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'services de l’instance',
            },
        ),
        migrations.CreateModel(
            name='ObligationMet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('year', models.PositiveSmallIntegerField()),
                ('code', models.CharField(max_length=50)),
                ('words', models.CharField(blank=True, max_length=200)),
                ('noted_at', models.DateTimeField()),
                ('assembly', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='met', to='council.assembly')),
                ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'obligation remplie',
                'constraints': [models.UniqueConstraint(fields=('assembly', 'year', 'code'), name='council_obligationmet_once_a_year')],
            },
        ),
        migrations.CreateModel(
            name='PointTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('name', models.CharField(max_length=120)),
                ('title', models.CharField(max_length=400)),
                ('kind', models.CharField(choices=[('deliberation', 'Délibération'), ('information', 'Information'), ('oral_question', 'Question orale'), ('wish', 'Vœu'), ('decisions_report', 'Compte rendu des décisions du maire')], default='deliberation', max_length=16)),
                ('matter', models.CharField(choices=[('ordinary', 'Sujet ordinaire'), ('urgency', 'Approbation de l’urgence'), ('minutes', 'Approbation du procès-verbal'), ('budget', 'Budget primitif'), ('accounts', 'Compte financier unique'), ('dsp', 'Choix d’un délégataire de service public'), ('icpe', 'Installation classée (environnement)'), ('mayor_election', 'Élection du maire ou des adjoints'), ('nomination', 'Désignation')], default='ordinary', max_length=16)),
                ('subject_code', models.CharField(blank=True, max_length=8)),
                ('budget_impact', models.CharField(blank=True, choices=[('none', 'Aucun effet sur le budget'), ('planned', 'Crédits déjà prévus au budget'), ('new_expense', 'Dépense nouvelle, à prévoir'), ('income', 'Recette')], max_length=12)),
                ('closed_doors', models.BooleanField(default=False)),
                ('summary', models.TextField(blank=True)),
                ('proposed_text', models.TextField(blank=True)),
                ('changed_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'modèle de point',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'name'), name='council_pointtemplate_one_per_name', violation_error_message='Un modèle porte déjà ce nom.'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('title', ''), _negated=True)), name='council_pointtemplate_has_a_name_and_a_title')],
            },
        ),
        SameOrganisation("YearServices", "assembly"),
        SameOrganisation("ObligationMet", "assembly"),
    ]
