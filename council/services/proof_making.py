"""Drawing up the proof of convocation: one PDF, kept with its digest and, if asked, stamped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.enums import MailState
from config.lib.access import require
from config.lib.text import join_french, plural
from config.work.registry import GiveUp, Retry
from config.work.services import enqueue
from council import audit
from council.access import can_prepare_meeting
from council.dossier import french
from council.dossier.proof_paper import EditionRow, MemberRow, proof_pdf
from council.enums import Channel, ConvocationState, FactKind, Intent
from council.law import notice_of
from council.models import (
    Answer,
    Convocation,
    ConvocationProof,
    DossierEdition,
    EditionPiece,
    InformationCopy,
    Meeting,
    RoundScan,
    SendingFact,
)
from council.papers import letterhead_of, shown_title
from council.rules.delivery import VERDICT_WORDS, Verdict
from council.rules.wording.hours import side_of
from council.services import convening, proving, stamping
from council.services.locking import lock_meeting
from council.services.refusals import Refusal

#: The kind of job that has a proof stamped.
STAMP = "council.proof.stamp"

_TONES = {Verdict.ON_TIME: "ok", Verdict.CURED: "cured", Verdict.TO_RESEND: "bad"}
_WAITING = "Envoi en cours : tout n’est pas encore parti."


class NothingSent(Refusal):
    """There is no edition yet: nothing to prove."""


def make_proof(*, actor: Actor, meeting: Meeting, now: datetime) -> ConvocationProof:
    """Draw up the proof as things stand, and keep it."""
    require(can_prepare_meeting(actor, meeting))
    if not DossierEdition.objects.filter(meeting=meeting).exists():
        raise NothingSent("Rien n’est encore parti : il n’y a rien à prouver.")
    pdf = draw(meeting, made_by=actor.person.full_name, now=now)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        require(can_prepare_meeting(actor, locked))
        last = ConvocationProof.objects.filter(meeting=locked).order_by("-n").first()
        proof = ConvocationProof.objects.create(
            organisation=locked.organisation,
            meeting=locked,
            n=last.n + 1 if last else 1,
            pdf=pdf,
            size=len(pdf),
            sha256=hashlib.sha256(pdf).hexdigest(),
            made_by=actor.person,
            made_at=now,
        )
        record(actor, audit.PROOF_MADE, locked, now=now, data={"sha256": proof.sha256})
        if stamping.is_on():
            enqueue(
                STAMP,
                payload={"proof": str(proof.uid)},
                now=now,
                organisation_id=locked.organisation_id,
                dedupe=str(proof.uid),
            )
    return proof


def stamp(*, proof_uid: str) -> None:
    """Have a proof stamped. Done twice, it stays stamped once."""
    proof = ConvocationProof.objects.get(uid=proof_uid)
    if proof.stamped_at is not None or not stamping.is_on():
        return
    try:
        got = stamping.ask(bytes(proof.pdf))
    except stamping.Unreachable as away:
        raise Retry(str(away)) from away
    except stamping.NotTrusted as wrong:
        raise GiveUp(str(wrong)) from wrong
    ConvocationProof.objects.filter(pk=proof.pk, stamped_at=None).update(
        stamp=got.token, stamped_at=got.at, stamp_authority=got.authority, stamp_problem=""
    )


def note_unstamped(*, proof_uid: str, reason: str) -> None:
    """The authority never answered well: the proof says so and is worth what it was."""
    ConvocationProof.objects.filter(uid=proof_uid, stamped_at=None).update(
        stamp_problem=(reason or "L’horodatage n’a pas abouti.")[:300]
    )


def draw(meeting: Meeting, *, made_by: str, now: datetime) -> bytes:
    """The PDF of the proof as things stand. Writes nothing."""
    zone = ZoneInfo(meeting.timezone)
    lines = proving.lines_of(meeting)
    verdict, counted = proving.whole_verdict(lines)
    start = meeting.local_start
    answers: dict[int, list[Answer]] = {}
    for one in (
        Answer.objects.filter(meeting=meeting)
        .select_related("recorded_by", "received_by")
        .order_by("answered_at", "pk")
    ):
        answers.setdefault(one.person_id, []).append(one)
    pieces = list(
        EditionPiece.objects.filter(edition__meeting=meeting)
        .select_related("item")
        .order_by("edition__n", "position")
    )
    notice = notice_of(meeting)
    return proof_pdf(
        letterhead_of(meeting.assembly),
        heading=meeting.assembly.name,
        when=f"{french.long_date(start.date())} à {french.hour(start)}",
        place=meeting.place,
        notice=f"Délai à tenir : {notice.in_words} ({notice.citation}). La date "
        "qui compte est celle où le message est remis au serveur de courriel, ou le dossier papier "
        "au membre.",
        verdict=proving.WHOLE[verdict] if verdict else _WAITING,
        tone=_TONES[verdict] if verdict else "waiting",
        counted=counted,
        editions=[
            EditionRow(
                n=edition.n,
                frozen=f"figée {told_moment(edition.created_at, zone)}",
                sha256=edition.sha256,
                files=tuple(
                    (_piece_name(one), one.sha256) for one in pieces if one.edition_id == edition.pk
                ),
            )
            for edition in DossierEdition.objects.filter(meeting=meeting).order_by("n")
        ],
        members=[
            _member(line, answers.get(line.convocation.person_id, []), pieces, zone)
            for line in lines
        ],
        sheets=[
            (
                f"{one.version.original_name}, déposée {told_moment(one.filed_at, zone)}",
                one.version.sha256,
            )
            for one in RoundScan.objects.filter(meeting=meeting).select_related("version")
        ],
        copies=[
            (str(one.councillor), _copy_words(one, zone))
            for one in InformationCopy.objects.filter(meeting=meeting)
            .select_related("councillor__person", "edition")
            .order_by("what", "edition__n", "councillor__commune", "pk")
        ],
        made=f"Preuve établie par {made_by}, {told_moment(now, zone)}.",
        at=now,
    )


def _copy_words(copy: InformationCopy, zone: ZoneInfo) -> str:
    what = copy.get_what_display()
    if copy.edition is not None:
        what += f" (édition {copy.edition.n})"
    if copy.mail is None:
        return f"{what} : {copy.words}"
    if copy.settled_at is None:
        return f"{what} : à envoyer à {copy.address}."
    if copy.outcome == MailState.ACCEPTED:
        return f"{what} : acceptée pour {copy.address} {told_moment(copy.settled_at, zone)}."
    return f"{what} : pas partie ({copy.words or 'issue incertaine'})."


def told_moment(at: datetime, zone: ZoneInfo) -> str:
    """« le lundi 30 novembre 2026 à 20 h 05 », on the town hall's clock."""
    local = at.astimezone(zone)
    return f"le {french.long_date(local.date())} à {local.hour} h {local.minute:02d}{_side(local)}"


