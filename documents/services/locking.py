"""One lock per organisation, taken first by every writer of the tree or of rights.

Two people who move folders, or one who files while another restricts, then take turns: what a
service reads after the lock stays true until it commits. `no_key`: a plain `FOR UPDATE` would
block every insert, anywhere, of a row that points at the organisation.
"""

from __future__ import annotations

from typing import TypeVar

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Organisation
from documents.models import Document, Folder

_NEW_ROOTS = 7_270_001  # key of the advisory lock; any number that nobody else uses

Thing = TypeVar("Thing", Folder, Document)


def lock_organisation(organisation_id: int) -> Organisation:
    """Wait for this organisation's lock; it lasts until the transaction ends.

    Raises TransactionManagementError outside a transaction.
    """
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)


def lock_new_roots() -> None:
    """Roots are siblings of each other in the path: creating one is serial on the platform."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NEW_ROOTS])


def reread(obj: Thing, organisation_id: int) -> Thing:
    """The row as it stands now that the lock is held.

    Raises DoesNotExist for a row of another organisation: an identifier that leaked is worth
    nothing elsewhere.
    """
    rows: QuerySet[Thing] = type(obj)._default_manager.all()
    if isinstance(obj, Document):
        rows = rows.select_related("folder")
    return rows.get(pk=obj.pk, organisation_id=organisation_id)


def lock_and_reread(obj: Thing, organisation_id: int) -> Thing:
    """The lock of the acting organisation, then the row as it stands within it."""
    lock_organisation(organisation_id)
    return reread(obj, organisation_id)
