"""What typst is given for each page: words chosen here, in French, from the data."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from council.dossier import french
from council.dossier.data import Dossier, Letterhead, Point, Recipient
from council.dossier.french import typeset as t
from council.dossier.typeset import typeset_pdf
from council.dossier.written import blocks

PROXY_RULES = (
    "Un même membre ne peut détenir qu’un seul pouvoir. Le pouvoir est toujours révocable\u00a0; "
    "il ne vaut pas pour plus de trois séances consécutives, sauf maladie dûment constatée "
    "(article L.\u00a02121-20 du code général des collectivités territoriales)."
)


def letterhead_data(letterhead: Letterhead) -> dict[str, Any]:
    """The head of every page."""
    return {
        "organisation": t(letterhead.organisation),
        "address": [t(one) for one in letterhead.address],
        "phone": t(letterhead.phone),
        "email": t(letterhead.email),
        "accent": letterhead.accent,
    }


def session_when(dossier: Dossier) -> str:
    """`lundi 30 novembre 2026 à 20 heures`, on the town hall's clock."""
    start = dossier.session.local_start
    return f"{french.long_date(start.date())} à {french.hour(start)}"


def session_place(dossier: Dossier) -> str:
    """`Salle du conseil, 1 place de la Mairie`."""
    return t(
        ", ".join(one for one in (dossier.session.place, dossier.session.place_address) if one)
    )


def body_with_article(dossier: Dossier) -> str:
    """`le conseil municipal`: the assembly inside a sentence."""
    name = dossier.session.assembly
    article = dossier.session.assembly_article
    inside = name[:1].lower() + name[1:] if name[1:2].islower() else name
    return t(f"{article}{inside}" if article.endswith(("’", "'")) else f"{article} {inside}")


def point_detail(point: Point) -> str:
    """What follows a point's title: who reports, huis clos, for information."""
    parts = [
        f"Rapporteur : {point.rapporteur}" if point.rapporteur else "",
        "à huis clos" if point.closed else "",
        "pour information, sans vote" if point.for_information else "",
    ]
    return t(" · ".join(one for one in parts if one))


def agenda(points: Sequence[Point]) -> list[dict[str, Any]]:
    """The agenda in its sections, in order; a section left and taken up again is said again."""
    return [
        {
            "section": t(section),
            "points": [
                {"number": str(one.number), "title": t(one.title), "detail": point_detail(one)}
                for one in group
            ],
        }
        for section, group in groupby(points, key=lambda one: one.section)
    ]


def convocation_pdf(
    dossier: Dossier, *, recipient: Recipient | None = None, on_paper: bool = False
) -> bytes:
    """The convocation of an edition; addressed to one person, and with its slip, when on paper.

    `R-CONV-02`: agenda, date, time and place. `R-CONV-01`: in the name of the mayor.
    """
    session = dossier.session
    body = body_with_article(dossier)
    when = session_when(dossier)
    written = dossier.written_at.astimezone(session.zone).date()
    body_text = []
    if dossier.urgency_reason:
        body_text.append(
            t(
                f"Cette convocation est faite en urgence : {dossier.urgency_reason.rstrip('.')}. "
                "Il en sera rendu compte dès l'ouverture de la séance ; l'assemblée se prononcera "
                "définitivement sur l'urgence et pourra renvoyer tout ou partie de l'ordre du jour "
                "à une séance ultérieure."
            )
        )
    body_text.extend(t(one) for one in dossier.extra_mentions)
    closing = []
    if on_paper:
        closing.append("Le dossier de la séance est joint à cette lettre.")
        if dossier.proxies_allowed:
            closing.append(
                "Si vous ne pouvez pas venir, vous pouvez donner pouvoir à un autre membre avec la "
                "feuille jointe."
            )
    else:
        closing.append(
            "Le dossier complet de la séance s'ouvre avec le lien personnel du message "
            "électronique qui porte cette convocation ; vous pouvez y dire si vous serez là"
            + (" ou donner pouvoir." if dossier.proxies_allowed else ".")
        )
    name = recipient.salutation if recipient else "Mesdames, Messieurs"
    closing.append(f"Je vous prie d'agréer, {name}, l'expression de mes salutations distinguées.")
    slip = None
    if on_paper and dossier.proxies_allowed and (recipient is None or recipient.voting):
        slip = {
            "giver": t(recipient.name) if recipient else "",
            "ending": {"Madame": "e", "Monsieur": ""}.get(name, "(e)"),
            "assembly": french.of(body),
            "when": when,
            "rules": PROXY_RULES,
        }
    heading = t(f"Convocation {french.of(body)}")
    data = {
        "letterhead": letterhead_data(dossier.letterhead),
        "title": t(f"{heading}, {when}"),
        "description": t(f"{dossier.letterhead.organisation} : ordre du jour de la séance"),
        "heading": heading,
        "written": t(f"Le {french.long_date(written, with_day=False)}"),
        "recipient": None
        if recipient is None
        else {"name": t(recipient.name), "address": [t(one) for one in recipient.address]},
        "changes": [t(one) for one in dossier.changes],
        "salutation": t(name),
        "opening": t(
            f"J'ai l'honneur de vous convoquer à la séance {french.of(body)} qui se tiendra :"
        ),
        "when": when[:1].upper() + when[1:],
        "place": session_place(dossier),
        "paragraphs": body_text,
        "agenda": agenda(dossier.points),
        "closing": t(" ".join(closing[:-1])) + "\n\n" + t(closing[-1]),
        "signatory": {
            "name": t(dossier.signatory.name),
            "title": t(dossier.signatory.title),
            "delegation": t(dossier.signatory.delegation),
        },
        "legal": t(dossier.legal_mention),
        "slip": slip,
    }
    return typeset_pdf("convocation", data, at=dossier.frozen_at)