def _side(local: datetime) -> str:
    """Which of the two hours, the night that the clocks go back: a proof leaves no doubt."""
    side = side_of(local)
    return f" ({side})" if side else ""


def _piece_name(piece: EditionPiece) -> str:
    number = f"Point {piece.item.number} : " if piece.item.number else ""
    return f"{number}{shown_title(piece.label)}"


def _member(
    line: proving.Line, answers: list[Answer], pieces: list[EditionPiece], zone: ZoneInfo
) -> MemberRow:
    convocation = line.convocation
    days = convening.clear_days_of(convocation)
    facts: list[tuple[str, str]] = [
        ("Par", convocation.get_channel_display()),
        ("Adresse", convocation.address or "—"),
        ("Envoyée", _sent(convocation, zone)),
    ]
    if days is not None:
        facts.append(("Délai eu", plural(days, "jour franc", "jours francs")))
    if convocation.accepted_at and convocation.server_reply:
        facts.append(("Acceptée", f"par le serveur : « {convocation.server_reply} »"))
    elif convocation.server_reply:
        facts.append(("Remise", convocation.server_reply))
    if convocation.delivered_at:
        facts.append(("Dans sa boîte", told_moment(convocation.delivered_at, zone)))
    if convocation.channel == Channel.EMAIL:
        opened = convocation.opened_at
        facts.append(("Ouverte", told_moment(opened, zone) if opened else "pas encore"))
    if line.receipt is not None:
        facts.append(("Accusé de réception", _receipt(line.receipt, convocation, pieces, zone)))
    facts += [("Réponse", _answer(one, line, zone)) for one in answers]
    return MemberRow(
        name=convocation.person.full_name,
        function=convocation.mandate.function_label or "",
        edition=convocation.edition.n,
        verdict=VERDICT_WORDS[line.verdict] if line.verdict else "en cours",
        tone=_TONES[line.verdict] if line.verdict else "waiting",
        why=_why(line, zone),
        facts=tuple(facts),
        events=tuple(_events(line.facts, zone)),
    )


