"""What every change of the tree or of rights leaves behind: an audit entry and an event."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.actor import Actor
from accounts.audit import Verb, record
from config.work.services import emit
from documents.access import is_confidential
from documents.models import Document, Folder


def tell(
    actor: Actor,
    verb: Verb,
    obj: Folder | Document,
    *,
    now: datetime,
    data: dict[str, Any] | None = None,
    outsider: bool = False,
) -> None:
    """Record the act and let others react to it: the event has the verb's code as its name.

    `data` holds identifiers and codes only; a confidential object's name is not kept. `outsider`:
    somebody without an account did it, in the actor's organisation but not in their name.
    """
    details = data or {}
    record(
        None if outsider else actor,
        verb,
        obj,
        now=now,
        organisation=actor.organisation,
        data=details,
        label=not is_confidential(obj),
    )
    emit(
        verb.code,
        now=now,
        organisation_id=actor.organisation.pk,
        actor_id=None if outsider else actor.person.pk,
        payload={"uid": str(obj.uid), "kind": type(obj).__name__.lower(), **details},
    )
