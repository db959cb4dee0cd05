"""The one lock per organisation, taken first by whoever changes its people, teams or rights."""

from __future__ import annotations

from accounts.models import Organisation


def lock_organisation(organisation: Organisation) -> Organisation:
    """Hold the organisation until the transaction ends.

    A plain FOR UPDATE would block every insert that points at it; this one does not.
    """
    return (
        Organisation.objects.select_for_update(of=("self",), no_key=True)
        .order_by("pk")
        .get(pk=organisation.pk)
    )
