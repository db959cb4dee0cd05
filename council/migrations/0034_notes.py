"""What members write for themselves, sealed, and until when those who left may take it away."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from config.lib.walls import SameOrganisation


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_siret'),
        ('council', '0033_prepared_session'),
        ('documents', '0026_search_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NotesLeave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('until', models.DateField()),
                ('created_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'départ',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'person'), name='council_notesleave_one_per_person')],
            },
        ),
        migrations.CreateModel(
            name='PrivateNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('page', models.PositiveSmallIntegerField(default=0)),
                ('content', models.BinaryField()),
                ('changed_at', models.DateTimeField()),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='documents.document')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='council.agendaitem')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='council.meeting')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'note personnelle',
                'verbose_name_plural': 'notes personnelles',
                'constraints': [models.UniqueConstraint(fields=('person', 'item', 'document', 'page'), name='council_privatenote_one_per_place', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('document__isnull', False), ('page', 0), _connector='OR'), name='council_privatenote_page_of_a_document')],
            },
        ),
        SameOrganisation("PrivateNote", "meeting"),
        SameOrganisation("PrivateNote", "item"),
        SameOrganisation("PrivateNote", "document"),
    ]