def cancellation_pdf(
    dossier: Dossier, *, recipient: Recipient, reason: str, written: datetime
) -> bytes:
    """The letter that tells one member that the meeting is cancelled (`R-CONV-10`)."""
    body = french.of(body_with_article(dossier))
    when = session_when(dossier)
    day = written.astimezone(dossier.session.zone).date()
    heading = t(f"Annulation de la séance {body}")
    data = {
        "letterhead": letterhead_data(dossier.letterhead),
        "title": t(f"{heading}, {when}"),
        "description": t(f"{dossier.letterhead.organisation} : annulation de la séance"),
        "heading": heading,
        "written": t(f"Le {french.long_date(day, with_day=False)}"),
        "recipient": {
            "name": t(recipient.name),
            "address": [t(one) for one in recipient.address],
        },
        "changes": [],
        "salutation": t(recipient.salutation),
        "opening": t(f"La séance {body} à laquelle vous étiez convoqué(e) est annulée :"),
        "when": when[:1].upper() + when[1:],
        "place": session_place(dossier),
        "paragraphs": [
            *(t(line.strip()) for line in reason.splitlines() if line.strip()),
            t("Si elle se tient un autre jour, vous recevrez une nouvelle convocation."),
        ],
        "agenda": [],
        "closing": t(
            f"Je vous prie d'agréer, {recipient.salutation}, l'expression de mes salutations "
            "distinguées."
        ),
        "signatory": {
            "name": t(dossier.signatory.name),
            "title": t(dossier.signatory.title),
            "delegation": t(dossier.signatory.delegation),
        },
        "legal": "",
        "slip": None,
    }
    return typeset_pdf("convocation", data, at=written)


def cover_pdf(
    dossier: Dossier, contents: Sequence[dict[str, Any]], *, recipient: Recipient | None = None
) -> bytes:
    """The cover and the table of contents; `contents` rows: level, number, title,
    page or None (a heading has none)."""
    session = dossier.session
    frozen = dossier.frozen_at.astimezone(session.zone)
    edition = "Dossier" if dossier.edition == 1 else f"Dossier modifié, édition {dossier.edition}"
    when = session_when(dossier)
    data = {
        "letterhead": letterhead_data(dossier.letterhead),
        "title": t(f"Dossier de séance : {session.assembly}, {when}"),
        "heading": t(session.title or session.assembly),
        "when": when[:1].upper() + when[1:],
        "place": session_place(dossier),
        "recipient": t(recipient.name) if recipient else "",
        "edition": t(
            f"{edition} arrêté le {french.long_date(frozen.date())} à {french.hour(frozen)}."
        ),
        "contents": list(contents),
    }
    return typeset_pdf("cover", data, at=dossier.frozen_at)


def divider_pdf(dossier: Dossier, point: Point, notes: Sequence[str]) -> bytes:
    """The page that opens a point; `notes` says, for each piece, how many pages it has."""
    count = len(point.pieces)
    details = [one for one in (t(point.section), point_detail(point)) if one]
    data = {
        "letterhead": letterhead_data(dossier.letterhead),
        "heading": t(f"Point n° {point.number}"),
        "title": t(point.title),
        "details": details,
        "texts": [
            {"label": label, "blocks": blocks(text)}
            for label, text in (
                ("Note de synthèse", point.summary),
                ("Avis", "\n".join(point.advice)),
                ("Projet de délibération", point.proposed_text),
            )
            if text.strip()
        ],
        "pieces-title": "1 document" if count == 1 else f"{count} documents",
        "pieces": [
            {"title": t(piece.told), "note": t(note)}
            for piece, note in zip(point.pieces, notes, strict=True)
        ],
    }
    return typeset_pdf("divider", data, at=dossier.frozen_at)
