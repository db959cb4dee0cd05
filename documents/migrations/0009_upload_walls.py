"""A file on its way stays in the organisation of its folder."""

from django.db import migrations

from config.lib.walls import SameOrganisation


class Migration(migrations.Migration):
    dependencies = [("documents", "0008_uploads")]

    operations = [SameOrganisation("Upload", "folder"), SameOrganisation("Upload", "document")]
