"""What is hidden before a list or minutes go online."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from config.lib.walls import SameOrganisation


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_siret'),
        ('council', '0036_urgency'),
        ('documents', '0026_search_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='redaction',
            name='minutes',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='redaction', to='council.minutes'),
        ),
        migrations.AddField(
            model_name='redaction',
            name='result_list',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='redaction', to='council.resultlist'),
        ),
        migrations.AlterField(
            model_name='redaction',
            name='act',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='redaction', to='council.act'),
        ),
        migrations.AddConstraint(
            model_name='redaction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('act__isnull', False), ('minutes__isnull', True), ('result_list__isnull', True)), models.Q(('act__isnull', True), ('minutes__isnull', True), ('result_list__isnull', False)), models.Q(('act__isnull', True), ('minutes__isnull', False), ('result_list__isnull', True)), _connector='OR'), name='council_redaction_of_one_text'),
        ),
        SameOrganisation("Redaction", "result_list"),
        SameOrganisation("Redaction", "minutes"),
    ]
