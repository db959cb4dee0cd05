"""Bring an old network drive in: looked at first, then imported apart, closed and searchable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Organisation, Team
from config.lib import clock
from config.lib.text import human_size, plural
from documents.enums import ImportKind
from documents.management.commands.import_tree import acting, inside
from documents.services import import_sources, importing
from documents.services.surveying import Survey, survey


class Command(BaseCommand):
    help = (
        "Sans --import, regarde seulement : copies identiques, noms trop longs, mots qui appellent "
        "de la prudence, tailles. Avec --import, reprend tout dans un dossier limité, que seules "
        "la direction générale et les équipes nommées par --readers ouvrent et fouillent."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("drive", type=Path, help="le dossier où l’ancien réseau est monté")
        parser.add_argument("--organisation", required=True, help="son adresse")
        parser.add_argument("--report", type=Path, help="tableau (.csv) à écrire")
        parser.add_argument("--import", dest="bring", action="store_true")
        parser.add_argument("--as", dest="identifier", help="au nom de qui importer")
        parser.add_argument("--into", default="Ancien réseau")
        parser.add_argument("--readers", action="append", default=[], help="équipe qui peut lire")

    def handle(self, *args: Any, **options: Any) -> None:
        drive: Path = options["drive"]
        if not drive.is_dir():
            raise CommandError(f"« {drive} » n’est pas un dossier.")
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"Aucune organisation « {options['organisation']} ».")
        source = import_sources.FolderSource(drive.resolve())
        if not options["bring"]:
            found = survey(source)
            self._say(found)
            if options["report"]:
                with options["report"].open("w", encoding="utf-8-sig", newline="") as target:
                    found.write_report(target)
            return
        if not options["identifier"]:
            raise CommandError("--import demande --as : au nom de qui importer.")
        actor = acting(options["identifier"], organisation)
        teams = [self._team(organisation, label) for label in options["readers"]]
        folder = importing.open_old_network(
            actor=actor,
            folder=inside(actor, options["into"]),
            readers=teams,
            now=clock.now(),
        )
        run = importing.start_from_disk(
            actor=actor, folder=folder, path=drive.resolve(), kind=ImportKind.DRIVE, now=clock.now()
        )
        importing.bring_in(actor=actor, run=run, source=source)
        counts = importing.counted(run)
        self.stdout.write(
            f"{plural(counts['filed'], 'fichier repris', 'fichiers repris')}, "
            f"{counts['same']} déjà là, {counts['left']} laissés, {counts['refused']} refusés."
        )

    def _team(self, organisation: Organisation, label: str) -> Team:
        team = Team.objects.filter(organisation=organisation, label=label, archived_at=None).first()
        if team is None:
            raise CommandError(f"Aucune équipe « {label} » dans cette organisation.")
        return team

    def _say(self, found: Survey) -> None:
        say = self.stdout.write
        say(
            f"{plural(found.files, 'fichier')} dans {plural(found.folders, 'dossier')}, "
            f"{human_size(found.bytes)}. {plural(found.litter, 'fichier')} de système, à laisser."
        )
        for ending, count in found.by_ending.most_common(12):
            say(f"  {'.' + ending if ending else 'sans extension'} : {count}")
        copies = sum(len(group) - 1 for group in found.copies)
        say(
            f"{plural(copies, 'copie identique', 'copies identiques')}, "
            f"{human_size(found.bytes_in_copies)} en trop."
        )
        subjects: dict[str, int] = {}
        for remark in found.remarks:
            subjects[remark.subject] = subjects.get(remark.subject, 0) + 1
        for subject, count in sorted(subjects.items()):
            say(f"{subject} : {count}")
