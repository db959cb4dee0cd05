"""A step done belongs to an enrolment of the same organisation."""

from django.db import migrations

from config.lib.walls import SameOrganisation


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial")]

    operations = [SameOrganisation("StepDone", "enrolment")]
