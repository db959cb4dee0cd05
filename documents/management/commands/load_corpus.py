"""`manage.py load_corpus`: a synthetic town hall with many documents, to measure on.

Organisation, people, teams, folders and rights go through the services; documents, their pages
and their index rows are written in bulk, straight into the folders, with texts but without files.
Not for production: it makes an organisation of its own and touches no other.
"""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from io import BytesIO
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from accounts.actor import Actor, actor_for
from accounts.enums import Capacity, TeamKind
from accounts.models import Membership, Organisation, Person, Team, TeamMembership
from accounts.services.founding import found_organisation, new_team
from bench import corpus
from config.lib import clock
from config.lib.storage import blobs
from config.lib.text import name_key, sort_key
from documents.enums import IndexState, Role
from documents.models import Document, DocumentPage, Folder, Version
from documents.search import normaliser
from documents.services.folders import create_folder, create_root
from documents.services.rights import set_role

CHUNK = 250
_TYPES = (
    ("application/pdf", "pdf"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("image/jpeg", "jpg"),
)


class Command(BaseCommand):
    help = "Charge un corpus synthétique de documents, pour les mesures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--documents", type=int, default=10_000)
        parser.add_argument("--org", default="corpus", help="adresse de l’organisation créée")
        parser.add_argument("--processes", type=int, default=2)
        parser.add_argument("--part", default="", help="usage interne : « 1/2 »")

    def handle(self, *args: Any, **options: Any) -> None:
        slug, count, processes = options["org"], options["documents"], options["processes"]
        if options["part"]:
            part, _, parts = options["part"].partition("/")
            texts = range(int(part) + 1, min(count, corpus.TEXTS) + 1, int(parts))
            # The documents of one text follow each other: it is made and read once.
            self._load(slug, [n for text in texts for n in range(text, count + 1, corpus.TEXTS)])
            return
        if Organisation.objects.filter(slug=slug).exists():
            raise CommandError(f"L’organisation « {slug} » existe déjà : choisissez --org.")
        started = time.monotonic()
        _build(slug)
        self.stdout.write(f"{len(corpus.FOLDERS)} dossiers, {corpus.PEOPLE} personnes")
        workers = [
            subprocess.Popen(  # noqa: S603 - this very program
                [
                    sys.executable,
                    str(settings.BASE_DIR / "manage.py"),
                    "load_corpus",
                    "--org",
                    slug,
                    "--documents",
                    str(count),
                    "--part",
                    f"{part}/{processes}",
                ]
            )
            for part in range(processes)
        ]
        codes = [worker.wait() for worker in workers]
        if any(codes):
            raise CommandError("Une partie du chargement a échoué.")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) documents_documenttext")
            cursor.execute("ANALYZE")
        seconds = time.monotonic() - started
        self.stdout.write(
            f"{count} documents en {seconds:.0f} s ({count / seconds:.0f} par seconde)"
        )

    def _load(self, slug: str, numbers: list[int]) -> None:
        organisation = Organisation.objects.get(slug=slug)
        folders = {
            folder.name_key: folder
            for folder in Folder.objects.filter(organisation=organisation, depth=4)
        }
        people = list(
            Person.objects.filter(
                memberships__organisation=organisation, identifier__startswith=f"{slug}-"
            )
            .order_by("identifier")
            .values_list("pk", flat=True)
        )
        key = blobs().put(BytesIO(b"Texte du corpus de mesure.")).key
        remaining = iter(numbers)
        done = 0
        while chunk := list(islice(remaining, CHUNK)):
            _write(organisation, folders, people, key, [corpus.item(number) for number in chunk])
            done += len(chunk)
            if done % (CHUNK * 20) == 0:
                self.stdout.write(f"{done} / {len(numbers)}")


@transaction.atomic
def _build(slug: str) -> None:
    """The organisation, its people in 20 teams, its 200 folders, each read by two teams."""
    now = clock.now()
    director = Person.objects.create(
        identifier=f"dgs.{slug}", given_name="Dominique", family_name="Corpus"
    )
    actor = found_organisation(
        name=f"Commune de mesure ({slug})", slug=slug, kind="commune", director=director, now=now
    )
    organisation = actor.organisation
    since = actor.today - timedelta(days=365)
    people = Person.objects.bulk_create(
        Person(
            identifier=f"{slug}-{number:03}",
            given_name="Agent",
            family_name=f"Numéro {number}",
            password="!",  # noqa: S106 - nobody signs in
        )
        for number in range(corpus.PEOPLE)
    )
    Membership.objects.bulk_create(
        Membership(
            organisation=organisation, person=person, capacity=Capacity.AGENT, from_date=since
        )
        for person in people
    )
    teams = [
        new_team(organisation, f"Équipe {number:02}", TeamKind.SERVICE)
        for number in range(corpus.GROUPS)
    ]
    TeamMembership.objects.bulk_create(
        TeamMembership(
            organisation=organisation,
            team=teams[number % corpus.GROUPS],
            person=person,
            from_date=since,
        )
        for number, person in enumerate(people)
    )
    root = create_root(organisation=organisation, now=now)
    acting = actor_for(director, organisation, now=now)
    if acting is None:
        raise CommandError("La direction n’a pas d’appartenance.")
    _build_folders(acting, root, teams)


