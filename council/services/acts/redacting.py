"""Before an act is put online: what may be personal is shown, an agent decides, a text is made.

Nothing is drawn over: the page is set again without the hidden words, so that they are nowhere in
the file (R-PUB-05). The original stays whole in its folder and in the register.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from council import audit
from council.access_acts import can_keep_act
from council.dossier.act_paper import APPEAL, ActPaper, act_pdf
from council.dossier.written import without_look
from council.models import Act, Redaction
from council.rules.personal_data import Kind, Span
from council.rules.result import ItemResult
from council.services.acts import formalities
from council.services.acts.drafting import ChangedMeanwhile
from council.services.acts.locking import lock_act
from council.services.acts.passages import (
    Choices,
    Reading,
    chosen,
    decisions,
    look,
    masked,
    people_of,
)
from council.services.acts.printing import paper_of
from council.services.acts.public_file import file_public_text, online_sentence
from council.services.refusals import Refusal
from documents.models import DocumentPage
from documents.services import filing
from documents.services.holds import hold
from documents.services.locking import lock_organisation

#: Printed on what the public reads.
MENTION = (
    "Texte mis en ligne après occultation de données personnelles (article L. 312-1-2 du code des "
    "relations entre le public et l’administration). L’original se consulte à la mairie."
)
#: Between two names: no pattern goes across it.
_APART = "\n|\n"


class NoText(Refusal):
    """The file of the act has no text that can be read."""


def read(act: Act) -> Reading:
    """The parts of an act and the passages to look at. Raises NoText."""
    result = act.item_result
    parts = {
        "title": act.title,
        "text": _text(act),
        "result": result.sentence if result else "",
        "names": _APART.join(_named(result)) if result else "",
    }
    return look(parts, people_of(act.organisation, act.signatory_id))


@transaction.atomic
def redact(*, actor: Actor, act: Act, shown: str, choices: Choices, now: datetime) -> Redaction:
    """Make the text that the public reads, without what was chosen to be hidden.

    ``shown``: the digest of what the agent looked at. Raises Missing when a passage has no
    decision, ChangedMeanwhile when the text is another one. An act that is online already is read
    in this text at once.
    """
    lock_organisation(actor.organisation.pk)
    locked = lock_act(act)
    require(can_keep_act(actor, locked))
    if not locked.is_signed:
        raise formalities.NotSigned("Cet acte n’est pas encore signé : son texte peut changer.")
    reading = read(locked)
    if reading.sha256 != shown:
        raise ChangedMeanwhile("Le texte a changé depuis : relisez les passages proposés.")
    spans = chosen(reading, choices)
    told = masked(reading, spans)
    hidden = sum(len(rows) for rows in spans.values())
    online = online_sentence(locked, locked.online_on) if locked.online_on else ""
    content = act_pdf(_paper(locked, told, online))
    received = filing.receive(io.BytesIO(content), f"{locked.reference} texte occulté.pdf")
    version = file_public_text(actor, locked, received, now)
    kept, _ = Redaction.objects.update_or_create(
        act=locked,
        defaults={
            "organisation": locked.organisation,
            "source_sha256": reading.sha256,
            "decisions": decisions(reading, choices),
            "spans": {part: [[one.start, one.end] for one in spans[part]] for part in spans},
            "hidden": hidden,
            "version": version,
            "decided_by": actor.person,
            "decided_at": now,
        },
    )
    hold(version, "Texte occulté d’un acte", holder_uid=kept.uid, now=now)
    locked.public_title = told["title"] if spans["title"] else ""
    if locked.published_version_id is not None:
        locked.published_version = version
    locked.save(update_fields=["public_title", "published_version"])
    record(actor, audit.ACT_REDACTED, locked, now=now, data={"hidden": hidden})
    return kept


def set_again(act: Act, kept: Redaction, online: str) -> bytes | None:
    """The text that was prepared, with the sentence of the day on which it goes online; None when
    the places hidden in it were not kept, or the text is another one."""
    reading = read(act)
    if kept.source_sha256 != reading.sha256 or (kept.hidden and not kept.spans):
        return None
    spans = {
        part: [
            Span(start, end, Kind.NAME, reading.parts[part][start:end])
            for start, end in kept.spans.get(part, [])
        ]
        for part in reading.parts
    }
    return act_pdf(_paper(act, masked(reading, spans), online))


def _paper(act: Act, told: Mapping[str, str], online: str) -> ActPaper:
    paper = paper_of(act)
    result = paper.result
    if result is not None:
        shown = dict(zip(_named(result), told["names"].split(_APART), strict=True))
        nominations = tuple(
            replace(
                one,
                question=shown[one.question],
                candidates=tuple(shown[name] for name in one.candidates),
                elected=tuple(shown.get(name, name) for name in one.elected),
            )
            for one in result.nominations
        )
        result = replace(result, sentence=told["result"], nominations=nominations)
    return replace(
        paper,
        title=told["title"],
        text=told["text"],
        result=result,
        mention=f"{paper.mention or APPEAL} {MENTION}",
        online=online,
    )


def _named(result: ItemResult) -> list[str]:
    """What the tables of nominations say, each once; at least one line, so that it can be cut."""
    said = [name for one in result.nominations for name in (one.question, *one.candidates)]
    return list(dict.fromkeys(said)) or [""]


def _text(act: Act) -> str:
    if not act.own_file:
        # A name that is half in bold is a name all the same.
        return without_look(act.text)
    version = act.own_version or act.draft_version or act.signed_version
    pages = DocumentPage.objects.filter(version=version).order_by("number") if version else []
    text = "\n".join(page.text for page in pages)
    if not text.strip():
        raise NoText(
            "Ce fichier n’a pas de texte lisible. Préparez vous-même un PDF où ce qui doit rester "
            "caché l’est, et joignez-le à la publication."
        )
    return text
