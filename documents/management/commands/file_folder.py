"""File a folder of the disk into a commune's tree, through the services: `make demo FILES=…`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actor import Actor, actor_for
from accounts.models import Organisation, Person
from config.lib import clock
from config.lib.text import name_key
from documents.models import Folder
from documents.services import filing, folders
from documents.services.refusals import Refusal


class Command(BaseCommand):
    help = "Dépose un dossier du disque, sous-dossiers compris, dans l’arbre d’une organisation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--organisation", default="saint-aubin")
        parser.add_argument("--as", dest="identifier", default="nadia.morel")
        parser.add_argument("--into", default="Fichiers déposés")

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["folder"]
        if not source.is_dir():
            raise CommandError(f"« {source} » n’est pas un dossier.")
        actor = self._actor(options["identifier"], options["organisation"])
        root = Folder.objects.get(organisation=actor.organisation, parent=None)
        target = self._inside(actor, root, options["into"])
        filed = refused = 0
        places = {source: target}
        for path in sorted(source.rglob("*")):
            if path.is_symlink() or any(
                part.startswith(".") for part in path.relative_to(source).parts
            ):
                continue
            parent = places[path.parent]
            if path.is_dir():
                places[path] = self._inside(actor, parent, path.name)
                continue
            try:
                with path.open("rb") as bytes_of_file:
                    received = filing.receive(bytes_of_file, path.name)
                filing.file_document(
                    actor=actor,
                    folder=parent,
                    received=received,
                    now=clock.now(),
                    as_new_version=True,
                )
                filed += 1
            except Refusal as reason:
                refused += 1
                self.stderr.write(f"{path.name} : {reason}")
        self.stdout.write(f"{filed} fichiers déposés, {refused} refusés.")

    def _actor(self, identifier: str, slug: str) -> Actor:
        person = Person.objects.filter(identifier=identifier).first()
        organisation = Organisation.objects.filter(slug=slug).first()
        actor = person and organisation and actor_for(person, organisation, now=clock.now())
        if not actor:
            raise CommandError(f"« {identifier} » n’agit pas pour « {slug} ».")
        return actor

    def _inside(self, actor: Actor, parent: Folder, name: str) -> Folder:
        known = Folder.objects.filter(
            parent=parent, name_key=name_key(name), trashed_at=None
        ).first()
        return known or folders.create_folder(
            actor=actor, parent=parent, name=name, now=clock.now()
        )
