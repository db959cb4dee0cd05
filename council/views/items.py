"""Points: begin them, write them, and the page of each."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view, write_view
from config.lib.text import human_datetime, long_date
from council.access import (
    assemblies_to_propose_to,
    can_edit_item,
    can_keep_snippets,
    can_prepare,
    can_propose,
    can_validate,
    usable_templates,
    visible_items,
)
from council.access_preparing import can_resume
from council.dossier.written import blocks, marked
from council.enums import ItemState, Matter
from council.forms import ItemForm, JoinForm, ListForm, RankForm
from council.law import facts_of, missing_of, policy_of
from council.models import Assembly
from council.rules.agenda import VOTABLE
from council.rules.nomenclature import MATTERS
from council.rules.policy import policy_for
from council.services import items, reviewing
from council.services.refusals import Refusal
from council.services.steps import steps_left
from council.views.advising import advice_lines
from council.views.fetch import (
    MOST_GIVEN,
    documents_given,
    item_or_404,
    meetings_open,
    meetings_under_way,
)
from council.views.meetings import when
from council.views.pieces import piece_lines
from council.views.resuming import former_of, review_lines
from council.views.texts import is_a_text, snippet_choices, with_snippet
from council.views.validating import said_of
from council.workflow import ITEM
from documents.access import visible_documents
from documents.models import Document


def _assembly(request: AuthedRequest) -> Assembly | None:
    """The body chosen; the only one when there is no choice."""
    bodies = assemblies_to_propose_to(request.actor).in_french_order()
    uid = request.GET.get("instance") or request.POST.get("instance")
    if uid:
        try:
            return bodies.filter(uid=UUID(uid)).first()
        except ValueError:
            raise Http404 from None
    every = list(bodies[:2])
    return every[0] if len(every) == 1 else None


@write_view
def item_create(request: AuthedRequest, org: str) -> HttpResponse:
    """A new point, from documents or from nothing; or more pieces of a known one."""
    actor = request.actor
    documents = documents_given(request)
    bodies = list(assemblies_to_propose_to(actor).in_french_order())
    if not bodies:
        require(can_propose(actor, Assembly(organisation_id=actor.organisation.pk)))
    assembly = _assembly(request)
    back = reverse("council:meeting-list", args=[org])
    if assembly is None:
        own = visible_items(actor).pool().select_related("assembly")
        context = {
            "documents": documents,
            "bodies": [(body, _new_url(org, body, documents)) for body in bodies],
            "items": [
                (i, reverse("council:item-join", args=[org, i.uid]) + "?" + _query(documents))
                for i in own
                if can_edit_item(actor, i)
            ][:MOST_GIVEN]
            if documents
            else [],
            "org": org,
            "back": back,
        }
        return render_page(request, "council/item_where.html", context)
    require(can_propose(actor, assembly))
    templates = usable_templates(actor)
    chosen = request.GET.get("modele", "")
    try:
        begun = get_object_or_404(templates, uid=UUID(chosen)) if chosen else None
    except ValueError:
        raise Http404 from None
    inserted = with_snippet(request, "proposed_text")
    form = ItemForm(
        inserted or request.POST or None,
        assembly=assembly,
        actor=actor,
        meetings=meetings_open(assembly, request),
        begun=begun,
    )
    if documents and not begun and not form.is_bound:
        form.initial["title"] = documents[0].title.rpartition(".")[0] or documents[0].title
    if request.method == "POST" and inserted is None and form.is_valid():
        try:
            item = items.draft_item_from_documents(
                actor=actor,
                assembly=assembly,
                content=form.content(),
                documents=documents,
                meeting=form.cleaned_data["meeting"],
                now=clock.now(),
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Le point est enregistré.")
            return redirect("council:item-detail", org, item.uid)
    context = {
        "form": form,
        "assembly": assembly,
        "documents": documents,
        "title": "Nouveau point",
        "submit": "Enregistrer le point",
        "former_url": reverse("council:former-list", args=[org]) if not documents else "",
        "templates": [
            (one.name, f"{_new_url(org, assembly, documents)}&modele={one.uid}")
            for one in templates
        ],
        "begun": begun,
        "back": back,
        "snippets": snippet_choices(request),
    }
    status = 422 if inserted is None and form.is_bound and form.errors else 200
    return render_page(request, "council/item_form.html", context, status=status)


def _query(documents: list[Document]) -> str:
    return urlencode([("document", str(document.uid)) for document in documents])


def _new_url(org: str, assembly: Assembly, documents: list[Document]) -> str:
    url = reverse("council:item-create", args=[org]) + f"?instance={assembly.uid}"
    return f"{url}&{_query(documents)}" if documents else url


@write_view
def item_edit(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Rewrite a point."""
    item = item_or_404(request.actor, uid)
    require(can_edit_item(request.actor, item))
    inserted = with_snippet(request, "proposed_text")
    form = ItemForm(
        inserted or request.POST or None, assembly=item.assembly, actor=request.actor, item=item
    )
    back = reverse("council:item-detail", args=[org, uid])
    if request.method == "POST" and inserted is None and form.is_valid():
        try:
            items.edit_item(actor=request.actor, item=item, content=form.content(), now=clock.now())
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Le point est à jour.")
            return redirect(back)
    context = {
        "form": form,
        "assembly": item.assembly,
        "documents": [],
        "title": "Modifier le point",
        "submit": "Enregistrer",
        "former_url": "",
        "templates": [],
        "begun": None,
        "back": back,
        "snippets": snippet_choices(request),
    }
    status = 422 if inserted is None and form.is_bound and form.errors else 200
    return render_page(request, "council/item_form.html", context, status=status)


