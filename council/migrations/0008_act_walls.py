"""Acts, registers, lists and minutes stay inside their organisation."""

from django.db import migrations

from config.lib.walls import SameOrganisation

EDGES = [
    ("Register", "assembly"),
    ("Register", "folder"),
    ("Register", "team"),
    ("Act", "register"),
    ("Act", "item"),
    ("Act", "reported_in"),
    ("Act", "document"),
    ("Act", "draft_version"),
    ("Act", "signed_version"),
    ("Act", "published_version"),
    ("ResultList", "meeting"),
    ("ResultList", "version"),
    ("Minutes", "meeting"),
    ("Minutes", "approved_in"),
    ("Minutes", "document"),
    ("Minutes", "draft_version"),
    ("Minutes", "signed_version"),
    ("Minutes", "published_version"),
    ("MinutesSection", "minutes"),
    ("MinutesSection", "item"),
]


class Migration(migrations.Migration):
    dependencies = [("council", "0007_acts")]

    operations = [SameOrganisation(model, field) for model, field in EDGES]
