"""A comment stays in the organisation of its document."""

from django.db import migrations

from config.lib.walls import SameOrganisation


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_comments")]

    operations = [SameOrganisation("Comment", "document"), SameOrganisation("Comment", "version")]
