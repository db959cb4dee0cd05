"""A team by function, its body and its organisation stay together."""

from django.db import migrations

from config.lib.walls import SameOrganisation


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_team_source"), ("council", "0003_function_teams")]

    operations = [
        SameOrganisation("FunctionTeam", "team"),
        SameOrganisation("FunctionTeam", "assembly"),
    ]
