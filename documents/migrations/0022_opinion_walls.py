"""Threads, earlier words and opinions stay in the organisation of their document."""

from django.db import migrations

from config.lib.walls import SameOrganisation

EDGES = [
    ("Comment", "thread"),
    ("EarlierComment", "comment"),
    ("OpinionRequest", "document"),
    ("OpinionRequest", "version"),
    ("OpinionRequest", "answered_version"),
    ("OpinionRequest", "team"),
]


class Migration(migrations.Migration):
    dependencies = [("documents", "0021_comments_and_opinions")]

    operations = [SameOrganisation(model, field) for model, field in EDGES]
