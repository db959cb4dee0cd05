"""Fill an empty installation with the demonstration: each app's `demo.build(stage)`, in order."""

from __future__ import annotations

import time
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.demo import COMMUNE, Stage
from accounts.models import Organisation
from config.lib import clock


class Command(BaseCommand):
    help = "Construit la commune de démonstration, par les services et comme ses personnages."

    def handle(self, *args: Any, **options: Any) -> None:
        if Organisation.objects.filter(slug=COMMUNE).exists():
            self.stdout.write("La démonstration est déjà en place.")
            return
        now = clock.now()
        stage = Stage(now=now, founded_at=now)
        with transaction.atomic():
            # The apps come in the order of the house: people, documents, council, training.
            for app in apps.get_app_configs():
                module = f"{app.name}.demo"
                if not app.name.startswith("django.") and find_spec(module):
                    began = time.monotonic()
                    import_module(module).build(stage)
                    self.stdout.write(f"    {app.verbose_name} : {time.monotonic() - began:.1f} s")
