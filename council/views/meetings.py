"""Meetings as those who prepare them, the agents and the members see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.actor import Actor
from accounts.enums import MailState
from accounts.models import Follow, Mail
from config.lib import clock
from config.lib.access import refuse, require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, read_view, write_view
from config.lib.text import hour, human_datetime, long_date, plural
from council import alerts
from council.access import (
    NOT_THEIRS,
    assemblies_to_propose_to,
    can_agree,
    can_prepare_meeting,
    meetings_to_agree,
    prepared_assemblies,
    visible_items,
    visible_meetings,
)
from council.access_member_rights import can_answer_members
from council.enums import ItemState, MeetingState, QuestionState, RequestState
from council.forms import ChangeMeetingForm, NewMeetingForm, PointRankForm
from council.law import agenda_findings, missing_of, policy_of
from council.models import (
    AgendaItem,
    AgendaItemDocument,
    Amendment,
    Convocation,
    MayorAgreement,
    Meeting,
)
from council.rules import Finding
from council.services import (
    agenda,
    informing,
    planning,
    proving,
    reconvening,
    reviewing,
    sections,
    telling,
    timing,
)
from council.services.refusals import Refusal
from council.views.fetch import meeting_or_404
from council.views.ordering import in_sections
from council.views.pages import form_page, reason_page
from council.views.progress import steps_of
from documents.access import visible_documents

TONES = {
    MeetingState.PREPARATION: "neutral",
    MeetingState.SETTLED: "info",
    MeetingState.CONVENED: "success",
    MeetingState.CANCELLED: "danger",
}
MOST_PAST = 20


def when(meeting: Meeting) -> str:
    """lundi 30 novembre 2026, 20 h 00"""
    local = meeting.local_start
    return f"{long_date(local)}, {hour(local)}"


def line_of(meeting: Meeting, org: str) -> dict[str, Any]:
    """One meeting in a list."""
    state = meeting.state
    return {
        "title": meeting.assembly.name,
        "when": when(meeting),
        "place": meeting.place,
        "state": state.label,
        "tone": TONES.get(state, "neutral"),
        "href": reverse("council:meeting-detail", args=[org, meeting.uid]),
    }


@read_view
def meeting_list(request: AuthedRequest, org: str) -> HttpResponse:
    """Meetings to come, what waits for a place, meetings gone by."""
    actor, now = request.actor, clock.now()
    meetings = visible_meetings(actor).select_related("assembly")
    waiting = (
        visible_items(actor)
        .filter(assembly__in=assemblies_to_propose_to(actor))
        .pool()
        .select_related("assembly", "created_by", "meeting")
    )
    bodies = prepared_assemblies(actor)
    to_agree = (
        meetings_to_agree(actor)
        .filter(pk__in=MayorAgreement.objects.waiting().values("meeting"))
        .in_preparation()
        .upcoming(now)
        .select_related("assembly")
    )
    changes_to_agree = (
        meetings_to_agree(actor)
        .alive()
        .filter(pk__in=Amendment.objects.to_agree().values("meeting"))
        .upcoming(now)
        .select_related("assembly")
    )
    context = {
        "coming": [line_of(m, org) for m in meetings.upcoming(now)],
        "past": [line_of(m, org) for m in meetings.past(now)[:MOST_PAST]],
        "to_agree": [
            line_of(m, org) | {"href": reverse("council:meeting-agree", args=[org, m.uid])}
            for m in to_agree
        ]
        + [
            line_of(m, org) | {"href": reverse("council:amendment-agree", args=[org, m.uid])}
            for m in changes_to_agree
        ],
        "waiting": [
            {
                "title": item.title,
                "meta": f"{item.assembly.name} · {item.get_state_display().lower()}",
                "href": reverse("council:item-detail", args=[org, item.uid]),
            }
            for item in waiting
        ],
        "may_plan": bodies.exists(),
        "may_propose": assemblies_to_propose_to(actor).exists(),
        "org": org,
    }
    return render_page(request, "council/meeting_list.html", context)


@write_view
def meeting_create(request: AuthedRequest, org: str) -> HttpResponse:
    """Plan a meeting."""
    form = NewMeetingForm(request.POST or None, actor=request.actor)
    if not prepared_assemblies(request.actor).exists():
        require(refuse(NOT_THEIRS))
    if request.method == "POST" and form.is_valid():
        try:
            meeting = planning.create_meeting(
                actor=request.actor,
                assembly=form.cleaned_data["assembly"],
                starts_at=form.starts_at(request.actor.organisation.timezone),
                place=form.cleaned_data["place"],
                now=clock.now(),
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "La séance est créée. Inscrivez-y des points.")
            return redirect("council:meeting-detail", org, meeting.uid)
    return form_page(
        request,
        form,
        title="Nouvelle séance",
        intro="Parvis calcule aussitôt la date limite d’envoi des convocations.",
        submit="Créer la séance",
        back=reverse("council:meeting-list", args=[org]),
    )


@read_view
def meeting_detail(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The séance: frieze, legal clock, agenda, pool of points."""
    actor, now = request.actor, clock.now()
    meeting = meeting_or_404(actor, uid)
    may_prepare = bool(can_prepare_meeting(actor, meeting))
    points = list(
        visible_items(actor)
        .filter(meeting=meeting)
        .on_the_agenda()
        .select_related("rapporteur", "assembly", "section")
    )
    pieces = _pieces_of(actor, points)
    context: dict[str, Any] = {
        "meeting": meeting,
        "org": org,
        "when": when(meeting),
        "state": meeting.state.label,
        "state_tone": TONES.get(meeting.state, "neutral"),
        "may_prepare": may_prepare,
        "may_agree": bool(can_agree(actor, meeting)) and meeting.convened_at is None,
        "open": meeting.state == MeetingState.PREPARATION,
        "points": [_point(item, pieces, org) for item in points],
        "lines": [],
        "convened": meeting.convened_at is not None,
        "asked_words": _asked_words(actor, meeting),
        "own": _own_convocation(actor, meeting),
        "follows": Follow.objects.filter(
            organisation=actor.organisation, person=actor.person, object_uid=meeting.uid
        ).exists(),
    }
    if may_prepare:
        policy = policy_of(meeting)
        left = reviewing.left_by_item(points)
        for item, point in zip(points, context["points"], strict=True):
            point["lacks"] = missing_of(
                item, len(point["pieces"]), policy, to_review=len(left.get(item.pk, []))
            )
        context["rank_form"] = PointRankForm(points)
        context["lines"] = in_sections(points, context["points"], sections.in_use(meeting.assembly))
        context |= _preparation(actor, meeting, points, pieces, org, now)
    return render_page(request, "council/meeting_detail.html", context)


