"""The sheet that closes a session in the register of deliberations (R-DOC-04)."""

from __future__ import annotations

from council.dossier.act_paper import Hand
from council.dossier.session_papers import closing_pdf
from council.models import Act, Meeting
from council.papers import capital_name, letterhead_of
from council.rules.register import Entry, closing_sentence
from council.services.acts.drafting import NotDecided
from council.services.acts.lists import sitting_words


def closing_sheet(meeting: Meeting) -> bytes:
    """The numbers of the session recalled, who was present, room for both signatures."""
    acts = list(
        Act.objects.filter(item__meeting=meeting)
        .select_related("register", "item", "signatory")
        .order_by("number", "pk")
    )
    if not acts:
        raise NotDecided("Les délibérations de cette séance ne sont pas encore numérotées.")
    entries = [
        Entry(
            ref=str(act.uid),
            number=act.reference,
            order=order,
            session_on=meeting.local_day,
            title=act.title,
            matter=act.subject_code,
        )
        for order, act in enumerate(acts, start=1)
    ]
    results = [one for act in acts if (one := act.item_result) is not None]
    present = list(dict.fromkeys(name for one in results for name in one.present))
    secretary = next((one.secretary for one in results if one.secretary), "")
    lines = [
        ("Délibérations", closing_sentence(meeting.local_day, entries)),
        ("Objets", "\n".join(f"- n° {entry.number} : {entry.title}" for entry in entries)),
    ]
    if present:
        lines.append(("Membres présents", ", ".join(present) + "."))
    # Whoever signs its deliberations: the mayor, or who acts for them that day (L2122-17).
    signer = next((act for act in reversed(acts) if act.signatory is not None), None)
    hands = [
        Hand(
            (signer.signatory_title if signer else "") or "Le maire",
            capital_name(signer.signatory) if signer and signer.signatory else "",
        ),
        Hand("Le ou la secrétaire de séance", secretary),
    ]
    return closing_pdf(
        letterhead_of(meeting.assembly),
        sitting_words(meeting),
        lines,
        hands,
        at=meeting.adjourned_at or meeting.starts_at,
    )
