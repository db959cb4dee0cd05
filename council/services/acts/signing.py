"""From a draft to a signed act: present, agree or send back, record the signature."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Person
from accounts.notifications import notify, settle
from config.lib.access import require
from council import alerts_acts, audit
from council.access_acts import can_agree_to_act, can_keep_act
from council.dossier import french
from council.enums import ActState, SignatureMode
from council.models import Act, Mandate
from council.services.acts.drafting import tell
from council.services.acts.locking import lock_act
from council.services.acts.printing import ask_for_paper, file_version
from council.services.acts.registers import give_number
from council.services.acts.signatories import person_title
from council.services.refusals import Missing, Refusal
from council.workflow import ACT
from documents.services import filing
from documents.services.holds import hold
from documents.services.locking import lock_organisation

#: What the models leave to be filled: « … » alone, not the end of a word.
_BLANK = re.compile(r"(?<!\S)…(?=$|[\s;.,])")


class NotNow(Refusal):
    """The act is not in a state where this can be done."""


class NoSignatory(Refusal):
    """Nobody is named to sign, or that person has no mandate."""


class NotWhatWasShown(Refusal):
    """The paper changed since it was read."""


class HasOriginal(Refusal):
    """The signed original is there."""


class WrongDate(Refusal):
    """A signature cannot bear this date."""


@transaction.atomic
def present_for_signature(
    *, actor: Actor, act: Act, now: datetime, signatory: Person | None = None
) -> Act:
    """Show a draft to whoever signs it. It takes its number now, and keeps it."""
    locked = lock_act(act)
    require(can_keep_act(actor, locked))
    if locked.state == ActState.TO_SIGN:
        return locked
    _must(locked, "present")
    who = signatory or locked.signatory
    seats = Mandate.objects.filter(organisation=locked.organisation, person=who)
    if who is None or not seats.current(actor.today).exists():
        raise NoSignatory("Dites qui signe : le maire, ou l’adjoint qui en a reçu délégation.")
    _must_be_written(locked)
    locked.signatory = who
    locked.signatory_title = person_title(who, locked, actor.today)
    give_number(locked, year=actor.today.year)
    locked.state = ACT.next(locked.state, "present")
    locked.state_reason = ""
    locked.changed_at = now
    locked.save()
    record(actor, audit.ACT_PRESENTED, locked, now=now, data={"number": locked.reference})
    tell(actor, "council.act.presented", locked, now)
    ask_for_paper(actor, locked, now)
    _tell_signatory(actor, locked, now)
    return locked


@transaction.atomic
def agree(*, actor: Actor, act: Act, shown: str, now: datetime) -> Act:
    """« Bon pour signature », by the signatory, on the bytes that were shown (their SHA-256).

    It is not the signature (CRPA L212-3 wants a hand or a certificate): it says that the text is
    right, so that the paper may be printed and signed, or sent to the certificate.
    """
    locked = lock_act(act)
    require(can_agree_to_act(actor, locked))
    _must(locked, "sign")
    version = locked.draft_version
    if version is None or version.sha256 != shown:
        raise NotWhatWasShown("L’acte a changé depuis que vous l’avez ouvert : relisez-le.")
    if locked.agreed_sha256 == shown:
        return locked
    locked.agreed_at, locked.agreed_sha256 = now, shown
    locked.save(update_fields=["agreed_at", "agreed_sha256"])
    record(actor, audit.ACT_AGREED, locked, now=now, data={"sha256": shown})
    _not_to_sign(locked, now)
    tell(actor, "council.act.agreed", locked, now)
    _tell_author(actor, locked, alerts_acts.ACT_AGREED, now)
    return locked


@transaction.atomic
def send_back(*, actor: Actor, act: Act, reason: str, now: datetime) -> Act:
    """Ask for a correction before signing. The number stays its own."""
    locked = lock_act(act)
    if not can_keep_act(actor, locked):
        require(can_agree_to_act(actor, locked))
    if not reason.strip():
        raise Missing("Dites en quelques mots ce qu’il faut corriger.")
    _must(locked, "send_back")
    locked.state = ACT.next(locked.state, "send_back")
    locked.state_reason = reason.strip()
    locked.agreed_at, locked.agreed_sha256 = None, ""
    locked.changed_at = now
    locked.save()
    record(actor, audit.ACT_SENT_BACK, locked, now=now, data={"reason": reason.strip()})
    _not_to_sign(locked, now)
    tell(actor, "council.act.sent_back", locked, now)
    _tell_author(actor, locked, alerts_acts.ACT_SENT_BACK, now)
    return locked


@transaction.atomic
def note_signature(
    *,
    actor: Actor,
    act: Act,
    signed_on: date,
    mode: SignatureMode,
    now: datetime,
    received: filing.Received | None = None,
) -> Act:
    """The act was signed that day; ``received`` is the signed file that came back, when there is
    one. It takes the place of the draft in the document of the act.

    Noted again with the same bytes, nothing changes. Another file never takes the place of the
    signed original by this way (see `replace_original`).
    """
    lock_organisation(actor.organisation.pk)
    locked = lock_act(act)
    require(can_keep_act(actor, locked))
    if locked.is_signed:
        return _add_original(actor, locked, received, now)
    _must(locked, "sign")
    if locked.signatory is None:
        raise NoSignatory("Dites d’abord qui signe cet acte.")
    if signed_on > actor.today:
        raise WrongDate("Une signature ne peut pas être datée de demain ou plus tard.")
    if locked.dated is not None and signed_on < locked.dated:
        day = french.long_date(locked.dated)
        raise WrongDate(f"La signature ne peut pas précéder l’acte ({day}).")
    if locked.dated is None:
        locked.dated = signed_on
    locked.signed_on = signed_on
    locked.signature_mode = mode
    locked.state = ACT.next(locked.state, "sign")
    locked.state_reason = ""
    locked.changed_at = now
    locked.save()
    if received is not None:
        _file_original(actor, locked, received, now)
    record(actor, audit.ACT_SIGNED, locked, now=now, data={"mode": mode})
    _not_to_sign(locked, now)
    tell(actor, "council.act.signed", locked, now)
    return locked


def _add_original(actor: Actor, act: Act, received: filing.Received | None, now: datetime) -> Act:
    """The file of an act already noted as signed, when it comes later."""
    if received is None:
        return act
    known = act.signed_version
    if known is None:
        _file_original(actor, act, received, now)
        record(actor, audit.ACT_ORIGINAL, act, now=now)
    elif known.sha256 != received.stored.sha256:
        raise HasOriginal(
            f"{act.get_kind_display()} {act.reference} : l’original signé est déjà là, "
            "il ne se remplace pas."
        )
    return act


@transaction.atomic
def replace_original(
    *, actor: Actor, act: Act, received: filing.Received | None, reason: str, now: datetime
) -> Act:
    """The file kept as the signed original was not the right one: another takes its place, the
    former stays in the history of the document. Not once the prefecture was sent it."""
    lock_organisation(actor.organisation.pk)
    locked = lock_act(act)
    require(can_keep_act(actor, locked))
    former = locked.signed_version
    if former is None:
        raise NotNow("Cet acte n’a pas encore d’original signé.")
    if received is None:
        raise Missing("Choisissez le bon fichier.")
    if not reason.strip():
        raise Missing("Dites pourquoi ce fichier n’est pas le bon\u00a0: l’historique le dira.")
    if locked.transmitted_at is not None:
        raise HasOriginal(
            "Cet acte est parti en préfecture\u00a0: ce qu’elle a reçu est l’original, il ne se "
            "remplace pas."
        )
    if former.sha256 == received.stored.sha256:
        raise HasOriginal("C’est le même fichier que celui qui est déjà là.")
    _file_original(actor, locked, received, now, instead=reason.strip())
    record(
        actor,
        audit.ACT_ORIGINAL_REPLACED,
        locked,
        now=now,
        data={"former": former.sha256, "sha256": received.stored.sha256},
    )
    return locked


def _file_original(
    actor: Actor, act: Act, received: filing.Received, now: datetime, *, instead: str = ""
) -> None:
    day = french.long_date(act.signed_on, with_day=False) if act.signed_on else ""
    why = (
        f"Signé le {day}. À la place d’un autre\u00a0: {instead}" if instead else f"Signé le {day}"
    )
    version = file_version(actor, act, received, now=now, reason=why[:300], field="signed_version")
    # Nothing that was signed is ever purged.
    hold(version, f"Original signé : {act.reference}", holder_uid=act.uid, now=now)


@transaction.atomic
def cancel_number(*, actor: Actor, act: Act, reason: str, now: datetime) -> Act:
    """Give up an act before it is signed. Its number, when it has one, is never given again: the
    register says why it is empty."""
    locked = lock_act(act)
    require(can_keep_act(actor, locked))
    if not reason.strip():
        raise Missing("Dites pourquoi cet acte est abandonné : le registre le dira.")
    _must(locked, "cancel")
    locked.state = ACT.next(locked.state, "cancel")
    locked.state_reason = reason.strip()
    locked.changed_at = now
    locked.save()
    record(actor, audit.ACT_CANCELLED, locked, now=now, data={"reason": reason.strip()})
    _not_to_sign(locked, now)
    tell(actor, "council.act.cancelled", locked, now)
    return locked


def _must_be_written(act: Act) -> None:
    """Nobody signs what is empty, nor a model whose blanks were left."""
    if act.own_file:
        return
    if not act.text.strip():
        raise Missing("Écrivez le texte de l’acte, ou joignez votre document, avant la signature.")
    left = next((line for line in act.text.splitlines() if _BLANK.search(line)), "")
    if left:
        raise Missing(f"Il reste un blanc du modèle à remplir : « {left.strip()[:120]} ».")


def _must(act: Act, verb: str) -> None:
    if not ACT.allows(act.state, verb):
        raise NotNow(f"Cet acte est « {act.get_state_display().lower()} » : ce n’est pas possible.")


def _not_to_sign(act: Act, now: datetime) -> None:
    """The signatory has answered, or is asked no more."""
    settle(alerts_acts.ACT_TO_SIGN, about=act.uid, organisation=act.organisation, now=now)


def _tell_signatory(actor: Actor, act: Act, now: datetime) -> None:
    if act.signatory is not None:
        notify(
            alerts_acts.ACT_TO_SIGN,
            organisation=act.organisation,
            recipients=[act.signatory],
            group_key=f"act:sign:{act.uid}",
            object_uid=act.uid,
            actor=actor,
            reason="parce que vous signez cet acte",
            now=now,
        )


def _tell_author(actor: Actor, act: Act, kind: str, now: datetime) -> None:
    if act.created_by is not None:
        notify(
            kind,
            organisation=act.organisation,
            recipients=[act.created_by],
            group_key=f"act:answer:{act.uid}",
            object_uid=act.uid,
            actor=actor,
            reason="parce que vous avez rédigé cet acte",
            now=now,
        )
