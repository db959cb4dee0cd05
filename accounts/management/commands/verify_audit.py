"""`manage.py verify_audit`: does every seal of the journal still hold?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.audit.sealing import verify
from accounts.models import AuditSeal


class Command(BaseCommand):
    help = "Recalcule les scellés du journal et dit lesquels ne tiennent plus."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = list(verify())
        for one in broken:
            self.stderr.write(f"traces {one.first_id} à {one.last_id} : {one.reason}")
        if broken:
            raise CommandError(f"{len(broken)} scellé(s) ne tiennent plus.")
        last = AuditSeal.objects.order_by("-last_id").first()
        shown = f"dernier : {last.sha256}" if last else "aucun scellé pour l’instant"
        self.stdout.write(f"Le journal est intact ({shown}).")