@read_view
def item_detail(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """A point, its pieces, and what may be done with it now."""
    actor, now = request.actor, clock.now()
    item = item_or_404(actor, uid)
    may_edit = bool(can_edit_item(actor, item))
    may_prepare = bool(can_prepare(actor, item.assembly))
    listed = item.state == ItemState.LISTED
    pieces = piece_lines(actor, [item]).get(item.pk, [])
    joined = item.pieces.values_list("document_id", flat=True)
    offered = visible_documents(actor).exclude(pk__in=joined).order_by("-changed_at", "pk")
    zone = actor.organisation.timezone
    under_way = (
        meetings_under_way(item.assembly, request)
        if may_prepare and item.state in _POOLED and item.kind not in VOTABLE
        else None
    )
    if under_way is not None and not under_way.exists():
        under_way = None
    left = reviewing.left_of(item) if may_edit else []
    waited = steps_left(item) if may_edit and item.state in _POOLED else []
    context = {
        "item": item,
        "advice": advice_lines(request, item, prepares=may_prepare),
        "may_validate": bool(can_validate(actor, item)),
        "steps_left": [step.name for step in waited],
        "said": said_of(item.pk, zone) if may_edit or may_prepare else [],
        "to_review": review_lines(left),
        "former": former_of(request, item),
        "may_resume": bool(can_resume(actor, item)),
        "may_model": may_prepare and bool(can_keep_snippets(actor)),
        "org": org,
        "pieces": [piece | {"is_a_text": is_a_text(piece["document"])} for piece in pieces],
        "text": marked(blocks(item.proposed_text), [row.words for row in left]),
        "meeting": item.meeting if item.state not in _POOLED else None,
        "meeting_when": when(item.meeting) if item.meeting else "",
        "amending": item.amendment.meeting if item.amendment and item.amendment.is_open else None,
        "state": item.get_state_display(),
        "state_tone": {"returned": "warn", "withdrawn": "danger"}.get(item.state, "neutral"),
        "may_edit": may_edit,
        "may_prepare": may_prepare,
        "may_propose": may_edit and ITEM.allows(item.state, "propose"),
        "may_mark_ready": may_prepare and not waited and ITEM.allows(item.state, "mark_ready"),
        "may_skip": may_prepare and bool(waited),
        "may_return": may_prepare
        and ITEM.allows(item.state, "return")
        and item.created_by_id != actor.person.pk,
        "may_withdraw": may_prepare
        and ITEM.allows(item.state, "withdraw")
        and item.matter != Matter.URGENCY,
        "may_unlist": may_prepare and listed and item.number is None,
        "may_abandon": may_edit and ITEM.allows(item.state, "abandon"),
        "rank_form": RankForm(initial={"rank": item.position}) if may_prepare and listed else None,
        "lacks": missing_of(
            item,
            [piece["nature"] for piece in pieces],
            policy_of(item.meeting)
            if item.meeting
            else policy_for(facts_of(item.assembly), actor.today),
            to_review=len(left),
        )
        if may_edit
        else "",
        "subject": f"{item.subject_code} {MATTERS[item.subject_code]}"
        if item.subject_code in MATTERS
        else "",
        "due": long_date(item.due_on) if item.due_on else "",
        "aimed": when(item.meeting) if item.meeting and item.state in _POOLED else "",
        "list_form": ListForm(
            None, meetings=meetings_open(item.assembly, request), aimed=item.meeting
        )
        if may_prepare and item.state in _POOLED and item.amendment_id is None
        else None,
        "table_form": ListForm(None, meetings=under_way) if under_way is not None else None,
        "has_meetings": may_prepare
        and item.state in _POOLED
        and meetings_open(item.assembly, request).exists(),
        "join_form": JoinForm(None, documents=offered[:MOST_GIVEN]) if may_edit else None,
        "written": human_datetime(item.created_at, now, zone),
    }
    return render_page(request, "council/item_detail.html", context)


_POOLED = (ItemState.DRAFT, ItemState.PROPOSED, ItemState.RETURNED, ItemState.READY)
