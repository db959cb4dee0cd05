"""Bring a tree into an organisation: an export of Parvis (whole), or any folder or ZIP (filed)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actor import Actor, actor_for
from accounts.models import Organisation, Person
from config.lib import clock
from config.lib.access import Refused
from config.lib.text import name_key, plural
from config.lib.unpacking import Archive, Bomb, Limits, Locked, NotAnArchive
from documents.enums import ImportKind, ImportOutcome
from documents.models import Folder
from documents.services import folders, import_sources, importing
from documents.services.refusals import Refusal
from documents.services.transfer import manifest
from documents.services.transfer.loading import load_tree

#: The host brings this file, from a commune of 100,000 documents or more.
_OUR_OWN = Limits(entries=5_000_000, bytes=4 * 1024**4, one_file=64 * 1024**3)


class Command(BaseCommand):
    help = (
        "Un export de Parvis (export_tree) est rechargé tel quel dans une organisation encore "
        "vide ; un dossier du disque ou une archive ZIP est déposé, sous-dossiers compris, comme "
        "le ferait la personne nommée par --as. Relancé après une coupure, reprend où il en était."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path)
        parser.add_argument("--organisation", default="saint-aubin", help="son adresse")
        parser.add_argument("--as", dest="identifier", default="nadia.morel")
        parser.add_argument("--into", default="Fichiers déposés", help="dossier, à la racine")
        parser.add_argument(
            "--create-people",
            action="store_true",
            help="export de Parvis : crée les personnes et équipes qui manquent, sans connexion",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["source"]
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"Aucune organisation « {options['organisation']} ».")
        try:
            if source.is_dir():
                self._file(source, organisation, options)
                return
            with source.open("rb") as file, Archive(file, _OUR_OWN) as archive:
                if any(member.name == manifest.HEADER for member in archive.members()):
                    self._load(archive, organisation, options["create_people"])
                else:
                    self._unpack(source, archive, organisation, options)
        except OSError as broken:
            raise CommandError(str(broken)) from broken
        except (NotAnArchive, Bomb, Locked) as broken:
            raise CommandError(f"« {source} » n’est pas une archive lisible.") from broken
        except manifest.NotAManifest as broken:
            raise CommandError(f"Cet export ne peut pas être relu : {broken}") from broken
        except Refusal as refused:
            raise CommandError(str(refused)) from refused
        except Refused as refused:
            raise CommandError(refused.decision.reason) from refused

    def _load(self, archive: Archive, organisation: Organisation, create_people: bool) -> None:
        done = load_tree(
            organisation=organisation,
            archive=archive,
            now=clock.now(),
            create_people=create_people,
        )
        self.stdout.write(
            f"{plural(done.folders, 'dossier')}, {plural(done.documents, 'document')}, "
            f"{plural(done.versions, 'version')}, "
            f"{plural(done.letters, 'courrier')} au registre ; déjà là : {done.already_there}."
        )
        for what in done.left_out:
            self.stderr.write(f"laissé : {what}")

    def _file(self, source: Path, organisation: Organisation, options: dict[str, Any]) -> None:
        self._bring(
            import_sources.FolderSource(source), source, ImportKind.FOLDER, organisation, options
        )

    def _unpack(
        self, source: Path, archive: Archive, organisation: Organisation, options: dict[str, Any]
    ) -> None:
        members = import_sources.ArchiveSource(archive, organisation.timezone)
        self._bring(members, source, ImportKind.FOLDER, organisation, options)

    def _bring(
        self,
        source: import_sources.Source,
        path: Path,
        kind: ImportKind,
        organisation: Organisation,
        options: dict[str, Any],
    ) -> None:
        actor = acting(options["identifier"], organisation)
        target = inside(actor, options["into"])
        run = importing.start_from_disk(
            actor=actor, folder=target, path=path.resolve(), kind=kind, now=clock.now()
        )
        importing.bring_in(actor=actor, run=run, source=source)
        counts = importing.counted(run)
        self.stdout.write(
            f"{plural(counts['filed'], 'fichier déposé', 'fichiers déposés')}, "
            f"{counts['same']} déjà là, {counts['left']} laissés, {counts['refused']} refusés."
        )
        for line in run.files.exclude(
            outcome__in=[ImportOutcome.FILED, ImportOutcome.SAME]
        ).order_by("pk"):
            self.stderr.write(f"{line.path} : {line.reason}")


def acting(identifier: str, organisation: Organisation) -> Actor:
    """The person named on the command line, acting here. Raises CommandError."""
    person = Person.objects.filter(identifier=identifier).first()
    actor = person and actor_for(person, organisation, now=clock.now())
    if not actor:
        raise CommandError(f"« {identifier} » n’agit pas pour « {organisation.slug} ».")
    return actor


def inside(actor: Actor, name: str) -> Folder:
    """The folder of this name at the root, made when missing."""
    root = Folder.objects.get(organisation=actor.organisation, parent=None)
    known = Folder.objects.filter(parent=root, name_key=name_key(name), trashed_at=None).first()
    return known or folders.create_folder(actor=actor, parent=root, name=name, now=clock.now())
