"""An alternate sits for a titular: whose seat, and the fact of a session that says so."""

import django.db.models.deletion
from django.db import migrations, models

from config.lib.walls import SameOrganisation


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_siret'),
        ('council', '0029_candidates'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='sessionentry',
            name='council_sessionentry_about_a_person',
        ),
        migrations.AddField(
            model_name='mandate',
            name='stands_in_for',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='alternates', to='council.mandate', verbose_name='supplée'),
        ),
        migrations.AlterField(
            model_name='sessionentry',
            name='kind',
            field=models.CharField(choices=[('present', 'Présent à l’ouverture'), ('excused', 'Excusé'), ('arrival', 'Arrivée'), ('departure', 'Départ'), ('opened', 'Ouverture de la séance'), ('no_quorum', 'Quorum non atteint'), ('closed', 'Séance levée'), ('chair', 'Présidence'), ('secretary', 'Secrétaire de séance'), ('substitute', 'Siège en suppléance'), ('proxy', 'Pouvoir remis en séance'), ('proxy_ended', 'Pouvoir révoqué'), ('called', 'Point appelé'), ('recusal', 'Ne prend pas part'), ('suspended', 'Suspension'), ('resumed', 'Reprise'), ('doors_opened', 'Fin du huis clos'), ('ballot', 'Vote'), ('outcome', 'Décision sur le point'), ('note', 'Note')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(('stands_in_for__isnull', True), ('capacity', 'alternate'), _connector='OR'), name='council_mandate_only_an_alternate_stands_in', violation_error_message='Seul un suppléant supplée quelqu’un.'),
        ),
        migrations.AddConstraint(
            model_name='sessionentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('present', 'excused', 'arrival', 'departure', 'chair', 'secretary', 'substitute', 'proxy', 'proxy_ended', 'recusal')), _negated=True), ('person__isnull', False), _connector='OR'), name='council_sessionentry_about_a_person'),
        ),
        SameOrganisation("Mandate", "stands_in_for"),
    ]
