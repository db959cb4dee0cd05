"""Which vote on the urgency brought a point (R-CONV-06)."""

import django.db.models.deletion
from django.db import migrations, models

from config.lib.walls import SameOrganisation


class Migration(migrations.Migration):

    dependencies = [
        ('council', '0035_informing'),
    ]

    operations = [
        migrations.AddField(
            model_name='agendaitem',
            name='hurried_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hurried', to='council.agendaitem'),
        ),
        SameOrganisation("AgendaItem", "hurried_by"),
    ]
