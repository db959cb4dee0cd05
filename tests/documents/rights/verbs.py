"""One least right for every verb of the services, and how to call it on each kind of thing.

`test_verbs` finds the verbs by looking into the modules: one that has no row here fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from io import BytesIO
from typing import Any

from accounts.services import handing_over, interim
from documents.enums import (
    Advice,
    CommentReaders,
    DeadlineKind,
    ImportKind,
    Keeping,
    LinkKind,
    MailDirection,
    Role,
)
from documents.models import Tag
from documents.services import (
    arriving,
    batches,
    bins,
    commenting,
    consequences,
    copying,
    deadlines,
    downloading,
    drafts,
    drive_locks,
    duplicates,
    editing,
    filing,
    folders,
    importing,
    keeping,
    labels,
    linking,
    mail_pieces,
    moving,
    opinions,
    owning,
    photographing,
    preparing,
    refiling,
    registering,
    requesting_access,
    reserving,
    rights,
    sorting,
    starter,
    suggesting,
    templates,
    trash,
    undoing,
    uploading,
)
from documents.services.deadlines import Terms
from tests.documents.rights.furnished import Place, Who, zipped

R, C, E, M = Role.READER, Role.COMMENTER, Role.EDITOR, Role.MANAGER


class Charge(Enum):
    """Rights that do not come from the tree."""

    DIRECTION = "the DGS team"
    POST = "the DGS team, and the team that sorts the post"
    HEAD = "the mayor"
    OWNER = "nobody but whose it is"
    MEMBER = "whoever belongs to the commune"


DIRECTION, POST, HEAD, OWNER, MEMBER = Charge
Least = Role | Charge
Everywhere = ("plain", "restricted", "confidential")
Limited = ("restricted", "confidential")
Plain = ("plain",)


@dataclass(frozen=True)
class Verb:
    """One function on one kind of thing. `on` is the thing, for the messages.

    All of `least` is needed; `also` may whatever their role. `silent`: a refusal may be that
    nothing happens. `reads`: it changes nothing; with `answers`, a refusal is an empty answer.
    `unheard`: no line of the journal is written, on purpose. `below`: only those under this role
    have something to ask.
    """

    function: Callable[..., Any]
    on: str
    least: tuple[Least, ...]
    call: Callable[[Place], Mapping[str, Any]]
    also: tuple[Who, ...] = ()
    states: tuple[str, ...] = Everywhere
    silent: bool = False
    reads: bool = False
    answers: bool = False
    unheard: bool = False
    below: Role | None = None

    @property
    def name(self) -> str:
        """As the messages say it."""
        module = self.function.__module__.rpartition(".")[2]
        return f"{module}.{self.function.__name__} on {self.on}"


VERBS: list[Verb] = []


def _verb(
    function: Callable[..., Any],
    on: str,
    least: Least | tuple[Least, ...],
    call: Callable[[Place], Mapping[str, Any]],
    **more: Any,
) -> None:
    every = least if isinstance(least, tuple) else (least,)
    VERBS.append(Verb(function, on, every, call, **more))


def _soon(p: Place) -> Any:
    return p.today + timedelta(days=5)


def _terms(p: Place) -> Terms:
    return Terms(kind=DeadlineKind.OTHER, label="Rappeler", due=_soon(p), owner=p.reader)


# -- folders and documents -------------------------------------------------------------------------

_verb(folders.create_folder, "folder", E, lambda p: {"parent": p.folder, "name": "Neuf"})
_verb(folders.rename_folder, "folder", E, lambda p: {"folder": p.target, "name": "Autre"})
_verb(folders.move_folder, "folder", E, lambda p: {"folder": p.sub, "target": p.target})
_verb(
    folders.move_folder,
    "folder, out of a limited one",
    M,
    lambda p: {"folder": p.sub, "target": p.outside},
    states=Limited,
)
_verb(moving.rename_document, "document", E, lambda p: {"document": p.document, "name": "B.txt"})
_verb(moving.move_document, "document", E, lambda p: {"document": p.document, "target": p.target})
_verb(
    moving.move_document,
    "document, out of a limited folder",
    M,
    lambda p: {"document": p.document, "target": p.outside},
    states=Limited,
)
_verb(copying.copy_document, "document", E, lambda p: {"document": p.document, "target": p.target})
_verb(
    copying.copy_document,
    "document, to where one may file",
    R,
    lambda p: {"document": p.document, "target": p.outside},
    states=Plain,
)
_verb(
    copying.copy_document,
    "document, out of a limited folder",
    M,
    lambda p: {"document": p.document, "target": p.outside},
    states=Limited,
)
_verb(copying.copy_folder, "folder", E, lambda p: {"folder": p.sub, "target": p.target})
_verb(
    copying.copy_folder,
    "folder, out of a limited one",
    M,
    lambda p: {"folder": p.sub, "target": p.outside},
    states=Limited,
)
_verb(
    batches.move_all,
    "folder and document",
    E,
    lambda p: {"things": [p.sub, p.document], "target": p.target, "confirmed": True},
)
_verb(
    batches.copy_all,
    "folder and document",
    E,
    lambda p: {"things": [p.sub, p.document], "target": p.target},
)
_verb(
    batches.trash_all,
    "folder and document",
    E,
    lambda p: {"things": [p.target, p.document]},
    silent=True,
)
_verb(trash.trash_folder, "folder", E, lambda p: {"folder": p.target})
_verb(trash.trash_document, "document", E, lambda p: {"document": p.document})
_verb(trash.restore_folder, "folder of the trash", E, lambda p: {"folder": p.thrown_folder})
_verb(trash.restore_document, "document of the trash", E, lambda p: {"document": p.thrown_document})
_verb(
    preparing.prepare,
    "folder",
    E,
    lambda p: {"folder": p.folder, "paths": ["Photos"], "names": {}},
)
_verb(
    downloading.prepare_parcel,
    "folder and document",
    R,
    lambda p: {"folders": [p.target], "documents": [p.document]},
)
_verb(
    refiling.refile,
    "document of an old network",
    E,
    lambda p: {"document": p.old, "target": p.target},
)
_verb(
    refiling.refile,
    "document of an old network, to where one may file",
    R,
    lambda p: {"document": p.old, "target": p.outside},
    states=Plain,
)
_verb(
    refiling.refile,
    "document of an old network, out of a limited folder",
    M,
    lambda p: {"document": p.old, "target": p.outside},
    states=Limited,
)
_verb(templates.offer, "folder", M, lambda p: {"obj": p.target})
_verb(templates.offer, "document", M, lambda p: {"obj": p.document})
_verb(templates.withdraw, "document", M, lambda p: {"obj": p.model})
_verb(
    templates.start_from,
    "template",
    E,
    lambda p: {"template": p.template, "target": p.target, "name": "Lettre"},
)
_verb(
    templates.start_from,
    "template, to where one may file",
    R,
    lambda p: {"template": p.template, "target": p.outside, "name": "Lettre"},
    states=Plain,
)
_verb(owning.hand_document, "document", E, lambda p: {"document": p.document, "owner": p.editor})
_verb(
    labels.describe_document,
    "document",
    E,
    lambda p: {"document": p.document, "type": p.type, "tags": [p.tag]},
)
_verb(
    labels.label_documents,
    "document",
    E,
    lambda p: {"documents": [p.document], "type": p.type, "add": [p.tag]},
)

# -- bytes and versions ----------------------------------------------------------------------------

_verb(
    filing.file_document,
    "folder",
    E,
    lambda p: {"folder": p.folder, "received": p.received("neuf.txt")},
)
_verb(
    filing.file_document,
    "document of that name",
    E,
    lambda p: {
        "folder": p.folder,
        "received": p.received("document.txt"),
        "as_new_version": True,
    },
)
_verb(
    filing.add_version,
    "document",
    E,
    lambda p: {"document": p.document, "received": p.received("neuf.txt")},
)
_verb(
    mail_pieces.file_piece,
    "version, in the folder of its document",
    E,
    lambda p: {"version": p.model_first, "received": p.received("Bail.pdf")},
)
_verb(filing.restore_version, "version", E, lambda p: {"version": p.model_first})
_verb(filing.read_again, "version", E, lambda p: {"version": p.failed})
_verb(
    uploading.begin,
    "folder",
    E,
    lambda p: {"folder": p.folder, "name": "gros.txt", "size": 10},
    unheard=True,
)
_verb(
    uploading.receive_part,
    "upload",
    OWNER,
    lambda p: {"upload": p.upload, "source": BytesIO(b"ok"), "length": 2, "at": 0},
    also=(Who.EDITOR,),
    unheard=True,
)
_verb(uploading.finish, "upload", OWNER, lambda p: {"upload": p.whole}, also=(Who.EDITOR,))
_verb(
    uploading.cancel,
    "upload",
    OWNER,
    lambda p: {"upload": p.upload},
    also=(Who.EDITOR,),
    silent=True,
    unheard=True,
)
_verb(
    importing.start_zip,
    "folder",
    E,
    lambda p: {"folder": p.folder, "received": p.received("lot.zip", zipped())},
)
_verb(
    importing.start_from_disk,
    "folder",
    E,
    lambda p: {"folder": p.folder, "path": p.made["disk"], "kind": ImportKind.FOLDER},
)
_verb(
    importing.open_old_network,
    "folder",
    M,
    lambda p: {"folder": p.target, "readers": [p.post]},
)
_verb(
    duplicates.same_bytes,
    "version",
    R,
    lambda p: {"version": p.first},
    reads=True,
    answers=True,
)

# -- held for a while ------------------------------------------------------------------------------

_verb(
    reserving.take,
    "document",
    E,
    lambda p: {"document": p.document, "until": p.now + timedelta(hours=2)},
)
_verb(
    reserving.release,
    "reservation",
    OWNER,
    lambda p: {"document": p.reserved},
    also=(Who.EDITOR,),
)
_verb(reserving.break_reservation, "reservation", M, lambda p: {"document": p.reserved})
_LOCK = {"deep": False, "owner": "", "seconds": 60}
_verb(drive_locks.lock, "folder", E, lambda p: {"thing": p.target, **_LOCK}, unheard=True)
_verb(drive_locks.lock, "document", E, lambda p: {"thing": p.document, **_LOCK})
_verb(
    drive_locks.lock,
    "draft",
    OWNER,
    lambda p: {"thing": p.draft, **_LOCK},
    also=(Who.EDITOR,),
    unheard=True,
)
for lock in ("folder_lock", "document_lock", "draft_lock"):
    _verb(
        drive_locks.refresh,
        lock,
        OWNER,
        lambda p, lock=lock: {"uid": p.made[lock].uid, "seconds": 900},
        also=(Who.EDITOR,),
        silent=True,
        unheard=True,
    )
_verb(
    drive_locks.unlock,
    "document_lock",
    OWNER,
    lambda p: {"held": p.document_lock},
    also=(Who.EDITOR,),
    silent=True,
)
_verb(
    drive_locks.hand_over,
    "draft",
    OWNER,
    lambda p: {"draft": p.announced, "document": p.document},
    also=(Who.EDITOR,),
    silent=True,
)
_verb(
    drafts.keep_draft,
    "folder",
    E,
    lambda p: {"folder": p.folder, "name": "~z.tmp", "stored": None},
    unheard=True,
)
_verb(
    drafts.move_draft,
    "draft",
    OWNER,
    lambda p: {"draft": p.draft, "folder": p.folder, "name": "~autre.tmp"},
    also=(Who.EDITOR,),
    unheard=True,
)
_verb(
    drafts.drop_draft,
    "draft",
    OWNER,
    lambda p: {"draft": p.draft},
    also=(Who.EDITOR,),
    silent=True,
    unheard=True,
)
_verb(
    drafts.back_in_place,
    "document put aside",
    OWNER,
    lambda p: {"document": p.locked},
    also=(Who.EDITOR,),
    silent=True,
    unheard=True,
)
_verb(editing.open_link, "document", E, lambda p: {"document": p.model})
_verb(
    editing.end_link,
    "document",
    OWNER,
    lambda p: {"document": p.document},
    also=(Who.EDITOR,),
    silent=True,
    unheard=True,
)
_verb(undoing.undo, "what was done", OWNER, lambda p: {"step": p.step}, also=(Who.EDITOR,))

# -- said of documents -----------------------------------------------------------------------------

_verb(commenting.add_comment, "document", C, lambda p: {"document": p.document, "text": "Vu."})
_verb(
    commenting.add_comment,
    "comment",
    C,
    lambda p: {"document": p.document, "text": "Vu.", "thread": p.comment},
)
_verb(
    commenting.edit_comment,
    "comment",
    OWNER,
    lambda p: {"comment": p.comment, "text": "Autrement."},
    also=(Who.COMMENTER,),
)
_verb(
    commenting.delete_comment,
    "comment",
    OWNER,
    lambda p: {"comment": p.comment},
    also=(Who.COMMENTER,),
)
for function in (commenting.edit_comment, commenting.delete_comment):
    _verb(  # not even whose it is
        function,
        "comment of somebody whose right has ended",
        OWNER,
        lambda p, function=function: (
            {"comment": p.former_comment}
            | ({"text": "Autrement."} if function is commenting.edit_comment else {})
        ),
    )
_verb(commenting.settle_thread, "comment", C, lambda p: {"comment": p.comment, "resolved": True})
_verb(
    commenting.set_comment_readers,
    "folder",
    M,
    lambda p: {"folder": p.folder, "readers": CommentReaders.COMMENTERS},
)
_verb(
    opinions.ask_opinion,
    "document",
    C,
    lambda p: {"document": p.letter, "who": p.reader, "question": "?", "due": _soon(p)},
)
for answer in (opinions.give_opinion, opinions.decline_opinion):
    _verb(
        answer,
        "opinion",
        OWNER,
        lambda p, answer=answer: (
            {"request": p.asked, "text": "Oui."}
            | ({"advice": Advice.FAVOURABLE} if answer is opinions.give_opinion else {})
        ),
        also=(Who.READER,),
    )
_verb(opinions.cancel_opinion, "opinion", M, lambda p: {"request": p.asked}, also=(Who.EDITOR,))
_verb(deadlines.set_deadline, "document", E, lambda p: {"document": p.letter, "terms": _terms(p)})
_verb(
    deadlines.change_deadline,
    "deadline",
    E,
    lambda p: {"deadline": p.deadline, "terms": _terms(p)},
)
_verb(deadlines.close_deadline, "deadline", E, lambda p: {"deadline": p.deadline})
_verb(
    deadlines.close_deadline,
    "deadline that a reader follows",
    E,
    lambda p: {"deadline": p.followed},
    also=(Who.READER,),
)
_verb(deadlines.reopen_deadline, "deadline done", E, lambda p: {"deadline": p.done})
_verb(deadlines.renew_deadline, "deadline", E, lambda p: {"deadline": p.deadline})
_verb(deadlines.remove_deadline, "deadline", E, lambda p: {"deadline": p.deadline})

# -- rights ----------------------------------------------------------------------------------------

for thing in ("target", "document"):
    _verb(
        rights.set_role,
        thing,
        M,
        lambda p, thing=thing: {"obj": p.made[thing], "principal": p.post, "role": R},
    )
    _verb(
        consequences.preview_role,
        thing,
        M,
        lambda p, thing=thing: {"obj": p.made[thing], "principal": p.post, "role": R},
        reads=True,
    )
    _verb(
        consequences.preview_move,
        thing,
        E,
        lambda p, thing=thing: {"obj": p.made[thing], "target": p.sub},
        reads=True,
    )
_verb(rights.remove_entry, "folder", M, lambda p: {"obj": p.folder, "principal": p.reader})
_verb(rights.restrict, "folder", M, lambda p: {"folder": p.sub, "keep": [p.reader]})
_verb(
    consequences.preview_restriction,
    "folder",
    M,
    lambda p: {"folder": p.sub, "restricted": True},
    reads=True,
)
_verb(rights.unrestrict, "limited folder", M, lambda p: {"folder": p.folder}, states=Limited)
_verb(rights.make_confidential, "folder", M, lambda p: {"folder": p.sub})
_verb(
    rights.end_confidential,
    "confidential folder",
    M,
    lambda p: {"folder": p.folder},
    states=("confidential",),
)
_verb(rights.take_over, "folder", DIRECTION, lambda p: {"folder": p.folder})
_verb(
    requesting_access.ask_access,
    "folder",
    MEMBER,
    lambda p: {"obj": p.target, "wanted": M, "message": ""},
    below=M,
)
_verb(
    requesting_access.ask_access,
    "document",
    MEMBER,
    lambda p: {"obj": p.document, "wanted": M, "message": ""},
    below=M,
)
_verb(requesting_access.give_access, "request", M, lambda p: {"request": p.request, "role": R})
_verb(
    requesting_access.refuse_access,
    "request",
    M,
    lambda p: {"request": p.request, "reason": "Non."},
)
for thing in ("folder", "document"):
    for kind in LinkKind if thing == "folder" else (LinkKind.SHARE,):
        _verb(
            linking.create_link,
            f"{thing}, {kind.label}",
            E,
            lambda p, thing=thing, kind=kind: {
                "obj": p.made[thing],
                "kind": kind,
                "label": "Cabinet",
                "last_day": _soon(p),
            },
            states=("plain", "restricted"),
        )
        _verb(  # nothing confidential leaves by a link, whoever asks
            linking.create_link,
            f"{thing} under confidentiality, {kind.label}",
            OWNER,
            lambda p, thing=thing, kind=kind: {
                "obj": p.made[thing],
                "kind": kind,
                "label": "Cabinet",
                "last_day": _soon(p),
            },
            states=("confidential",),
        )
_verb(linking.revoke_link, "link", M, lambda p: {"link": p.link}, also=(Who.DIRECTION,))
_verb(
    linking.change_policy,
    "commune",
    DIRECTION,
    lambda p: {"longest_days": 10, "least_role": M},
    states=Plain,
)
_verb(bins.open_address, "folder", M, lambda p: {"folder": p.sub})
_verb(bins.close_address, "folder", M, lambda p: {"folder": p.folder})

# -- what arrives, and the register ----------------------------------------------------------------

_verb(arriving.release, "mail to a folder", E, lambda p: {"envelope": p.sent_held_envelope})
_verb(
    arriving.keep_mail,
    "mail to a folder",
    E,
    lambda p: {"envelope": p.sent_envelope},
)
_verb(
    sorting.file_arrival,
    "mail to a folder",
    E,
    lambda p: {"arrival": p.sent_waiting, "folder": p.target, "name": "Devis.txt"},
)
_verb(
    photographing.take,
    "folder",
    E,
    lambda p: {"folder": p.folder, "photos": [p.received("p.jpg")], "name": "Plan"},
)
_verb(
    photographing.take_again,
    "photographs for a folder",
    E,
    lambda p: {"envelope": p.photographs},
    unheard=True,
)
_verb(sorting.discard, "mail to a folder", E, lambda p: {"arrival": p.sent_waiting})
_verb(sorting.take_back, "mail to a folder", E, lambda p: {"arrival": p.sent_aside})
_verb(suggesting.suggest, "mail to a folder", E, lambda p: {"arrival": p.sent_waiting}, reads=True)
_verb(
    suggesting.find_folders,
    "folder",
    E,
    lambda p: {"words": "cible"},
    reads=True,
    answers=True,
)
_verb(
    sorting.file_arrival,
    "the bin",
    (POST, E),
    lambda p: {"arrival": p.bin_waiting, "folder": p.target, "name": "Devis.txt"},
)
_verb(
    registering.register_arrival,
    "mail to a folder",
    E,
    lambda p: {"arrival": p.sent_waiting, "document": p.document},
)
_verb(
    registering.register,
    "document",
    E,
    lambda p: {
        "direction": MailDirection.OUTGOING,
        "line": p.line(),
        "document": p.document,
    },
)
_verb(
    registering.change_entry,
    "letter",
    (POST, R),
    lambda p: {"entry": p.entry, "line": p.line(p.editor)},
    also=(Who.READER,),
)
_verb(
    registering.close_entry, "letter", (POST, R), lambda p: {"entry": p.entry}, also=(Who.READER,)
)
_BIN: tuple[tuple[Any, str, Callable[[Place], Mapping[str, Any]]], ...] = (
    (arriving.deposit, "the bin", lambda p: {"received": [p.received("dépôt.txt")]}),
    (
        photographing.take,
        "the bin",
        lambda p: {"folder": None, "photos": [p.received("p.jpg")], "name": "Plan"},
    ),
    (arriving.release, "the bin", lambda p: {"envelope": p.bin_held_envelope}),
    (arriving.keep_mail, "the bin", lambda p: {"envelope": p.bin_envelope}),
    (sorting.discard, "the bin", lambda p: {"arrival": p.bin_waiting}),
    (sorting.take_back, "the bin", lambda p: {"arrival": p.bin_aside}),
    (
        registering.register,
        "paper",
        lambda p: {"direction": MailDirection.INCOMING, "line": p.line()},
    ),
    (registering.reopen_entry, "paper", lambda p: {"entry": p.closed}),
)
for function, on, call in _BIN:
    _verb(function, on, POST, call, states=Plain)
for function in (registering.change_entry, registering.close_entry):
    _verb(
        function,
        "paper",
        POST,
        lambda p, function=function: (
            {"entry": p.paper}
            | ({"line": p.line(p.editor)} if function is registering.change_entry else {})
        ),
        also=(Who.ELECTED,),
        states=Plain,
    )
_verb(
    suggesting.suggest,
    "the bin",
    POST,
    lambda p: {"arrival": p.bin_waiting},
    states=Plain,
    reads=True,
)

# -- what the direction decides --------------------------------------------------------------------

_DIRECTION: tuple[tuple[Any, str, Callable[[Place], Mapping[str, Any]]], ...] = (
    (bins.choose_team, "team", lambda p: {"team": p.former}),
    (bins.open_address, "the bin", lambda p: {"folder": None}),
    (bins.close_address, "the bin", lambda p: {"folder": None}),
    (labels.create_label, "commune", lambda p: {"kind": Tag, "label": "Neuve"}),
    (labels.change_label, "type", lambda p: {"thing": p.type, "label": "X", "retired": True}),
    (labels.change_label, "tag", lambda p: {"thing": p.tag, "label": "X", "retired": True}),
    (labels.remove_label, "type", lambda p: {"thing": p.type}),
    (labels.remove_label, "tag", lambda p: {"thing": p.tag}),
    (labels.offer_usual, "commune", lambda p: {}),
    (keeping.prepare_slip, "trash", lambda p: {}),
    (
        keeping.record_visa,
        "bordereau",
        lambda p: {"slip": p.slip, "reference": "AD 3", "day": p.today},
    ),
    (keeping.execute_slip, "bordereau with its visa", lambda p: {"slip": p.stamped}),
    (keeping.abandon_slip, "bordereau", lambda p: {"slip": p.slip}),
    (starter.plant, "commune", lambda p: {}),
    (handing_over.hand_over, "handover", lambda p: {"person": p.editor, "to": p.reader}),
)
for function, on, call in _DIRECTION:
    _verb(function, on, DIRECTION, call, states=Plain)
_TEAM_CHANGES: tuple[tuple[Any, Callable[[Place], Mapping[str, Any]]], ...] = (
    (
        consequences.preview_team,
        lambda p: {"team": p.former, "person": p.nobody, "joining": True},
    ),
    (
        consequences.preview_team_change,
        lambda p: {"team": p.former, "people": [p.nobody], "joining": True, "day": p.today},
    ),
    (consequences.preview_departure, lambda p: {"person": p.editor, "day": _soon(p)}),
)
for function, call in _TEAM_CHANGES:  # the mayor too: naming an interim shows what it opens
    _verb(
        function,
        "people",
        DIRECTION,
        call,
        also=(Who.MAYOR,),
        states=Plain,
        reads=True,
        silent=function is consequences.preview_departure,  # of a stranger: nothing to lose here
    )
_verb(keeping.set_keeping, "folder", M, lambda p: {"folder": p.target, "keeping": Keeping.WORKING})
_verb(
    interim.name_interim,
    "interim",
    HEAD,
    lambda p: {"person": p.nobody, "from_date": p.today, "to_date": _soon(p), "reason": "congé"},
    states=Plain,
)
_verb(interim.agree, "interim proposed", HEAD, lambda p: {"interim": p.proposed}, states=Plain)
_verb(
    interim.end_interim,
    "interim",
    HEAD,
    lambda p: {"interim": p.running},
    also=(Who.DIRECTION, Who.COMMENTER),
    states=Plain,
)

#: Functions that take an actor and are no act of a person: why they need no row.
NOT_ACTS = {
    "arriving.bring": "called by what reads mails, scans and deposits; the actor only signs",
    "importing.bring_in": "each file and folder goes through file_document and create_folder",
    "undoing.remember": "written with the act that it would undo, which has its row",
    "bins.open_address_of": "reads; the page has required the right to manage",
    "commenting.can_change": "a decision",
    "commenting.audience": "reads whom a document's readers are, for those who may comment",
    "commenting.mentioned": "reads, within add_comment",
    "deadlines.may_follow": "reads whom a deadline may be given to, for its form",
    "drafts.own_draft": "one's own, or nothing",
    "drafts.drafts_in": "reads one's own",
    "drafts.put_aside": "reads one's own",
    "editing.running_link": "reads one's own",
    "folders.check_move": "a decision",
    "folders.name_for": "words, masked",
    "folders.require_may_leave": "a decision",
    "moving.check_move": "a decision",
    "opinions.candidates": "reads whom one may ask, for its form",
    "opinions.can_answer": "a decision",
    "opinions.can_cancel": "a decision",
    "owning.may_own": "reads who could answer for a document, for its form",
    "owning.owned": "reads, within the handover",
    "owning.hand_all": "within the handover, which has its row",
    "reach.who_sees": "reads, for those who may read the document",
    "reach.lines": "reads, for those who may read the document",
    "reach.members_of": "reads, for the panel of rights",
    "requesting_access.waiting_request": "reads one's own",
    "requesting_access.last_refusal": "reads one's own",
    "requesting_access.gain_of": "words, for who answers",
    "rights.limit": "the change of restrict, within it and its preview",
    "rights.lowered_by_name": "words, within set_role",
    "rights.current_principal": "a decision",
    "foreseen.look": "reads, within the preview of a limit, which has its row",
    "reserving.require_not_held": "a decision",
    "reserving.require_none_held_below": "a decision",
    "reserving.refusal_of": "words, for who may read the document",
    "rights.foreseen_limit": "reads, within the preview of a limit, which has its row",
    "subtrees.readable_below": "reads what the actor may read",
    "suggesting.paths_of": "words, masked",
    "telling.tell": "the trace itself",
    "templates.visible_templates": "a list of what is visible",
}
