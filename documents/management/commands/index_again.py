"""`manage.py index_again`: bring the index up to the present normaliser, from the kept pages.

Nothing is read from the files again. May be stopped and started; searches go on meanwhile.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from documents.models import Document
from documents.search.index import index_again, stale


class Command(BaseCommand):
    help = "Indexe de nouveau, sans relire les fichiers, ce qu’une version passée avait indexé."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=200, help="documents par transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        while batch := list(stale().values_list("document_id", flat=True)[: options["batch"]]):
            with transaction.atomic():
                documents = Document.objects.select_for_update(of=("self",), no_key=True)
                for document in documents.filter(pk__in=batch).order_by("pk"):
                    index_again(document)
            done += len(batch)
            self.stdout.write(f"{done} documents indexés de nouveau")
        if not done:
            self.stdout.write("Tout est déjà à jour.")
