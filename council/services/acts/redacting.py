"""Before an act is put online: what may be personal is shown, an agent decides, a text is made.

Nothing is drawn over: the page is set again without the hidden words, so that they are nowhere in
the file (R-PUB-05). The original stays whole in its folder and in the register.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Person
from config.lib.access import require
from config.lib.text import fold
from council import audit
from council.access_acts import can_keep_act
from council.dossier.act_paper import APPEAL, ActPaper, act_pdf
from council.dossier.written import without_look
from council.models import Act, Mandate, Redaction
from council.rules.personal_data import (
    KIND_WORDS,
    Kind,
    KnownPerson,
    Span,
    mask,
    proposals,
    same_everywhere,
    without_title,
)
from council.rules.result import ItemResult
from council.services.acts import formalities
from council.services.acts.drafting import ChangedMeanwhile
from council.services.acts.locking import lock_act
from council.services.acts.printing import paper_of
from council.services.acts.public_file import file_public_text
from council.services.refusals import Missing, Refusal
from documents.models import DocumentPage
from documents.services import filing
from documents.services.holds import hold
from documents.services.locking import lock_organisation

#: What is shown of the text on each side of a passage.
_AROUND = 70
_MENTION = (
    "Texte mis en ligne après occultation de données personnelles (article L. 312-1-2 du code des "
    "relations entre le public et l’administration). L’original se consulte à la mairie."
)
PARTS = ("title", "text", "result", "names")
#: Between two names: no pattern goes across it.
_APART = "\n|\n"


class NoText(Refusal):
    """The file of the act has no text that can be read."""


@dataclass(frozen=True, slots=True)
class Passage:
    """The same words wherever they stand. ``places``: part and span of each; ``around``: the first
    of them in its sentence, as (before, words, after)."""

    key: str
    words: str
    kind: Kind
    places: tuple[tuple[str, Span], ...]
    around: tuple[str, str, str]

    @property
    def why(self) -> str:
        """« adresse »"""
        return KIND_WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class Reading:
    """An act as it is looked at: its parts, what may be personal in them, and their digest."""

    parts: Mapping[str, str]
    passages: tuple[Passage, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What an agent decided: each passage by its key, and other words to hide, a line each."""

    hide: frozenset[str]
    keep: frozenset[str]
    others: Sequence[str] = field(default=())


def read(act: Act) -> Reading:
    """The parts of an act and the passages to look at. Raises NoText."""
    result = act.item_result
    parts = {
        "title": _composed(act.title),
        "text": _composed(_text(act)),
        "result": _composed(result.sentence if result else ""),
        "names": _composed(_APART.join(_named(result)) if result else ""),
    }
    people = _people(act)
    found: dict[str, list[tuple[str, Span]]] = {}
    for part in PARTS:
        for span in proposals(parts[part], people):
            found.setdefault(fold(span.text), []).append((part, span))
    for places in found.values():
        _add_bare_names(parts, found, places)
    passages = tuple(
        Passage(
            key=hashlib.sha256(words.encode()).hexdigest()[:16],
            words=places[0][1].text,
            kind=places[0][1].kind,
            places=tuple(places),
            around=_around(parts[places[0][0]], places[0][1]),
        )
        for words, places in found.items()
    )
    digest = hashlib.sha256("\0".join(parts[name] for name in PARTS).encode()).hexdigest()
    return Reading(parts, passages, digest)


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
        raise formalities.NotSigned("Cet acte n’est pas encore signé : son texte peut changer.")
    reading = read(locked)
    if reading.sha256 != shown:
        raise ChangedMeanwhile("Le texte a changé depuis : relisez les passages proposés.")
    spans = _chosen(reading, choices)
    told = {name: mask(reading.parts[name], spans[name]) for name in PARTS}
    hidden = sum(len(rows) for rows in spans.values())
    content = act_pdf(_paper(locked, told))
    received = filing.receive(io.BytesIO(content), f"{locked.reference} texte occulté.pdf")
    version = file_public_text(actor, locked, received, now)
    kept, _ = Redaction.objects.update_or_create(
        act=locked,
        defaults={
            "organisation": locked.organisation,
            "source_sha256": reading.sha256,
            "decisions": [
                {"key": one.key, "kind": one.kind.value, "hidden": one.key in choices.hide}
                for one in reading.passages
            ],
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


def _chosen(reading: Reading, choices: Choices) -> dict[str, list[Span]]:
    undecided = [
        one.words
        for one in reading.passages
        if (one.key in choices.hide) == (one.key in choices.keep)
    ]
    if undecided:
        raise Missing(f"Décidez pour chaque passage. Il reste : « {undecided[0]} ».")
    spans: dict[str, list[Span]] = {name: [] for name in PARTS}
    for one in reading.passages:
        if one.key not in choices.hide:
            continue
        for part, span in one.places:
            spans[part].append(span)
        # The same words standing where no rule saw them.
        for said in {span.text for _, span in one.places}:
            _add(spans, reading, said)
    for other in choices.others:
        words = _composed(" ".join(other.split()))
        if words and not _add(spans, reading, words):
            raise Missing(f"« {words} » n’est pas dans l’acte : recopiez le passage exact.")
    return spans


def _add(spans: dict[str, list[Span]], reading: Reading, words: str) -> bool:
    """Hide these words wherever they stand; False when they stand nowhere."""
    found = {part: _everywhere(reading.parts[part], words) for part in PARTS}
    for part, places in found.items():
        spans[part] += places
    return any(found.values())


def _everywhere(text: str, words: str) -> list[Span]:
    # A place before the text: every one that is in it is another.
    return same_everywhere(text, Span(-1, -1, Kind.MAYBE_NAME, words))


def _paper(act: Act, told: Mapping[str, str]) -> ActPaper:
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
        mention=f"{paper.mention or APPEAL} {_MENTION}",
    )


def _add_bare_names(
    parts: Mapping[str, str],
    found: Mapping[str, list[tuple[str, Span]]],
    places: list[tuple[str, Span]],
) -> None:
    """« Mme Paulette Durand » is Paulette Durand too, where no other passage says so."""
    said = places[0][1]
    bare = without_title(said.text)
    if said.kind is not Kind.NAME or bare == said.text or fold(bare) in found:
        return
    taken = [(part, span) for rows in found.values() for part, span in rows]
    for part in PARTS:
        for span in _everywhere(parts[part], bare):
            if not any(
                where == part and span.start < other.end and other.start < span.end
                for where, other in taken
            ):
                places.append((part, replace(span, kind=Kind.NAME)))


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


def _people(act: Act) -> list[KnownPerson]:
    """Everybody whom the organisation knows; those elected, and who signs, are public."""
    public = set(
        Mandate.objects.filter(organisation=act.organisation, capacity="elected").values_list(
            "person_id", flat=True
        )
    )
    rows = Person.objects.filter(memberships__organisation=act.organisation).distinct()
    return [
        KnownPerson(one.given_name, one.family_name, one.pk in public or one.pk == act.signatory_id)
        for one in rows.order_by("pk")
    ]


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _around(text: str, span: Span) -> tuple[str, str, str]:
    before = " ".join(text[max(0, span.start - _AROUND) : span.start].split("\n")[-1:])
    after = text[span.end : span.end + _AROUND].split("\n", maxsplit=1)[0]
    lead = "…" if span.start > _AROUND and len(before) == _AROUND else ""
    return f"{lead}{before}", span.text, after
