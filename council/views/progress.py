"""The frieze of a meeting: six steps deduced from facts, the blocked one with its way out."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from config.lib.text import human_datetime, plural
from config.lib.ui import Step
from council.enums import ConvocationState
from council.models import Convocation, MayorAgreement, Meeting
from council.rules import Finding, blocking
from council.services.handing_over import UNSENT


def steps_of(
    meeting: Meeting,
    *,
    org: str,
    now: datetime,
    items: int,
    findings: list[Finding],
    agreement: MayorAgreement | None,
    agreed: bool,
    convocations: list[Convocation],
) -> list[Step]:
    """Points, accord, ordre du jour, convocation, séance, procès-verbal."""
    told = _Told(meeting, org, now)
    return [
        told.points(items, findings),
        told.agreement(agreement, agreed=agreed, stopped=bool(blocking(findings))),
        told.agenda(agreed=agreed),
        told.convocation(convocations),
        told.session(),
        told.minutes(),
    ]


class _Told:
    """Each step said for one meeting."""

    def __init__(self, meeting: Meeting, org: str, now: datetime) -> None:
        self.meeting, self.org, self.now = meeting, org, now

    def when(self, at: datetime) -> str:
        return human_datetime(at, self.now, self.meeting.timezone)

    def url(self, name: str) -> str:
        return reverse(f"council:{name}", args=[self.org, self.meeting.uid])

    def points(self, items: int, findings: list[Finding]) -> Step:
        stopped = blocking(findings)
        words = plural(items, "point")
        if self.meeting.agenda_frozen_at or self.meeting.convened_at:
            return Step("Points", "done", words)
        if stopped:
            return Step("Points", "blocked", stopped[0].message)
        return Step("Points", "done", words)

    def agreement(self, agreement: MayorAgreement | None, *, agreed: bool, stopped: bool) -> Step:
        label = "Accord du maire"
        if self.meeting.convened_at or agreed:
            at = agreement.answered_at if agreement else None
            return Step(label, "done", self.when(at) if at else "")
        if agreement is None or stopped:
            state = "todo" if stopped else "blocked"
            return Step(
                label,
                state,  # type: ignore[arg-type]
                "L’ordre du jour attend l’accord du maire.",
                "" if stopped else "Lui demander son accord",
                "" if stopped else self.url("meeting-ask"),
            )
        if agreement.agreed is False:
            return Step(
                label,
                "blocked",
                f"Un changement est demandé : « {agreement.refusal_reason} »",
                "Lui redemander son accord",
                self.url("meeting-ask"),
            )
        if agreement.agreed:
            return Step(
                label,
                "blocked",
                "L’ordre du jour a changé depuis l’accord du maire.",
                "Lui redemander son accord",
                self.url("meeting-ask"),
            )
        return Step(label, "current", f"Demandé {self.when(agreement.asked_at)}")

    def agenda(self, *, agreed: bool) -> Step:
        label = "Ordre du jour arrêté"
        frozen = self.meeting.agenda_frozen_at
        if frozen:
            return Step(label, "done", self.when(frozen))
        if agreed:
            return Step(
                label,
                "blocked",
                "Le maire a donné son accord : arrêtez l’ordre du jour.",
                "Arrêter l’ordre du jour",
                self.url("meeting-freeze"),
            )
        return Step(label, "todo")

    def convocation(self, convocations: list[Convocation]) -> Step:
        label = "Convocation"
        if self.meeting.convened_at is None:
            if self.meeting.agenda_frozen_at and not self.meeting.cancelled_at:
                return Step(
                    label,
                    "blocked",
                    "Rien n’est encore parti.",
                    "Préparer l’envoi",
                    self.url("meeting-convene"),
                )
            return Step(label, "todo")
        trouble = [c for c in convocations if c.state in (*UNSENT, ConvocationState.TOO_LATE)]
        if trouble:
            words = plural(len(trouble), "convocation")
            have = "n’a" if len(trouble) == 1 else "n’ont"
            return Step(
                label,
                "blocked",
                f"{words} sur {len(convocations)} {have} pas encore de preuve d’envoi.",
                "Voir la preuve",
                self.url("meeting-proof"),
            )
        return Step(label, "done", self.when(self.meeting.convened_at))

    def session(self) -> Step:
        label = "Séance"
        if self.meeting.adjourned_at:
            return Step(label, "done", self.when(self.meeting.adjourned_at))
        if self.meeting.quorum_missed_at:
            return Step(
                label,
                "blocked",
                "Le quorum n’a pas été atteint.",
                "Convoquer à nouveau",
                self.url("meeting-again"),
            )
        if self.meeting.opened_at:
            return Step(label, "current", "ouverte", "Aller à la séance", self.url("session"))
        if self.meeting.convened_at and self.meeting.starts_at <= self.now:
            return Step(
                label, "current", "l’heure est passée", "Aller à la séance", self.url("session")
            )
        return Step(label, "todo", self.when(self.meeting.starts_at))

    def minutes(self) -> Step:
        label = "Procès-verbal"
        if self.meeting.minutes_settled_at:
            return Step(label, "done", self.when(self.meeting.minutes_settled_at))
        if self.meeting.minutes_drafted_at:
            return Step(label, "current", "en projet")
        return Step(label, "todo")
