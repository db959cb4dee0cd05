"""The tree that a new organisation starts with. Every folder may be renamed, moved or trashed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.enums import OrganisationKind
from accounts.models import Team
from config.lib.text import name_key
from documents.enums import Keeping, Role
from documents.models import Folder
from documents.services.folders import create_folder, create_root
from documents.services.keeping import set_keeping
from documents.services.labels import offer_usual
from documents.services.rights import make_confidential, restrict, set_role


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder to make. `limited`: nothing from above; `confidential`: masked and traced too.

    `keeping`: what becomes of what is thrown away from it.
    """

    name: str
    below: tuple[str, ...] = ()
    limited: bool = False
    confidential: bool = False
    keeping: Keeping | None = None


# Where everybody files drafts and notes; what is thrown away from it goes by itself.
WORKING = "Documents de travail"
COMMUNE = (
    Shelf(
        "Conseil municipal",
        ("Délibérations", "Procès-verbaux", "Préparation des séances"),
        keeping=Keeping.ARCHIVES,
    ),
    Shelf(
        "Arrêtés et décisions",
        ("Arrêtés du maire", "Décisions du maire"),
        keeping=Keeping.ARCHIVES,
    ),
    Shelf("Finances", ("Budget", "Subventions", "Marchés publics", "Factures")),
    Shelf("Urbanisme", ("Autorisations", "Plan local d’urbanisme", "Foncier")),
    Shelf("Voirie et bâtiments", ("Voirie", "Bâtiments", "Réseaux")),
    Shelf("École et cantine"),
    Shelf("Vie associative et culture"),
    Shelf("Intercommunalité"),
    Shelf("Courrier"),
    # Registers name people: only those who keep them.
    Shelf(
        "État civil",
        ("Naissances", "Mariages", "Décès", "Cimetière"),
        limited=True,
        keeping=Keeping.ARCHIVES,
    ),
    Shelf("Ressources humaines", ("Dossiers des agents", "Paie", "Recrutement"), confidential=True),
    Shelf("Aides sociales", confidential=True),
    Shelf(WORKING, keeping=Keeping.WORKING),
)
CCAS = (
    Shelf(
        "Conseil d’administration", ("Délibérations", "Procès-verbaux"), keeping=Keeping.ARCHIVES
    ),
    Shelf("Budget"),
    Shelf("Aides sociales", ("Demandes", "Décisions"), confidential=True),
    Shelf("Personnes âgées", confidential=True),
    Shelf(WORKING, keeping=Keeping.WORKING),
)
OTHER = (
    Shelf("Assemblée", ("Délibérations", "Procès-verbaux"), keeping=Keeping.ARCHIVES),
    Shelf("Finances", ("Budget", "Marchés publics")),
    Shelf("Ressources humaines", confidential=True),
    Shelf(WORKING, keeping=Keeping.WORKING),
)


def shelves_for(kind: str) -> tuple[Shelf, ...]:
    """What an organisation of this kind starts with."""
    return {OrganisationKind.COMMUNE.value: COMMUNE, OrganisationKind.CCAS.value: CCAS}.get(
        kind, OTHER
    )


@transaction.atomic
def plant(*, actor: Actor, now: datetime, everybody: Team | None = None) -> Folder:
    """Make the root and the shelves that are missing; a shelf that exists is left as it is.

    The DGS team manages everything, limited shelves included. `everybody` is the team of all the
    agents: it reads what is not limited, and files its working papers. The usual types and tags
    come with it. What arrives waits in the bin « À classer », which is not a folder.
    """
    root = create_root(organisation=actor.organisation, now=now)
    offer_usual(actor=actor, now=now)
    if everybody is not None:
        set_role(actor=actor, obj=root, principal=everybody, role=Role.READER, now=now)
    there = set(
        Folder.objects.filter(parent=root, trashed_at=None).values_list("name_key", flat=True)
    )
    directors = _directors(actor)
    for shelf in shelves_for(actor.organisation.kind):
        if name_key(shelf.name) in there:
            continue
        folder = create_folder(actor=actor, parent=root, name=shelf.name, now=now)
        for name in shelf.below:
            create_folder(actor=actor, parent=folder, name=name, now=now)
        if shelf.keeping is not None:
            set_keeping(actor=actor, folder=folder, keeping=shelf.keeping, now=now)
        if shelf.confidential:
            make_confidential(actor=actor, folder=folder, now=now, keep=[directors])
        elif shelf.limited:
            restrict(actor=actor, folder=folder, now=now, keep=[directors])
        if shelf.name == WORKING and everybody is not None:
            set_role(actor=actor, obj=folder, principal=everybody, role=Role.EDITOR, now=now)
    return root


def _directors(actor: Actor) -> Team:
    return Team.objects.get(organisation=actor.organisation, kind="dgs")