def _asked_words(actor: Actor, meeting: Meeting) -> str:
    """« 2 demandes de membres, 1 à répondre », for those who answer."""
    if not can_answer_members(actor, meeting):
        return ""
    pieces = list(meeting.piece_requests.values_list("state", flat=True))
    questions = list(meeting.oral_questions.values_list("state", flat=True))
    waiting = pieces.count(RequestState.ASKED) + questions.count(QuestionState.RECEIVED)
    words = plural(len(pieces) + len(questions), "demande de membre", "demandes de membres")
    if not pieces and not questions:
        return "Demandes des membres"
    return f"{words}, {waiting} à répondre" if waiting else words


def _own_convocation(actor: Actor, meeting: Meeting) -> Convocation | None:
    if meeting.convened_at is None:
        return None
    return (
        Convocation.objects.filter(meeting=meeting, person=actor.person)
        .order_by("-edition__n")
        .first()
    )


def _pieces_of(actor: Actor, points: list[AgendaItem]) -> dict[int, list[dict[str, Any]]]:
    """The pieces of each point; the title of a document that the actor may not read is hidden."""
    rows = list(
        AgendaItemDocument.objects.filter(item__in=points)
        .select_related("document__current_version", "pinned_version")
        .order_by("position", "pk")
    )
    readable = set(
        visible_documents(actor)
        .filter(pk__in=[row.document_id for row in rows])
        .values_list("pk", flat=True)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        may_read = row.document_id in readable
        found.setdefault(row.item_id, []).append(
            {
                "title": (row.label or row.document.title) if may_read else "Document réservé",
                "document": row.document if may_read else None,
            }
        )
    return found


def _point(item: AgendaItem, pieces: dict[int, list[dict[str, Any]]], org: str) -> dict[str, Any]:
    details = [item.get_kind_display()]
    if item.rapporteur:
        details.append(f"rapporteur : {item.rapporteur.full_name}")
    if item.closed_doors:
        details.append("huis clos")
    return {
        "uid": str(item.uid),
        "section": item.section_title,
        "number": item.number,
        "title": item.title,
        "meta": " · ".join(details),
        "pieces": pieces.get(item.pk, []),
        "lacks": "",
        "off": f"{item.uid}:off",
        "recurring": bool(item.recurring),
        "removable": item.state == ItemState.LISTED and item.number is None,
        "href": reverse("council:item-detail", args=[org, item.uid]),
    }


def _preparation(
    actor: Actor,
    meeting: Meeting,
    points: list[AgendaItem],
    pieces: dict[int, list[dict[str, Any]]],
    org: str,
    now: datetime,
) -> dict[str, Any]:
    convocations = list(Convocation.objects.filter(meeting=meeting).order_by("pk"))
    findings = (
        []
        if meeting.convened_at
        else agenda_findings(meeting, [(p, len(pieces.get(p.pk, []))) for p in points], now=now)
    )
    agreement = agenda.current_agreement(meeting)
    agreed = bool(
        agreement and agreement.agreed and agreement.agenda_digest == agenda.digest(meeting)
    )
    told = timing.clock_for(meeting, now=now, items=points, convocations=convocations)
    waiting = AgendaItem.objects.filter(assembly=meeting.assembly_id).pool()
    return {
        "steps": steps_of(
            meeting,
            org=org,
            now=now,
            items=len(points),
            findings=findings,
            agreement=agreement,
            agreed=agreed,
            convocations=convocations,
        ),
        "calls": proving.calls_for(meeting) if meeting.opened_at is None else [],
        "told": _told_of_the_cancellation(meeting, now) if meeting.cancelled_at else [],
        "again": reconvening.second_of(meeting) if meeting.quorum_missed_at else None,
        "informs": informing.informs(meeting.assembly),
        "may_amend": meeting.state == MeetingState.CONVENED and meeting.starts_at > now,
        "amending": meeting.convened_at is not None
        and Amendment.objects.filter(meeting=meeting).open().exists(),
        "clock": told,
        "clock_urls": clock_urls(meeting, org),
        "findings": beside_the_clock(findings),
        "waiting": [
            {
                "uid": item.uid,
                "title": item.title,
                "meta": item.get_state_display(),
                "href": reverse("council:item-detail", args=[org, item.uid]),
                "listable": item.state != "returned",
            }
            for item in waiting
        ],
    }


#: What the clock itself says, point by point.
_SAID_BY_THE_CLOCK = ("R-CONV-15",)


def beside_the_clock(findings: list[Finding]) -> list[Finding]:
    """The findings that the clock on the same page does not say already."""
    return [one for one in findings if one.code not in _SAID_BY_THE_CLOCK]


def clock_urls(meeting: Meeting, org: str) -> dict[str, str]:
    """Where the ways out of a delay that is passed lead; none once everything was sent."""
    if meeting.convened_at is not None:
        return {}
    return {
        "change": reverse("council:meeting-change", args=[org, meeting.uid]),
        "urgency": reverse("council:meeting-urgency", args=[org, meeting.uid]),
    }


def _told_of_the_cancellation(meeting: Meeting, now: datetime) -> list[dict[str, Any]]:
    """Who was convened, and how each is told that the meeting is cancelled."""
    people = telling.convened_people(meeting) if meeting.convened_at else []
    mails = {
        mail.person_id: mail
        for mail in Mail.objects.filter(
            kind=alerts.NOTICE_MAIL,
            dedupe_key__in=[telling.cancellation_key(meeting, one.person_id) for one in people],
        )
    }
    lines = []
    for one in people:
        mail = mails.get(one.person_id)
        lines.append(
            {
                "convocation": one,
                "name": one.person.full_name,
                "phone": one.person.phone,
                "state": mail.get_state_display() if mail else "Lettre à remettre",
                "at": said_when(mail.handed_over_at, meeting, now) if mail else "",
                "letter": mail is None or mail.state in (MailState.FAILED, MailState.CANCELLED),
            }
        )
    return lines


@write_view
def meeting_change(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Another date, hour or place."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_prepare_meeting(request.actor, meeting))
    if meeting.convened_at is not None:
        # What the members were sent changes by a modificatif, agreed to and sent to all.
        return redirect("council:meeting-amend", org, uid)
    form = ChangeMeetingForm(request.POST or None, meeting=meeting)
    back = reverse("council:meeting-detail", args=[org, uid])
    if request.method == "POST" and form.is_valid():
        try:
            planning.change_meeting(
                actor=request.actor,
                meeting=meeting,
                starts_at=form.starts_at(meeting.timezone),
                place=form.cleaned_data["place"],
                now=clock.now(),
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "La date et le lieu sont à jour.")
            return redirect(back)
    return form_page(
        request,
        form,
        title="Changer la date ou le lieu",
        intro="L’accord du maire sera redemandé." if meeting.agenda_frozen_at else "",
        submit="Enregistrer",
        back=back,
    )


@write_view
def meeting_urgency(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Declare the urgency, with its reason."""
    return _with_reason(
        request,
        org,
        uid,
        title="Convoquer en urgence",
        intro="Le délai peut descendre à un jour franc. Le premier point sera « Approbation de "
        "l’urgence » : le conseil en décide, et peut reporter le reste. L’accord du maire sera "
        "demandé sur cet ordre du jour.",
        submit="Déclarer l’urgence",
        tone="danger",
        done="L’urgence est déclarée. Demandez l’accord du maire.",
        verb=planning.declare_urgency,
    )


@post_view
def meeting_ordinary(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Give up the urgency."""
    meeting = meeting_or_404(request.actor, uid)
    try:
        planning.give_up_urgency(actor=request.actor, meeting=meeting, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect("council:meeting-detail", org, uid)


def _with_reason(
    request: AuthedRequest,
    org: str,
    uid: UUID,
    *,
    title: str,
    intro: str,
    submit: str,
    tone: str,
    done: str,
    verb: Any,
) -> HttpResponse:
    """A page that asks why, for one meeting."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_prepare_meeting(request.actor, meeting))
    return reason_page(
        request,
        title=title,
        intro=intro,
        submit=submit,
        variant=tone,
        back=reverse("council:meeting-detail", args=[org, uid]),
        done=done,
        act=lambda why: verb(actor=request.actor, meeting=meeting, reason=why, now=clock.now()),
    )


def said_when(at: datetime | None, meeting: Meeting, now: datetime) -> str:
    """hier à 14 h 32, or nothing."""
    return human_datetime(at, now, meeting.timezone) if at else ""