def _sent(convocation: Convocation, zone: ZoneInfo) -> str:
    if convocation.handed_over_at is None:
        return convocation.failure or "pas encore"
    by = f", par {convocation.handed_over_by.full_name}" if convocation.handed_over_by else ""
    doubt = ""
    if convocation.state == ConvocationState.UNCERTAIN:
        doubt = " (le serveur n’a pas répondu : issue incertaine)"
    return f"{told_moment(convocation.handed_over_at, zone)}{by}{doubt}"


def _why(line: proving.Line, zone: ZoneInfo) -> str:
    if line.verdict is Verdict.CURED and line.reached_at:
        reached = told_moment(line.reached_at, zone)
        return f"La convocation lui est bien parvenue dans le délai : {reached}."
    if line.verdict is Verdict.TO_RESEND:
        if line.convocation.failure:
            return line.convocation.failure
        return "Partie hors délai, sans preuve qu’elle soit parvenue à temps."
    return ""


def _receipt(
    fact: SendingFact, convocation: Convocation, pieces: list[EditionPiece], zone: ZoneInfo
) -> str:
    """What the member declared themselves; each document is then « ouvert » or « non déclaré »."""
    mine = [one for one in pieces if one.edition_id == convocation.edition_id]
    declared = set(fact.pieces)
    yes = [_piece_name(one) for one in mine if str(one.uid) in declared]
    no = [_piece_name(one) for one in mine if str(one.uid) not in declared]
    said = f"donné {told_moment(fact.at, zone)}."
    if yes:
        said += f" Documents qu’il déclare avoir ouverts : {join_french(yes)}."
    if no:
        said += f" Non déclarés : {join_french(no)}."
    return said


_INTENTS = {
    Intent.PRESENT: "sera là",
    Intent.ABSENT: "ne sera pas là",
    Intent.PROXY: "donne pouvoir",
}


def _answer(answer: Answer, line: proving.Line, zone: ZoneInfo) -> str:
    words = _INTENTS[Intent(answer.intent)]
    current = answer.replaced_at is None
    if answer.intent == Intent.PROXY and current and line.proxy is not None:
        words += f" à {line.proxy.holder.full_name}"
    by = proving.source_words(answer)
    ended = "" if current else f" Remplacée {told_moment(answer.replaced_at, zone)}."  # type: ignore[arg-type]
    return f"{words}, {told_moment(answer.answered_at, zone)}, {by}.{ended}"


def _events(facts: Iterable[SendingFact], zone: ZoneInfo) -> Iterable[tuple[str, str]]:
    for one in facts:
        if one.kind == FactKind.RECEIPT:
            continue
        parts = [one.get_kind_display()]
        if one.address:
            parts.append(f"à {one.address}")
        if one.by:
            parts.append(f"par {one.by.full_name}")
        told = " ".join(parts)
        details = " ".join(part for part in (one.code, one.words) if part)
        local = one.at.astimezone(zone)
        yield (f"{local:%d/%m/%Y %H:%M}{_side(local)}", told + (f" : {details}" if details else ""))
