"""What is said of documents: comments, opinions, deadlines."""

from __future__ import annotations

from documents.enums import Advice, CommentReaders
from documents.services import commenting, deadlines, opinions
from tests.documents.rights.place import Who
from tests.documents.rights.verbs.table import OWNER, C, E, M, soon, terms, verb

verb(commenting.add_comment, "document", C, lambda p: {"document": p.document, "text": "Vu."})
verb(
    commenting.add_comment,
    "comment",
    C,
    lambda p: {"document": p.document, "text": "Vu.", "thread": p.comment},
)
verb(
    commenting.edit_comment,
    "comment",
    OWNER,
    lambda p: {"comment": p.comment, "text": "Autrement."},
    also=(Who.COMMENTER,),
)
verb(
    commenting.delete_comment,
    "comment",
    OWNER,
    lambda p: {"comment": p.comment},
    also=(Who.COMMENTER,),
)
for function in (commenting.edit_comment, commenting.delete_comment):
    verb(  # not even whose it is
        function,
        "comment of somebody whose right has ended",
        OWNER,
        lambda p, function=function: (
            {"comment": p.former_comment}
            | ({"text": "Autrement."} if function is commenting.edit_comment else {})
        ),
    )
verb(commenting.settle_thread, "comment", C, lambda p: {"comment": p.comment, "resolved": True})
verb(
    commenting.set_comment_readers,
    "folder",
    M,
    lambda p: {"folder": p.folder, "readers": CommentReaders.COMMENTERS},
)
verb(
    opinions.ask_opinion,
    "document",
    C,
    lambda p: {"document": p.letter, "who": p.reader, "question": "?", "due": soon(p)},
)
for answer in (opinions.give_opinion, opinions.decline_opinion):
    verb(
        answer,
        "opinion",
        OWNER,
        lambda p, answer=answer: (
            {"request": p.asked, "text": "Oui."}
            | ({"advice": Advice.FAVOURABLE} if answer is opinions.give_opinion else {})
        ),
        also=(Who.READER,),
    )
verb(opinions.cancel_opinion, "opinion", M, lambda p: {"request": p.asked}, also=(Who.EDITOR,))
verb(deadlines.set_deadline, "document", E, lambda p: {"document": p.letter, "terms": terms(p)})
verb(
    deadlines.change_deadline,
    "deadline",
    E,
    lambda p: {"deadline": p.deadline, "terms": terms(p)},
)
verb(deadlines.close_deadline, "deadline", E, lambda p: {"deadline": p.deadline})
verb(
    deadlines.close_deadline,
    "deadline that a reader follows",
    E,
    lambda p: {"deadline": p.followed},
    also=(Who.READER,),
)
verb(deadlines.reopen_deadline, "deadline done", E, lambda p: {"deadline": p.done})
verb(deadlines.renew_deadline, "deadline", E, lambda p: {"deadline": p.deadline})
verb(deadlines.remove_deadline, "deadline", E, lambda p: {"deadline": p.deadline})
