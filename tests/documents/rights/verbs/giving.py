"""Who may what: roles, limits, requests, links towards the outside."""

from __future__ import annotations

from documents.enums import LinkKind
from documents.services import bins, consequences, linking, requesting_access, rights
from tests.documents.rights.place import Who
from tests.documents.rights.verbs.table import (
    DIRECTION,
    MEMBER,
    OWNER,
    E,
    Limited,
    M,
    Plain,
    R,
    soon,
    verb,
)

for thing in ("target", "document"):
    verb(
        rights.set_role,
        thing,
        M,
        lambda p, thing=thing: {"obj": p.made[thing], "principal": p.post, "role": R},
    )
    verb(
        consequences.preview_role,
        thing,
        M,
        lambda p, thing=thing: {"obj": p.made[thing], "principal": p.post, "role": R},
        reads=True,
    )
    verb(
        consequences.preview_move,
        thing,
        E,
        lambda p, thing=thing: {"obj": p.made[thing], "target": p.sub},
        reads=True,
    )
verb(rights.remove_entry, "folder", M, lambda p: {"obj": p.folder, "principal": p.reader})
verb(rights.restrict, "folder", M, lambda p: {"folder": p.sub, "keep": [p.reader]})
verb(
    consequences.preview_restriction,
    "folder",
    M,
    lambda p: {"folder": p.sub, "restricted": True},
    reads=True,
)
verb(rights.unrestrict, "limited folder", M, lambda p: {"folder": p.folder}, states=Limited)
verb(rights.make_confidential, "folder", M, lambda p: {"folder": p.sub})
verb(
    rights.end_confidential,
    "confidential folder",
    M,
    lambda p: {"folder": p.folder},
    states=("confidential",),
)
verb(rights.take_over, "folder", DIRECTION, lambda p: {"folder": p.folder})
verb(
    requesting_access.ask_access,
    "folder",
    MEMBER,
    lambda p: {"obj": p.target, "wanted": M, "message": ""},
    below=M,
)
verb(
    requesting_access.ask_access,
    "document",
    MEMBER,
    lambda p: {"obj": p.document, "wanted": M, "message": ""},
    below=M,
)
verb(requesting_access.give_access, "request", M, lambda p: {"request": p.request, "role": R})
verb(
    requesting_access.refuse_access,
    "request",
    M,
    lambda p: {"request": p.request, "reason": "Non."},
)
for thing in ("folder", "document"):
    for kind in LinkKind if thing == "folder" else (LinkKind.SHARE,):
        verb(
            linking.create_link,
            f"{thing}, {kind.label}",
            E,
            lambda p, thing=thing, kind=kind: {
                "obj": p.made[thing],
                "kind": kind,
                "label": "Cabinet",
                "last_day": soon(p),
            },
            states=("plain", "restricted"),
        )
        verb(  # nothing confidential leaves by a link, whoever asks
            linking.create_link,
            f"{thing} under confidentiality, {kind.label}",
            OWNER,
            lambda p, thing=thing, kind=kind: {
                "obj": p.made[thing],
                "kind": kind,
                "label": "Cabinet",
                "last_day": soon(p),
            },
            states=("confidential",),
        )
verb(linking.revoke_link, "link", M, lambda p: {"link": p.link}, also=(Who.DIRECTION,))
verb(
    linking.change_policy,
    "commune",
    DIRECTION,
    lambda p: {"longest_days": 10, "least_role": M},
    states=Plain,
)
verb(bins.open_address, "folder", M, lambda p: {"folder": p.sub})
verb(bins.close_address, "folder", M, lambda p: {"folder": p.folder})
