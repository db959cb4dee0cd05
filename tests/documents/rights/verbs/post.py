"""What arrives by itself, and the register of the post."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from documents.enums import MailDirection
from documents.services import arriving, photographing, registering, sorting, suggesting
from tests.documents.rights.place import Place, Who
from tests.documents.rights.verbs.table import POST, E, Plain, R, verb

verb(arriving.release, "mail to a folder", E, lambda p: {"envelope": p.sent_held_envelope})
verb(
    arriving.keep_mail,
    "mail to a folder",
    E,
    lambda p: {"envelope": p.sent_envelope},
)
verb(
    sorting.file_arrival,
    "mail to a folder",
    E,
    lambda p: {"arrival": p.sent_waiting, "folder": p.target, "name": "Devis.txt"},
)
verb(
    photographing.take,
    "folder",
    E,
    lambda p: {"folder": p.folder, "photos": [p.received("p.jpg")], "name": "Plan"},
)
verb(
    photographing.take_again,
    "photographs for a folder",
    E,
    lambda p: {"envelope": p.photographs},
    unheard=True,
)
verb(sorting.discard, "mail to a folder", E, lambda p: {"arrival": p.sent_waiting})
verb(sorting.take_back, "mail to a folder", E, lambda p: {"arrival": p.sent_aside})
verb(suggesting.suggest, "mail to a folder", E, lambda p: {"arrival": p.sent_waiting}, reads=True)
verb(
    suggesting.find_folders,
    "folder",
    E,
    lambda p: {"words": "cible"},
    reads=True,
    answers=True,
)
verb(
    sorting.file_arrival,
    "the bin",
    (POST, E),
    lambda p: {"arrival": p.bin_waiting, "folder": p.target, "name": "Devis.txt"},
)
verb(
    registering.register_arrival,
    "mail to a folder",
    E,
    lambda p: {"arrival": p.sent_waiting, "document": p.document},
)
verb(
    registering.register,
    "document",
    E,
    lambda p: {
        "direction": MailDirection.OUTGOING,
        "line": p.line(),
        "document": p.document,
    },
)
verb(
    registering.change_entry,
    "letter",
    (POST, R),
    lambda p: {"entry": p.entry, "line": p.line(p.editor)},
    also=(Who.READER,),
)
verb(registering.close_entry, "letter", (POST, R), lambda p: {"entry": p.entry}, also=(Who.READER,))
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
    verb(function, on, POST, call, states=Plain)
for function in (registering.change_entry, registering.close_entry):
    verb(
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
verb(
    suggesting.suggest,
    "the bin",
    POST,
    lambda p: {"arrival": p.bin_waiting},
    states=Plain,
    reads=True,
)
