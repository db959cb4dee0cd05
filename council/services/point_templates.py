"""Models of points: the deliberation that comes back with other names and figures, once written."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.services.locking import lock_organisation
from config.lib.access import require
from council import audit
from council.access import can_keep_snippets
from council.enums import BudgetImpact, ItemKind, Matter
from council.models import PointTemplate
from council.rules.nomenclature import MATTERS
from council.services.items import ItemContent
from council.services.refusals import Missing, Refusal
from council.services.usual_points import USUAL


class NameTaken(Refusal):
    """Another model of the commune bears this name."""


@transaction.atomic
def keep_template(
    *,
    actor: Actor,
    name: str,
    content: ItemContent,
    now: datetime,
    template: PointTemplate | None = None,
) -> PointTemplate:
    """Add a model, or rewrite a known one. Points already begun from it keep their words.

    A model is for every body and every year: who reports, the heading and the budget are not kept.
    """
    organisation = lock_organisation(actor.organisation)
    require(can_keep_snippets(actor))
    called, title = " ".join(name.split()), " ".join(content.title.split())
    if not called or not title:
        raise Missing("Donnez un nom au modèle et un objet au point.")
    if content.subject_code and content.subject_code not in MATTERS:
        raise Missing("Choisissez la matière dans la liste.")
    rows = PointTemplate.objects.filter(organisation=organisation)
    kept = (
        PointTemplate(organisation=organisation) if template is None else rows.get(pk=template.pk)
    )
    if rows.filter(name=called).exclude(pk=kept.pk).exists():
        raise NameTaken(f"Un autre modèle s’appelle déjà « {called} ».")
    kept.name, kept.title = called, title
    kept.kind, kept.matter = content.kind, content.matter
    kept.subject_code = content.subject_code
    kept.budget_impact = content.budget_impact or ""
    kept.closed_doors = content.closed_doors
    kept.summary, kept.proposed_text = content.summary.strip(), content.proposed_text.strip()
    kept.changed_at = now
    kept.save()
    record(actor, audit.TEMPLATE_KEPT, kept, now=now)
    return kept


@transaction.atomic
def remove_template(*, actor: Actor, template: PointTemplate, now: datetime) -> None:
    """Take a model away; the points begun from it do not change."""
    organisation = lock_organisation(actor.organisation)
    require(can_keep_snippets(actor))
    gone = PointTemplate.objects.get(pk=template.pk, organisation=organisation)
    record(actor, audit.TEMPLATE_REMOVED, gone, now=now)
    gone.delete()


@transaction.atomic
def begin_with_usual(*, actor: Actor, now: datetime) -> int:
    """Give a commune the usual models. Those whose name is taken are left as they are."""
    lock_organisation(actor.organisation)
    require(can_keep_snippets(actor))
    rows = PointTemplate.objects.filter(organisation=actor.organisation)
    taken = set(rows.values_list("name", flat=True))
    fresh = [(name, content) for name, content in USUAL if name not in taken]
    for name, content in fresh:
        keep_template(actor=actor, name=name, content=content, now=now)
    return len(fresh)


def content_of(template: PointTemplate) -> ItemContent:
    """What a point begun from this model says."""
    return ItemContent(
        title=template.title,
        kind=ItemKind(template.kind),
        matter=Matter(template.matter),
        summary=template.summary,
        proposed_text=template.proposed_text,
        closed_doors=template.closed_doors,
        subject_code=template.subject_code,
        budget_impact=BudgetImpact(template.budget_impact) if template.budget_impact else None,
    )
