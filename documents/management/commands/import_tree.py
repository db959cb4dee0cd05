"""Read a tree into an organisation: an export of Parvis (whole), or any folder or ZIP (filed)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Organisation
from config.lib import clock
from config.lib.unpacking import Archive, Bomb, Locked, NotAnArchive
from documents.services.refusals import Refusal
from documents.services.transfer import manifest
from documents.services.transfer.loading import load_tree


class Command(BaseCommand):
    help = "Reads back a tree written by export_tree: files, versions, rights, comments."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path)
        parser.add_argument("organisation", help="its address (slug); its tree must be bare")
        parser.add_argument(
            "--create-people",
            action="store_true",
            help="make the people and teams that are missing, without any way to sign in",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"No organisation called {options['organisation']}.")
        try:
            with options["source"].open("rb") as file, Archive(file) as archive:
                done = load_tree(
                    organisation=organisation,
                    archive=archive,
                    now=clock.now(),
                    create_people=options["create_people"],
                )
        except FileNotFoundError as gone:
            raise CommandError(str(gone)) from None
        except (NotAnArchive, Bomb, Locked, manifest.NotAManifest) as broken:
            raise CommandError(f"Not an exported tree: {broken}") from broken
        except Refusal as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"{done.folders} folders, {done.documents} documents, {done.versions} versions read; "
            f"{done.already_there} were there already."
        )
        for what in done.left_out:
            self.stderr.write(f"left out: {what}")
