"""Which text the public reads of an act or of minutes, and since when.

The signed original is never put online: the public reads the text as set out by Parvis, or a PDF
in which what the law protects was hidden (R-PUB-05). The original stays whole in the register.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from accounts.actor import Actor
from config.lib.access import require
from config.lib.storage import blobs
from config.lib.text import plural
from council.access_acts import can_keep_act
from council.dossier.act_paper import act_pdf
from council.enums import PublicationMode
from council.models import Act, Redaction
from council.rules.finding import blocking
from council.rules.mayor_acts import check_publication
from council.services.acts import redacting
from council.services.acts.formalities import NeverPublished, note_publication
from council.services.acts.locking import lock_act
from council.services.acts.passages import Reading
from council.services.acts.printing import paper_of
from council.services.acts.public_file import (
    NotComplete,
    NotPdf,
    brought_with_the_day,
    file_public_text,
    must_be_complete,
    online_sentence,
    with_the_day,
)
from council.services.acts.settings import mode_on
from council.services.refusals import Missing, Refusal
from documents.models import Version
from documents.services import filing
from documents.services.holds import hold
from documents.services.locking import lock_organisation

_HELD = "Texte mis en ligne"


__all__ = [
    "ModeNotChosen",
    "NotComplete",
    "NotLookedAt",
    "NotPdf",
    "NotToday",
    "must_be_clear",
    "publish_act",
]


class NotLookedAt(Refusal):
    """Something in it may be personal, and nobody decided yet (R-PUB-05)."""


class NotToday(Refusal):
    """The pages of the commune show it from today on, not from a day before."""


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
    elsewhere: bool = False,
    corrects: bool = False,
) -> Act:
    """Note the publication, with the text that the public reads.

    ``received`` is the PDF with something hidden; filed beside the act, never in its place.
    Without one, an act put online is read as Parvis sets it out. Either says its author and the
    day (R-PUB-02). That day is today, unless the act was online ``elsewhere`` before: a day that
    was not would bring it into force too early.

    ``corrects``: the day of a posting, or of a paper, that was noted by mistake.

    Raises Missing when it was taken behind closed doors, or when its text is a file of the
    commune's own: somebody has to look. NotLookedAt while a passage that may be personal has no
    decision; NotToday, NotComplete, ModeNotChosen; NeverPublished when it is only notified.
    """
    lock_organisation(actor.organisation.pk)
    locked = lock_act(act)
    require(can_keep_act(actor, locked))
    found = blocking(check_publication(locked.sort, decided_by=actor.person.full_name))
    if found and locked.is_signed:
        raise NeverPublished(" ".join(one.message for one in found), found)
    if mode != PublicationMode.ELECTRONIC and mode_on(locked.organisation, on) != mode:
        raise ModeNotChosen(
            "Le conseil n’a pas choisi ce mode de publication : vos actes se publient en ligne. "
            "Une commune de moins de 3 500 habitants le choisit par délibération, notée dans "
            "« Préfecture et mode de publication »."
        )
    version: Version | None = None
    online = mode == PublicationMode.ELECTRONIC
    if online and locked.is_signed and not locked.nominative:
        first = locked.online_on is None
        if first and on < actor.today and not elsewhere:
            raise NotToday(
                "Sur les pages publiques de la commune, l’acte paraît aujourd’hui : c’est ce jour "
                "qui compte. S’il était déjà en ligne ailleurs, dites-le."
            )
        day = locked.online_on or on
        must_be_complete(actor, locked, day)
        if received is not None:
            stamped = brought_with_the_day(locked, received, day)
            version = file_public_text(actor, locked, stamped, now)
        elif locked.published_version_id is None:
            version = _set_out(actor, locked, day, now)
        if first:
            locked.online_on = on
            locked.save(update_fields=["online_on"])
    done = note_publication(
        actor=actor,
        act=locked,
        mode=mode,
        on=on,
        now=now,
        version=version,
        posted_until=posted_until,
        corrects=corrects,
    )
    if version is not None:
        hold(version, _HELD, holder_uid=done.uid, now=now)
    return done


def _set_out(actor: Actor, act: Act, day: date, now: datetime) -> Version:
    """The text that the public will read, set with the day."""
    said = online_sentence(act, day)
    redaction = Redaction.objects.filter(act=act).select_related("version__document").first()
    if redaction is not None:
        content = redacting.set_again(act, redaction, said) or with_the_day(
            act, blobs().path(redaction.version.storage_key), day
        )
        document = redaction.version.document
    elif act.item is not None and act.item.closed_doors:
        raise Missing(
            "Cet acte a été pris à huis clos : préparez d’abord le texte à mettre en ligne, ou "
            "joignez le PDF où ce qui doit rester caché l’est."
        )
    elif act.own_file or act.draft_version is None:
        raise Missing(
            "Cet acte n’est pas mis en page ici : préparez d’abord le texte à mettre en ligne, ou "
            "joignez le PDF que le public lira."
        )
    else:
        must_be_clear(redacting.read(act), "cet acte")
        content, document = act_pdf(replace(paper_of(act), online=said)), None
    received = filing.receive(io.BytesIO(content), f"{act.reference}.pdf")
    return file_public_text(actor, act, received, now, document=document)


def must_be_clear(reading: Reading, what: str) -> None:
    """Raise NotLookedAt while a passage that may be personal has no decision (R-PUB-05)."""
    waiting = len(reading.passages)
    if waiting:
        raise NotLookedAt(
            f"{plural(waiting, 'passage', 'passages')} de {what} à regarder d’abord : des noms, "
            "des adresses ou des téléphones. Décidez de chacun dans « Préparer le texte à mettre "
            "en ligne »."
        )
