"""A few deadlines in the demonstration: one near, one late, one far."""

from __future__ import annotations

from datetime import timedelta

from accounts.demo import Stage
from config.lib.clock import local_date
from documents.access import visible_documents
from documents.enums import DeadlineKind
from documents.services.deadlines import Terms, set_deadline

# Who notes it, on which document, what, in how many days, who follows it, with what remark.
_NOTED = (
    (
        "Karim Haddad",
        "Notification DETR préfecture.pdf",
        (DeadlineKind.SUBSIDY, "Commencer les travaux subventionnés par la DETR", 18),
        "Nadia Morel",
        "Passé ce jour, la subvention est perdue. Prévenir la préfecture du commencement.",
    ),
    (
        "Patrick Lefèvre",
        "Devis Eurovia voirie.pdf",
        (DeadlineKind.CONTRACT, "Fin de validité du devis de voirie", -4),
        "",
        "",
    ),
    (
        "Julien Petit",
        "PLU règlement zone UB.pdf",
        (DeadlineKind.OTHER, "Bilan du PLU devant le conseil municipal", 70),
        "",
        "",
    ),
)


def build(stage: Stage) -> None:
    """Noted yesterday, each by somebody who may edit the document."""
    then = stage.now - timedelta(days=1)
    today = local_date(stage.now, "Europe/Paris")
    for who, title, (kind, label, days), owner, note in _NOTED:
        actor = stage.actor(who, at=then)
        set_deadline(
            actor=actor,
            document=visible_documents(actor).get(title=title),
            terms=Terms(
                kind=kind,
                label=label,
                due=today + timedelta(days=days),
                owner=stage.people[owner] if owner else None,
                note=note,
            ),
            now=then,
        )
