"""What the direction and the mayor decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from accounts.services import handing_over, interim
from documents.enums import Keeping
from documents.models import Tag
from documents.services import bins, consequences, eliminating, keeping, labels, starter
from tests.documents.rights.place import Place, Who
from tests.documents.rights.verbs.table import DIRECTION, HEAD, M, Plain, soon, verb

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
    (eliminating.prepare_slip, "trash", lambda p: {}),
    (
        eliminating.record_visa,
        "bordereau",
        lambda p: {"slip": p.slip, "reference": "AD 3", "day": p.today},
    ),
    (eliminating.execute_slip, "bordereau with its visa", lambda p: {"slip": p.stamped}),
    (eliminating.abandon_slip, "bordereau", lambda p: {"slip": p.slip}),
    (starter.plant, "commune", lambda p: {}),
    (handing_over.hand_over, "handover", lambda p: {"person": p.editor, "to": p.reader}),
)
for function, on, call in _DIRECTION:
    verb(function, on, DIRECTION, call, states=Plain)
_TEAM_CHANGES: tuple[tuple[Any, Callable[[Place], Mapping[str, Any]]], ...] = (
    (
        consequences.preview_team,
        lambda p: {"team": p.former, "person": p.nobody, "joining": True},
    ),
    (
        consequences.preview_team_change,
        lambda p: {"team": p.former, "people": [p.nobody], "joining": True, "day": p.today},
    ),
    (consequences.preview_departure, lambda p: {"person": p.editor, "day": soon(p)}),
)
for function, call in _TEAM_CHANGES:  # the mayor too: naming an interim shows what it opens
    verb(
        function,
        "people",
        DIRECTION,
        call,
        also=(Who.MAYOR,),
        states=Plain,
        reads=True,
        silent=function is consequences.preview_departure,  # of a stranger: nothing to lose here
    )
verb(keeping.set_keeping, "folder", M, lambda p: {"folder": p.target, "keeping": Keeping.WORKING})
verb(
    interim.name_interim,
    "interim",
    HEAD,
    lambda p: {"person": p.nobody, "from_date": p.today, "to_date": soon(p), "reason": "congé"},
    states=Plain,
)
verb(interim.agree, "interim proposed", HEAD, lambda p: {"interim": p.proposed}, states=Plain)
verb(
    interim.end_interim,
    "interim",
    HEAD,
    lambda p: {"interim": p.running},
    also=(Who.DIRECTION, Who.COMMENTER),
    states=Plain,
)
