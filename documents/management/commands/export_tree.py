"""Take an organisation's whole tree out, into one ZIP."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Organisation
from config.lib import clock
from documents.services.transfer.exporting import export_tree


class Command(BaseCommand):
    help = "Writes the tree of an organisation (files, versions, rights, comments) into a ZIP."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", help="its address (slug)")
        parser.add_argument("target", type=Path, help="the file to write; must not exist")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"No organisation called {options['organisation']}.")
        target: Path = options["target"]
        if target.exists():
            raise CommandError(f"{target} exists already; nothing was written.")
        part = target.with_name(target.name + ".part")
        # Only its owner may read it: it holds everything, confidential folders too.
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                done = export_tree(organisation=organisation, target=file, now=clock.now())
                file.flush()
                os.fsync(file.fileno())
            part.rename(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        self.stdout.write(
            f"{done.folders} folders, {done.documents} documents, {done.versions} versions, "
            f"{done.letters} letters, {done.bytes} bytes written to {target}."
        )
        if done.to_file:
            self.stderr.write(f"left behind: {done.to_file} files that wait to be filed")
        for name in done.missing:
            self.stderr.write(f"missing or damaged: {name}")
        if done.missing:
            raise CommandError(f"{len(done.missing)} files could not be taken out whole.")
