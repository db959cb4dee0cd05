"""The sentences of the commune: visas, considérants and articles that come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.services.locking import lock_organisation
from config.lib.access import require
from council import audit
from council.access import can_keep_snippets
from council.enums import SnippetKind
from council.models import Snippet
from council.services.refusals import Missing, Refusal

#: What a commune that has none may begin with.
USUAL = (
    (
        SnippetKind.VISA,
        "Code général des collectivités territoriales",
        "Vu le code général des collectivités territoriales, notamment ses articles L. 2121-29 et "
        "suivants ;",
    ),
    (SnippetKind.VISA, "Budget de la commune", "Vu le budget primitif de l’exercice … ;"),
    (
        SnippetKind.VISA,
        "Avis de la commission",
        "Vu l’avis de la commission … réunie le … ;",
    ),
    (SnippetKind.WHEREAS, "Intérêt communal", "Considérant l’intérêt pour la commune de … ;"),
    (
        SnippetKind.WHEREAS,
        "Nécessité de délibérer",
        "Considérant qu’il appartient au conseil municipal de se prononcer sur … ;",
    ),
    (
        SnippetKind.ARTICLE,
        "Le maire signe",
        "Le maire est autorisé à signer tout document nécessaire à l’exécution de la présente "
        "délibération.",
    ),
    (SnippetKind.ARTICLE, "Crédits inscrits", "Les crédits sont inscrits au budget, article …."),
)


class TitleTaken(Refusal):
    """Another sentence of the commune bears this name."""


@dataclass(frozen=True, slots=True)
class SnippetContent:
    """What a person writes in one."""

    kind: SnippetKind
    title: str
    text: str


@transaction.atomic
def keep_snippet(
    *, actor: Actor, content: SnippetContent, now: datetime, snippet: Snippet | None = None
) -> Snippet:
    """Add a sentence, or rewrite a known one. Points already written keep their words."""
    organisation = lock_organisation(actor.organisation)
    require(can_keep_snippets(actor))
    title, text = " ".join(content.title.split()), content.text.strip()
    if not title or not text:
        raise Missing("Donnez un nom et un texte à cette formule.")
    kept = (
        Snippet(organisation=organisation)
        if snippet is None
        else Snippet.objects.get(pk=snippet.pk, organisation=organisation)
    )
    if Snippet.objects.filter(organisation=organisation, title=title).exclude(pk=kept.pk).exists():
        raise TitleTaken(f"Une autre formule s’appelle déjà « {title} ».")
    kept.kind, kept.title, kept.text, kept.changed_at = content.kind, title, text, now
    kept.save()
    record(actor, audit.SNIPPET_KEPT, kept, now=now)
    return kept


@transaction.atomic
def remove_snippet(*, actor: Actor, snippet: Snippet, now: datetime) -> None:
    """Take a sentence away; the texts where it was inserted do not change."""
    organisation = lock_organisation(actor.organisation)
    require(can_keep_snippets(actor))
    gone = Snippet.objects.get(pk=snippet.pk, organisation=organisation)
    record(actor, audit.SNIPPET_REMOVED, gone, now=now)
    gone.delete()


@transaction.atomic
def begin_with_usual(*, actor: Actor, now: datetime) -> int:
    """Give a commune the usual sentences. Those whose name is taken are left as they are."""
    lock_organisation(actor.organisation)
    require(can_keep_snippets(actor))
    taken = set(
        Snippet.objects.filter(organisation=actor.organisation).values_list("title", flat=True)
    )
    fresh = [SnippetContent(*one) for one in USUAL if one[1] not in taken]
    for content in fresh:
        keep_snippet(actor=actor, content=content, now=now)
    return len(fresh)