def _build_folders(actor: Actor, root: Folder, teams: list[Team]) -> None:
    now = clock.now()
    made: dict[tuple[str, ...], Folder] = {(): root}
    for number, path in enumerate(corpus.FOLDERS):
        for end in range(1, len(path) + 1):
            if path[:end] not in made:
                # The last level is named after its whole path: one name, one folder.
                name = path[end - 1] if end < len(path) else _leaf_name(path)
                made[path[:end]] = create_folder(
                    actor=actor, parent=made[path[: end - 1]], name=name, now=now
                )
        for group in corpus.groups_of_folder(number):
            set_role(actor=actor, obj=made[path], principal=teams[group], role=Role.READER, now=now)


def _leaf_name(path: tuple[str, ...]) -> str:
    department, office, shelf = path
    return f"{shelf} ({department}, {office})"


@transaction.atomic
def _write(
    organisation: Organisation,
    folders: dict[str, Folder],
    people: list[int],
    storage_key: str,
    items: list[corpus.Item],
) -> None:
    document_ids = _ids("documents_document", len(items))
    version_ids = _ids("documents_version", len(items))
    documents, versions, pages, texts = [], [], [], []
    for item, document_id, version_id in zip(items, document_ids, version_ids, strict=True):
        folder = folders[name_key(_leaf_name(corpus.FOLDERS[item.folder]))]
        group = corpus.groups_of_folder(item.folder)[0]
        author = people[(group + corpus.GROUPS * (item.number % 10)) % len(people)]
        media_type, extension = _TYPES[(0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3)[item.number % 11]]
        title = item.title.removesuffix("pdf") + extension
        at = clock.now() - timedelta(minutes=item.number * 17 % 1_500_000)
        text_pages, body = _text(item.text, item.folder)
        size = sum(map(len, text_pages))
        documents.append(
            Document(
                pk=document_id,
                uid=uuid.uuid4(),
                organisation=organisation,
                folder=folder,
                title=title,
                name_key=name_key(title),
                sort_title=sort_key(title),
                current_version_id=version_id,
                media_type=media_type,
                size=size,
                created_at=at,
                created_by_id=author,
                changed_at=at,
                changed_by_id=author,
            )
        )
        versions.append(
            Version(
                pk=version_id,
                organisation=organisation,
                document_id=document_id,
                number=1,
                storage_key=storage_key,
                size=size,
                sha256="0" * 64,
                media_type=media_type,
                extension=extension,
                original_name=title,
                author_id=author,
                created_at=at,
                index_state=IndexState.INDEXED,
                page_count=len(text_pages),
            )
        )
        pages += [
            DocumentPage(organisation=organisation, version_id=version_id, number=number, text=text)
            for number, text in enumerate(text_pages, 1)
        ]
        texts.append((document_id, version_id, normaliser.title_vectors(title), body))
    Document.objects.bulk_create(documents)
    Version.objects.bulk_create(versions)
    DocumentPage.objects.bulk_create(pages)
    _copy_texts(organisation.pk, texts)


@lru_cache(maxsize=4)
def _text(text: int, folder: int) -> tuple[tuple[str, ...], normaliser.Vectors]:
    pages = corpus.pages_of(text, folder)
    return pages, normaliser.vectors("", pages)


def _copy_texts(
    organisation_id: int, texts: list[tuple[int, int, tuple[str, str], normaliser.Vectors]]
) -> None:
    columns = "organisation_id, document_id, version_id, tsv_norm, tsv_exact, normaliser, words"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY documents_documenttext ({columns}) FROM STDIN") as copy,
    ):
        for document_id, version_id, (norm, exact), body in texts:
            copy.write_row(
                (
                    organisation_id,
                    document_id,
                    version_id,
                    f"{norm} {body.norm}",
                    f"{exact} {body.exact}",
                    normaliser.VERSION,
                    body.words,
                )
            )


def _ids(table: str, count: int) -> Iterator[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return iter([int(row[0]) for row in cursor.fetchall()])
