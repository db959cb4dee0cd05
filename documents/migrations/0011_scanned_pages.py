"""How many pages of a version were read on a picture: a comparison says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0010_imports")]

    operations = [
        migrations.AddField(
            model_name="version",
            name="scanned_pages",
            field=models.PositiveIntegerField(default=0, verbose_name="pages numérisées"),
        ),
    ]
