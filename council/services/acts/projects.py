"""A point shown as the deliberation that it would make: the same paper, marked « projet »."""

from __future__ import annotations

from dataclasses import replace

from council.dossier.act_paper import ActPaper, act_pdf
from council.enums import ActKind, ActType
from council.models import Act, AgendaItem, Register
from council.services.acts.printing import paper_of
from council.services.acts.signatories import chair_of, title_of
from council.services.reviewing import left_of


def project_paper(item: AgendaItem) -> ActPaper:
    """What the deliberation of this point would say today. Nothing is saved, no number given."""
    body = item.assembly
    register = Register.objects.filter(assembly=body).first() or Register(
        organisation=item.organisation, kind=ActKind.DELIBERATION, assembly=body
    )
    signatory = chair_of(item.meeting) if item.meeting else None
    act = Act(
        uid=item.uid,
        organisation=item.organisation,
        register=register,
        kind=ActKind.DELIBERATION,
        type=ActType.DELIBERATION,
        title=item.title,
        text=item.proposed_text,
        item=item,
        subject_code=item.subject_code,
        signatory=signatory.person if signatory else None,
        signatory_title=title_of(signatory) if signatory else "",
        dated=item.meeting.local_day if item.meeting else None,
        changed_at=item.changed_at,
    )
    marks = tuple(row.words for row in left_of(item))
    return replace(paper_of(act), kind="Projet de délibération", projet=True, marks=marks)


def project_pdf(item: AgendaItem) -> bytes:
    """The same as PDF."""
    return act_pdf(project_paper(item))
