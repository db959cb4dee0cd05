"""The host, when nobody is left to manage: propose who stands in; the mayor then agrees."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Organisation, Person
from accounts.services.interim import CannotStandIn, propose_interim
from config.lib import clock
from config.lib.clock import local_date


class Command(BaseCommand):
    help = "Propose un intérim de la direction. Rien ne compte avant l’accord du maire."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", help="son adresse")
        parser.add_argument("identifier", help="identifiant de l’agent qui assurerait l’intérim")
        parser.add_argument("--days", type=int, default=30)
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        person = Person.objects.filter(identifier=options["identifier"]).first()
        if organisation is None or person is None:
            raise CommandError("Organisation ou personne inconnue.")
        today = local_date(clock.now(), organisation.timezone)
        try:
            interim = propose_interim(
                organisation=organisation,
                person=person,
                from_date=today,
                to_date=today + dt.timedelta(days=options["days"]),
                reason=options["reason"],
                now=clock.now(),
            )
        except CannotStandIn as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{interim} : proposé. Le maire doit donner son accord.")
