"""One least right for every verb of the services, and how to call it on each kind of thing.

`test_verbs` finds the verbs by looking into the modules: one that has no row here fails. The rows
stand by subject; `table` says what a row is.
"""

from __future__ import annotations

from tests.documents.rights.verbs import contents, direction, giving, post, talk, tree
from tests.documents.rights.verbs.table import VERBS, Charge, Least, Verb

__all__ = ["NOT_ACTS", "VERBS", "Charge", "Least", "Verb"]

#: Every subject, so that each has put its rows in.
SUBJECTS = (tree, contents, talk, giving, post, direction)

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
    "erasing.erase": "what the night or a stamped slip decided; the actor only signs",
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
