"""A step done belongs to an enrolment of the same organisation."""

from django.db import migrations

from config.lib.walls import SameOrganisation


class Migration(migrations.Migration):
    replaces = [
        ("training", "0002_walls"),
    ]

    dependencies = [("training", "0001_tables")]

    operations = [SameOrganisation("StepDone", "enrolment")]
