"""Which text the public reads of an act or of minutes, and since when.

The signed original is never put online: the public reads the text as set out by Parvis, or a PDF
in which what the law protects was hidden (R-PUB-05). The original stays whole in the register.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts.actor import Actor
from config.lib.access import require
from config.lib.text import plural
from council.access_acts import can_keep_act
from council.enums import PublicationMode
from council.models import Act, Redaction
from council.services.acts import redacting
from council.services.acts.formalities import note_publication
from council.services.acts.locking import lock_act
from council.services.acts.passages import Reading
from council.services.acts.public_file import NotPdf, file_public_text
from council.services.acts.settings import mode_on
from council.services.refusals import Missing, Refusal
from documents.models import Version
from documents.services import filing
from documents.services.holds import hold
from documents.services.locking import lock_organisation

_HELD = "Texte mis en ligne"


__all__ = ["ModeNotChosen", "NotLookedAt", "NotPdf", "must_be_clear", "publish_act"]


class NotLookedAt(Refusal):
    """Something in it may be personal, and nobody decided yet (R-PUB-05)."""


class ModeNotChosen(Refusal):
    """The commune did not deliberate to publish that way (R-PUB-03)."""


@transaction.atomic
def publish_act(
    *,
    actor: Actor,
    act: Act,
    mode: PublicationMode,
    on: date,
    now: datetime,
    posted_until: date | None = None,
    received: filing.Received | None = None,
) -> Act:
    """Note the publication, with the text that the public reads.

    ``received`` is the PDF with something hidden; filed beside the act, never in its place.
    Without one, an act put online is read as Parvis set it out. Raises Missing when it was taken
    behind closed doors, or when its text is a file of the commune's own: somebody has to look.
    NotLookedAt while a passage that may be personal has no decision.
    """
    lock_organisation(actor.organisation.pk)
    locked = lock_act(act)
    require(can_keep_act(actor, locked))
    if mode != PublicationMode.ELECTRONIC and mode_on(locked.organisation, on) != mode:
        raise ModeNotChosen(
            "Le conseil n’a pas choisi ce mode de publication : vos actes se publient en ligne. "
            "Une commune de moins de 3 500 habitants le choisit par délibération, notée dans "
            "« Préfecture et mode de publication »."
        )
    version: Version | None = None
    if received is not None:
        version = file_public_text(actor, locked, received, now)
    elif mode == PublicationMode.ELECTRONIC and locked.published_version_id is None:
        version = _set_out(locked)
    done = note_publication(
        actor=actor,
        act=locked,
        mode=mode,
        on=on,
        now=now,
        version=version,
        posted_until=posted_until,
    )
    if version is not None:
        hold(version, _HELD, holder_uid=done.uid, now=now)
    return done


def _set_out(act: Act) -> Version:
    redaction = Redaction.objects.filter(act=act).select_related("version").first()
    if redaction is not None:
        return redaction.version
    if act.item is not None and act.item.closed_doors:
        raise Missing(
            "Cet acte a été pris à huis clos : préparez d’abord le texte à mettre en ligne, ou "
            "joignez le PDF où ce qui doit rester caché l’est."
        )
    if act.own_file or act.draft_version is None:
        raise Missing(
            "Cet acte n’est pas mis en page ici : préparez d’abord le texte à mettre en ligne, ou "
            "joignez le PDF que le public lira."
        )
    must_be_clear(redacting.read(act), "cet acte")
    return act.draft_version


def must_be_clear(reading: Reading, what: str) -> None:
    """Raise NotLookedAt while a passage that may be personal has no decision (R-PUB-05)."""
    waiting = len(reading.passages)
    if waiting:
        raise NotLookedAt(
            f"{plural(waiting, 'passage', 'passages')} de {what} à regarder d’abord : des noms, "
            "des adresses ou des téléphones. Décidez de chacun dans « Préparer le texte à mettre "
            "en ligne »."
        )
