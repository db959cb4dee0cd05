"""`manage.py check_storage`: compare the files of the store with the rows that speak of them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.lib.clock import now
from documents.services.storage_check import differences


class Command(BaseCommand):
    """Says each difference on a line of its own; fails when there is one."""

    help = "Checks that the rows and the files of the store agree."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--deep", action="store_true", help="read every byte and compare the SHA-256 too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for difference in differences(now=now(), deep=options["deep"]):
            self.stdout.write(str(difference))
            wrong += 1
        if wrong:
            raise CommandError(f"{wrong} difference{'s' if wrong > 1 else ''}.")
        self.stdout.write("Rows and files agree.")
