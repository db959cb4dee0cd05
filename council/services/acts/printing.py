"""Printing acts: from rows to the PDF filed in the tree, by a job that may be done twice."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.db import transaction

from accounts.actor import Actor, actor_for
from accounts.models import Person
from config.lib.access import refuse, require
from config.lib.storage import blobs
from config.work.services import enqueue
from council.access_acts import can_edit_act, can_keep_act
from council.dossier.act_paper import ActPaper, Hand, SessionWords, act_pdf
from council.dossier.data import Letterhead
from council.enums import ActKind, ActState
from council.models import Act, Meeting, Register
from council.papers import ACCENT, article_of, capital_name, letterhead_of
from council.rules.enforce import executory_sentence, formalities_of, must_be_published
from council.rules.nomenclature import MATTERS
from council.services.acts.locking import lock_act
from council.services.acts.places import folder_of_act
from documents.models import Version
from documents.services import filing
from documents.services.locking import lock_organisation

#: The job that prints an act.
TYPESET = "council.act.typeset"
_KINDS = {
    ActKind.DELIBERATION: "Délibération",
    ActKind.ORDER: "Arrêté",
    ActKind.DECISION: "Décision",
}


def ask_for_paper(actor: Actor, act: Act, now: datetime) -> None:
    """Have the act printed in the background, in the name of whoever asks. In a transaction."""
    ask_for_paper_of(actor.person, act, now)


def ask_for_paper_of(person: Person, act: Act, now: datetime) -> None:
    """The same in the name of a person, when the clock asks."""
    if act.state not in (ActState.DRAFT, ActState.TO_SIGN):
        return
    enqueue(
        TYPESET,
        payload={"act": act.pk, "person": person.pk},
        now=now,
        organisation_id=act.organisation_id,
        dedupe=str(act.pk),
    )


def print_act(*, act_id: int, person_id: int, now: datetime) -> Version | None:
    """Print an act as it is now and file it: a new document, or its next version.

    The page is set outside any lock. If the text changed meanwhile, nothing is filed: the job of
    that change prints it. The same text gives the same bytes, hence the same version.
    """
    act = _read(act_id)
    actor = actor_for(Person.objects.get(pk=person_id), act.organisation, now=now)
    if actor is None or act.is_signed or act.state == ActState.CANCELLED:
        return None
    seen = (act.revision, act.number)
    if act.own_file and act.own_version is not None:
        # Its own pages, which now say its number.
        content = coded_pages(act, blobs().path(act.own_version.storage_key))
    else:
        content = act_pdf(paper_of(act))
    received = filing.receive(io.BytesIO(content), file_name(act))
    with transaction.atomic():
        lock_organisation(act.organisation_id)
        locked = lock_act(act)
        if (locked.revision, locked.number) != seen or locked.is_signed:
            return None
        if not can_edit_act(actor, locked):
            require(can_keep_act(actor, locked))
        return file_version(
            actor, locked, received, now=now, reason="Projet", field="draft_version"
        )


def coded_pages(act: Act, source: Path) -> bytes:
    """Somebody's own PDF with the code of the act on each page. Raises CannotTake."""
    # Carried only by the process where such a file is brought: with it comes pikepdf.
    from council.dossier import own_pages

    label = " ".join(f"{_KINDS[ActKind(act.kind)]} {act.reference or 'en projet'}".split())
    return own_pages.with_codes(
        source,
        uid=act.uid,
        label=label,
        letterhead=letterhead_of_register(act.register),
        at=act.created_at,
    )


def file_version(
    actor: Actor, act: Act, received: filing.Received, *, now: datetime, reason: str, field: str
) -> Version:
    """Put bytes in the document of an act, made in its folder the first time.

    Organisation and act are held by the caller.
    """
    if act.document is None:
        filed = filing.file_document(
            actor=actor,
            folder=folder_of_act(actor, act, now=now),
            received=received,
            now=now,
            keep_both=True,
            reason=reason,
        )
        act.document = filed.document
    else:
        if act.document.trashed_at is not None:
            require(refuse(f"« {act.document.title} » est à la corbeille : reprenez-le d’abord."))
        filed = filing.add_version(
            actor=actor, document=act.document, received=received, now=now, reason=reason
        )
    setattr(act, field, filed.version)
    act.save(update_fields=["document", field])
    return filed.version


def file_name(act: Act) -> str:
    """« Délibération 2026-017 Tarifs de la cantine.pdf »"""
    title = act.title if len(act.title) <= 80 else f"{act.title[:79].rstrip()}…"
    return " ".join(f"{_KINDS[ActKind(act.kind)]} {act.reference} {title}".split()) + ".pdf"


def extract_pdf(act: Act) -> bytes:
    """A certified copy of an act, printed from what was kept of it."""
    said = executory_sentence(act.facts) if act.enforceable_on else ""
    return act_pdf(replace(paper_of(act), executory=said), extract=True)


def subject_words(code: str) -> str:
    """« 7.10 Divers »; the bare code when it is local to a prefecture."""
    return f"{code} {MATTERS.get(code, '')}".strip()


def paper_of(act: Act) -> ActPaper:
    """All that the paper says, from the rows as they are."""
    register = act.register
    result = act.item_result
    title = act.signatory_title or "Le maire"
    hands = [Hand(title, capital_name(act.signatory) if act.signatory else "")]
    if act.item is not None:
        hands.append(Hand("Le ou la secrétaire de séance", result.secretary if result else ""))
    return ActPaper(
        uid=act.uid,
        letterhead=letterhead_of_register(register),
        head=tuple(line.strip() for line in register.head.splitlines() if line.strip())
        or ("République française",),
        kind=_KINDS[ActKind(act.kind)],
        reference=act.reference,
        title=act.title,
        subject=subject_words(act.subject_code),
        text=act.text,
        mention=register.mention,
        hands=tuple(hands),
        at=act.changed_at,
        session=_session(act) if act.item and act.item.meeting else None,
        result=result,
        rapporteur=act.item.rapporteur.full_name if act.item and act.item.rapporteur else "",
        dated=act.dated,
        notify=formalities_of(act.sort).notify or not must_be_published(act.facts),
    )


def letterhead_of_register(register: Register) -> Letterhead:
    """The head of the body whose acts it keeps, else the organisation's own."""
    if register.assembly is not None:
        return letterhead_of(register.assembly)
    organisation = register.organisation
    return Letterhead(
        organisation=organisation.name,
        address=tuple(one.strip() for one in organisation.address.splitlines() if one.strip()),
        phone=organisation.phone,
        email=organisation.email,
        accent=organisation.accent or ACCENT,
    )


def _session(act: Act) -> SessionWords | None:
    item = act.item
    meeting: Meeting | None = item.meeting if item else None
    if item is None or meeting is None:
        return None
    name = meeting.assembly.name
    article = article_of(name)
    inside = name[:1].lower() + name[1:] if name[1:2].islower() else name
    joined = f"{article}{inside}" if article.endswith("’") else f"{article} {inside}"
    return SessionWords(
        assembly=name,
        with_article=joined,
        starts_at=meeting.local_start,
        place=meeting.place,
        convened_on=meeting.convened_at.astimezone(meeting.tz).date()
        if meeting.convened_at
        else None,
        item_number=item.number or item.position,
    )


def _read(act_id: int) -> Act:
    return Act.objects.select_related(
        "register__assembly__organisation",
        "register__organisation",
        "organisation",
        "item__meeting__assembly",
        "item__rapporteur",
        "own_version",
        "signatory",
    ).get(pk=act_id)
