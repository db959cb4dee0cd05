"""The page of a meeting: its steps, its legal clock, its agenda, what waits for a place."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from accounts.actor import Actor
from accounts.enums import MailState
from accounts.models import Follow, Mail
from config.lib import clock
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view
from config.lib.text import plural
from council import alerts
from council.access import can_agree, can_prepare_meeting, visible_items
from council.access_member_rights import can_answer_members
from council.enums import ItemState, MeetingState, QuestionState, RequestState
from council.forms import PointRankForm
from council.law import agenda_findings, missing_of, policy_of
from council.models import AgendaItem, Amendment, Convocation, Meeting
from council.rules import Finding
from council.services import (
    agenda,
    informing,
    proving,
    reconvening,
    reviewing,
    sections,
    telling,
    timing,
)
from council.views.fetch import meeting_or_404
from council.views.meetings import TONES, said_when, when
from council.views.ordering import in_sections
from council.views.pieces import piece_lines
from council.views.progress import steps_of


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
    pieces = piece_lines(actor, points)
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
                item,
                [one["nature"] for one in point["pieces"]],
                policy,
                to_review=len(left.get(item.pk, [])),
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
