"""What arrives, and the register of the post, stay in their organisation."""

from django.db import migrations

from config.lib.walls import SameOrganisation


class Migration(migrations.Migration):
    dependencies = [("documents", "0012_arrivals")]

    operations = [
        SameOrganisation("ArrivalBin", "team"),
        SameOrganisation("ArrivalAddress", "folder"),
        SameOrganisation("Envelope", "folder"),
        SameOrganisation("Arrival", "envelope"),
        SameOrganisation("Arrival", "document"),
        SameOrganisation("MailEntry", "document"),
        SameOrganisation("MailEntry", "team"),
        SameOrganisation("MailEntry", "answers"),
    ]
