"""What waits to be filed in the demonstration, and the first lines of its register of the post."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import format_datetime
from io import BytesIO

from accounts.demo import Stage
from config.lib.clock import local_date
from documents.demo_files import DemoFile, mail, pages
from documents.demo_files.blocks import blocks_of
from documents.enums import ArrivalSource, MailDirection
from documents.services import arriving, bins, filing, registering
from documents.services.arriving import Parcel
from documents.services.filing import Received
from documents.services.registering import Line

_INVOICE = """# EDF Collectivités
Facture n° 10 204 518 772

Date de facture : {day}

Éclairage public et bâtiments communaux, contrat Tarif Jaune.

Montant total TTC à payer : 1 842,36 €. Prélèvement le 28 du mois prochain.
"""
_PREFECTURE = """# Préfecture de l’Allier
Moulins, le {day}

Objet : dotation d’équipement des territoires ruraux, dossier de l’école Jules-Ferry

Monsieur le maire,

Il manque à votre dossier le plan de financement signé. Je vous remercie de me le faire parvenir
avant le 15 du mois prochain.
"""


def build(stage: Stage, unsorted: Iterable[DemoFile]) -> None:
    """The bin with its keepers, five envelopes (one of them held), two letters registered."""
    dgs = stage.actor("Nadia Morel")
    bins.choose_team(actor=dgs, team=stage.teams["État civil"], now=stage.now)
    for hours, parcel in _envelopes(stage):
        arriving.bring(
            organisation=dgs.organisation, parcel=parcel, now=stage.now - timedelta(hours=hours)
        )
    arriving.deposit(
        actor=stage.actor("Claire Fontaine"),
        received=[_received(file.name, file.content) for file in unsorted],
        now=stage.now - timedelta(hours=1),
    )
    _letters(stage)


def _received(name: str, content: bytes) -> Received:
    return filing.receive(BytesIO(content), name)


def _envelopes(stage: Stage) -> list[tuple[int, Parcel]]:
    claire = stage.people["Claire Fontaine"]
    day = f"{_day(stage.now):%d/%m/%Y}"
    invoice = pages.pdf(blocks_of(_INVOICE.format(day=day)))
    letter = pages.pdf(blocks_of(_PREFECTURE.format(day=day)))
    message = mail.eml(
        sender="Énergies <factures@edf.example>",
        to="classer@saint-aubin.example",
        subject="Votre facture est disponible",
        date=format_datetime(stage.now - timedelta(hours=26)),
        body="Bonjour,\n\nVotre facture du mois est jointe.\n",
        attachment=("facture_10204518772.pdf", invoice),
    )
    return [
        (
            26,
            Parcel(
                source=ArrivalSource.MAIL,
                key="demo:edf",
                files=[_received("facture_10204518772.pdf", invoice)],
                sender_name="EDF Collectivités",
                sender_address="factures@edf.example",
                subject="Votre facture est disponible",
                body="Bonjour,\n\nVotre facture du mois est jointe.",
                brought_by=claire,
                original=_received("Votre facture est disponible.eml", message),
            ),
        ),
        (
            20,
            Parcel(
                source=ArrivalSource.SCANNER,
                key="demo:scan",
                files=[_received("SCAN_0047.pdf", letter)],
                sender_name="Copieur de l’accueil",
            ),
        ),
        (
            3,
            Parcel(
                source=ArrivalSource.MAIL,
                key="demo:held",
                files=[_received("changement_RIB.txt", b"Nouveau RIB, a payer ce jour.")],
                sender_name="Michel Garnier",
                sender_address="michel.garnier.mairie@courriel.example",
                subject="URGENT : nouveau RIB du fournisseur",
                held_reason="L’adresse michel.garnier.mairie@courriel.example n’est celle "
                "d’aucun de vos collègues.",
            ),
        ),
    ]


def _day(now: datetime) -> datetime:
    return now - timedelta(days=4)


def _letters(stage: Stage) -> None:
    keeper, today = stage.actor("Claire Fontaine"), local_date(stage.now, "Europe/Paris")
    for days, correspondent, subject, who, due in (
        (12, "Mme Lefort", "Demande de place de stationnement", "Patrick Lefèvre", 3),
        (9, "Département", "Comptage routier de la rue des Tilleuls", "Patrick Lefèvre", None),
        (5, "Préfecture", "Recensement des défibrillateurs", "Claire Fontaine", -1),
    ):
        registering.register(
            actor=keeper,
            direction=MailDirection.INCOMING,
            line=Line(
                day=today - timedelta(days=days),
                correspondent=correspondent,
                subject=subject,
                person=stage.people[who],
                reply_due=today + timedelta(days=due) if due is not None else None,
            ),
            now=stage.now - timedelta(days=days),
        )
