"""The act, held. Whoever may also write a file takes the organisation's lock before."""

from __future__ import annotations

from council.models import Act


def lock_act(act: Act) -> Act:
    """The act, held until the end of the transaction and read again, with what it is about."""
    return (
        Act.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "register__assembly", "organisation", "item__meeting", "signatory", "document__folder"
        )
        .get(pk=act.pk)
    )
