"""The paper of an act: extract of the register, order or decision. Frozen data in, PDF out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from council.dossier import french
from council.dossier.data import Letterhead
from council.dossier.french import typeset as t
from council.dossier.letters import letterhead_data
from council.dossier.page_codes import drawings
from council.dossier.typeset import typeset_pdf
from council.dossier.written import blocks, marked
from council.rules.result import ItemResult, Way

APPEAL = (
    "Le maire certifie, sous sa responsabilité, le caractère exécutoire de cet acte et informe "
    "qu’il peut faire l’objet d’un recours devant le tribunal administratif dans un délai de deux "
    "mois à compter de sa publication ou de sa notification."
)


@dataclass(frozen=True, slots=True)
class Hand:
    """One place to sign."""

    title: str
    name: str


@dataclass(frozen=True, slots=True)
class SessionWords:
    """The session, for a deliberation. ``starts_at`` is local; ``convened_on`` a local date."""

    assembly: str
    with_article: str
    starts_at: datetime
    place: str
    convened_on: date | None
    item_number: int


@dataclass(frozen=True, slots=True)
class ActPaper:
    """All that one printed act says."""

    uid: UUID
    letterhead: Letterhead
    head: tuple[str, ...]
    kind: str
    reference: str
    title: str
    subject: str
    text: str
    mention: str
    hands: tuple[Hand, ...]
    at: datetime
    session: SessionWords | None = None
    result: ItemResult | None = None
    rapporteur: str = ""
    dated: date | None = None
    notify: bool = False
    projet: bool = False
    marks: tuple[str, ...] = ()
    # What the law wants on the text put online: its author, their quality, the day (R-PUB-02).
    online: str = ""
    # « Acte exécutoire le… », on a certified copy.
    executory: str = ""


def act_pdf(paper: ActPaper, *, extract: bool = False) -> bytes:
    """The act as PDF/A and PDF/UA, its code on every page. ``extract``: a certified copy, without
    the places to sign twice."""
    data = {
        "letterhead": letterhead_data(paper.letterhead),
        "title": t(f"{paper.kind} {paper.reference} : {paper.title}"),
        "head": [t(one) for one in paper.head],
        "kind": t(paper.kind),
        "register": t(
            f"Extrait du registre des délibérations {french.of(paper.session.with_article)}"
            if paper.session
            else ""
        ),
        "reference": t(f"n° {paper.reference}")
        if paper.reference
        else "Projet" * (not paper.projet),
        "object": t(paper.title),
        "subject": t(paper.subject),
        "session": _session(paper.session) if paper.session else [],
        "attendance": _attendance(paper.result) if paper.result else [],
        "rapporteur": t(paper.rapporteur),
        "blocks": marked(blocks(paper.text), paper.marks),
        "vote": _vote(paper.result) if paper.result else [],
        "nominations": _nominations(paper.result) if paper.result else [],
        "done": _done(paper),
        "hands": [
            {"title": t(hand.title), "name": t(hand.name)}
            for hand in (paper.hands[:1] if extract else paper.hands)
        ],
        "extract": extract,
        "notify": paper.notify,
        "mention": t(paper.mention or APPEAL),
        "projet": paper.projet,
        "online": t(paper.online),
        "executory": t(paper.executory),
        # A draft and what anybody prints from the site bear no code: a page of it among signed
        # acts must go to nobody's folder.
        "codes": [] if paper.projet or paper.online else drawings(paper.uid),
    }
    return typeset_pdf("act", data, at=paper.at)


def _session(session: SessionWords) -> list[str]:
    body = session.with_article
    when = f"{french.long_date(session.starts_at.date())} à {french.hour(session.starts_at)}"
    convened = (
        f", convoqué le {french.long_date(session.convened_on, with_day=False)},"
        if session.convened_on
        else ""
    )
    return [
        t(f"Le {when}, {body}{convened} s’est réuni en séance ; lieu : {session.place}."),
        t(f"Point n° {session.item_number} de l’ordre du jour."),
    ]


def _attendance(result: ItemResult) -> list[dict[str, str]]:
    rows: list[tuple[str, str]] = []
    if result.in_office:
        rows.append(("Membres en exercice", str(result.in_office)))
    if result.chair:
        rows.append(("Présidence", result.chair))
    if result.secretary:
        rows.append(("Secrétaire de séance", result.secretary))
    if result.present:
        rows.append((f"Présents ({len(result.present)})", _names(result.present)))
    if result.represented:
        given = "; ".join(f"{one.giver} (pouvoir à {one.holder})" for one in result.represented)
        rows.append((f"Représentés ({len(result.represented)})", given))
    if result.absent:
        rows.append((f"Absents ({len(result.absent)})", _names(result.absent)))
    if result.recused:
        who = "; ".join(
            f"{one.name} ({one.reason})" if one.reason else one.name for one in result.recused
        )
        rows.append(("N’ont pas pris part", who))
    if result.quorum_sentence:
        rows.append(("Quorum", result.quorum_sentence))
    return [{"name": t(name), "value": t(value)} for name, value in rows]


def _vote(result: ItemResult) -> list[str]:
    """The result sentence, then what it leaves out: the count, the names of a roll call."""
    said = [result.sentence] if result.sentence else []
    tally = result.tally
    if tally is not None and result.way is not Way.NONE and "voix" not in result.sentence:
        parts = [f"pour : {tally.in_favour}", f"contre : {tally.against}"]
        parts.append(f"abstentions : {tally.abstaining}")
        if tally.blank:
            parts.append(f"blancs ou nuls : {tally.blank}")
        if tally.not_voting:
            parts.append(f"ne prennent pas part au vote : {tally.not_voting}")
        said.append(f"Suffrages exprimés : {tally.cast} ({', '.join(parts)}).")
    if result.way is not Way.SECRET:
        for words, names in (
            ("Pour", result.in_favour_names),
            ("Contre", result.against_names),
            ("Abstention", result.abstaining_names),
            ("Sans prendre part au vote", result.not_voting_names),
        ):
            if names and not all(name in result.sentence for name in names):
                said.append(f"{words} : {_names(names)}.")
    return [t(one) for one in said]


def _nominations(result: ItemResult) -> list[dict[str, Any]]:
    """A table for each seat: the candidates, their voices at each round, who is elected."""
    told = []
    for one in result.nominations:
        ordinals = ("1er tour", "2e tour", "3e tour")[: len(one.rounds)]
        rows = [
            [name, *(str(tour.votes[n]) for tour in one.rounds), _elected(name, one.elected)]
            for n, name in enumerate(one.candidates)
        ]
        if any(tour.blank or tour.void for tour in one.rounds):
            rows.append(
                ["Blancs et nuls", *(str(tour.blank + tour.void) for tour in one.rounds), ""]
            )
        told.append(
            {
                "title": t(f"{one.question[:1].upper()}{one.question[1:]}" or "Désignation"),
                "head": ["Candidats", *(t(word) for word in ordinals), "Résultat"],
                "rows": [[t(cell) for cell in row] for row in rows],
            }
        )
    return told


def _elected(name: str, elected: Sequence[str]) -> str:
    return "Désigné·e" if name in elected else ""


def _names(names: Sequence[str]) -> str:
    return ", ".join(names)


def _done(paper: ActPaper) -> str:
    """Where and when it was done; the day stays to be written by hand on an order."""
    place = paper.letterhead.organisation
    if paper.session is not None:
        day = french.long_date(paper.session.starts_at.date(), with_day=False)
        return t(f"Fait et délibéré à {place}, les jour, mois et an ci-dessus ({day}).")
    if paper.dated is not None:
        return t(f"Fait à {place}, le {french.long_date(paper.dated, with_day=False)}.")
    return t(f"Fait à {place}, le")
