"""How often the right folder is proposed first, and among the first three.

A year of papers of twelve shelves is filed, then papers never seen arrive, with file names that say
nothing. Deterministic; the words of what arrives are drawn apart from those that were filed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import pytest

from config.lib.access import Refused
from documents.enums import Role
from documents.models import Folder
from documents.rules.clues import clues_of, good_name, kind_of
from documents.services import bins, folders, rights
from documents.services.suggesting import suggest
from tests.documents.arrivals.bringing import bring
from tests.documents.tree_of_cast import Tree

TODAY = date(2026, 11, 22)
# Shelf: (who writes, subjects filed before, subjects that arrive, the words of such a paper).
SHELVES = {
    "Factures énergie": ("factures@edf.fr EDF", "mairie|école|gymnase", "stade|salle des fêtes",
                         "Facture d'électricité, net à payer, consommation en kWh"),
    "Factures eau": ("relation@saur.fr Saur", "mairie|école|cimetière", "fontaine|vestiaires",
                     "Facture d'eau, net à payer, relevé du compteur en mètres cubes"),
    "Devis voirie": ("contact@colas.fr Colas", "rue des Tilleuls|chemin vert", "place du marché",
                     "Devis de travaux de voirie, enrobé, bordures, trottoirs"),
    "Permis de construire": ("ddt@allier.gouv.fr DDT", "maison Dupont|garage Morin", "hangar Rey",
                             "Permis de construire, demande déposée, parcelle cadastrale"),
    "Cantine": ("menus@apicuisine.fr Api", "menus janvier|menus mars", "menus juin",
                "Menus de la cantine scolaire, entrée, plat, dessert, allergènes"),
    "Subventions": ("detr@allier.gouv.fr Préfecture", "école|église", "gymnase",
                    "Subvention DETR, dotation d'équipement, plan de financement"),
    "Assurances": ("contrats@groupama.fr Groupama", "flotte|bâtiments", "responsabilité civile",
                   "Contrat d'assurance, police, échéance, cotisation, sinistre"),
    "Associations": ("foot@clubaubin.org Club", "tournoi|loto", "vide-grenier",
                     "Association, demande de salle, manifestation, buvette"),
    "Conventions": ("sdis@sdis03.fr SDIS", "caserne|exercice", "formation",
                    "Convention de mise à disposition entre les parties, articles"),
    "Comptes rendus commissions": ("julien.petit@exemple.fr Julien", "travaux|finances", "école",
                                   "Compte rendu de la commission, présents, excusés, décisions"),
    "Éclairage public": ("syndicat@sde03.fr SDE", "lampadaires bourg|armoire", "lampadaires gare",
                         "Rapport d'intervention sur l'éclairage public, candélabres, pannes"),
    "Bibliothèque": ("libraire@lespages.fr Pages", "romans|albums", "bandes dessinées",
                     "Bon de commande de livres pour la bibliothèque, éditeur, ISBN"),
}  # fmt: skip


def _paper(words: str, subject: str, dice: random.Random) -> bytes:
    parts = words.split(", ")
    dice.shuffle(parts)
    day = f"{dice.randint(1, 28)}/{dice.randint(1, 12):02d}/2026"
    text = f"Le {day}\nObjet : {subject}\nMonsieur le maire,\n{', '.join(parts)}.\nCordialement."
    return text.encode()


@pytest.fixture
def shelves(tree: Tree, run_jobs: Callable[[], int]) -> dict[str, Folder]:
    cast, dice = tree.cast, random.Random(3)
    made = {}
    for shelf, (author, before, _, words) in SHELVES.items():
        made[shelf] = folders.create_folder(
            actor=cast.dgs, parent=tree.root, name=shelf, now=cast.now
        )
        name = author.partition(" ")[2]
        for rank, subject in enumerate(before.split("|") * 3):
            content = f"{name}\n".encode() + _paper(words, subject, dice)
            tree.file(f"{subject} {rank}.txt", content, by=cast.nadia, folder=made[shelf])
    run_jobs()
    return made


def test_the_right_folder_is_proposed_first(
    tree: Tree, shelves: dict[str, Folder], run_jobs: Callable[[], int],
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    dice, first, among, wrong = random.Random(4), 0, 0, []
    arrivals = []
    for shelf, (author, _, after, words) in SHELVES.items():
        address, _, name = author.partition(" ")
        for subject in after.split("|"):
            for known in (True, False):  # forwarded by its author, or scanned without one
                paper = _paper(words, subject, dice)
                (arrival,) = bring(
                    tree, (f"scan{len(arrivals):04d}.txt", paper), subject="",
                    sender=address if known else "", sender_name=name if known else "",
                )  # fmt: skip
                arrivals.append((shelf, arrival))
    run_jobs()
    for shelf, arrival in arrivals:
        arrival.refresh_from_db()
        found = suggest(actor=tree.cast.dgs, arrival=arrival, now=tree.cast.now)
        names = [place.folder.name for place in found.places]
        first += names[:1] == [shelf]
        among += shelf in names
        if names[:1] != [shelf]:
            wrong.append((shelf, names))
    total = len(arrivals)
    record_property("top-1", first / total)
    record_property("top-3", among / total)
    print(f"top-1 {first}/{total}, top-3 {among}/{total}", wrong)  # noqa: T201
    assert first / total >= 0.8, wrong
    assert among / total >= 0.95, wrong


def test_nothing_is_proposed_nor_said_of_what_the_reader_may_not_edit(
    tree: Tree, shelves: dict[str, Folder], run_jobs: Callable[[], int]
) -> None:
    cast = tree.cast
    (arrival,) = bring(tree)
    run_jobs()
    arrival.refresh_from_db()
    assert suggest(actor=cast.dgs, arrival=arrival, now=cast.now).places
    julien = cast.actor(cast.julien)
    with pytest.raises(Refused):
        suggest(actor=julien, arrival=arrival, now=cast.now)
    bins.choose_team(actor=cast.dgs, team=cast.urbanisme, now=cast.now)
    assert suggest(actor=julien, arrival=arrival, now=cast.now).places == ()
    rights.set_role(
        actor=cast.dgs, obj=shelves["Cantine"], principal=cast.julien, role=Role.EDITOR,
        now=cast.now, confirmed=True,
    )  # fmt: skip
    julien = cast.actor(cast.julien)
    places = suggest(actor=julien, arrival=arrival, now=cast.now).places
    assert {place.folder.name for place in places} <= {"Cantine"}
    assert not any("EDF" in place.because for place in places)


@pytest.mark.parametrize(
    ("name", "text", "code", "day", "good"),
    [
        ("scan0012.pdf", "EDF\nFacture n° 12\nDate de facture : 12/03/2026\nÉchéance : 12/04/2026",
         "FACT", date(2026, 3, 12), None),
        ("Devis toiture école.pdf", "SARL Dubois Couverture\nDevis du 3 février 2026, valable "
         "jusqu'au 3 mai 2026", "DEVIS", date(2026, 2, 3), None),
        ("doc.pdf", "Arrêté municipal n° 2026-14\nFait à Saint-Aubin, le 1er août 2026",
         "ARR", date(2026, 8, 1), None),
        ("CR_COMMISSION-VOIRIE_20260312.pdf", "", "CR", date(2026, 3, 12),
         "CR_COMMISSION-VOIRIE_20260312.pdf"),
        ("convocation.pdf", "Vous êtes convoqué le 30/02/2026", "CONVOC", None, None),
        ("IMG_1.jpg", "", "", None, "IMG_1.jpg"),
    ],
)  # fmt: skip
def test_clues(name: str, text: str, code: str, day: date | None, good: str | None) -> None:
    clues = clues_of(name=name, text=text, today=TODAY)
    assert (clues.kind.code if clues.kind else "") == code
    assert clues.day == day
    if good:
        ending = name.rpartition(".")[2]
        said = good_name(clues, extension=ending, day=clues.day or TODAY, fallback=name)
        assert said == good


def test_kinds_are_read_in_names() -> None:
    for name, code in (("FACT_EDF_20260112", "FACT"), ("Délib tarifs cantine", "DELIB"),
                       ("PV du conseil", "PV"), ("Arrêté du maire 12", "ARR")):  # fmt: skip
        kind = kind_of(name)
        assert kind is not None
        assert kind.code == code
