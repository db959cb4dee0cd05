"""`manage.py check_rights`: compare the stored rights with what the entries say."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Organisation
from documents.services.domains import rebuild_organisation
from documents.services.locking import lock_organisation
from documents.services.oracle import differences


class Command(BaseCommand):
    """Says each difference; fails when there is one. `--repair` rebuilds the effective rights."""

    help = "Vérifie les droits enregistrés contre un calcul indépendant."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organisation", help="son adresse ; toutes sans cette option")
        parser.add_argument(
            "--repair", action="store_true", help="recalcule les droits effectifs avant de vérifier"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        organisations = Organisation.objects.order_by("slug")
        if options["organisation"]:
            organisations = organisations.filter(slug=options["organisation"])
        wrong = 0
        for organisation in organisations:
            with transaction.atomic():
                lock_organisation(organisation.pk)
                if options["repair"]:
                    changed = rebuild_organisation(organisation.pk)
                    self.stdout.write(f"{organisation.slug} : {len(changed)} droits recalculés")
                found = differences(organisation)
            for line in found:
                self.stdout.write(f"{organisation.slug} : {line}")
            wrong += len(found)
        if wrong:
            raise CommandError(f"{wrong} différences")
        self.stdout.write("Aucune différence.")
