"""Answers `person.has_perm(…, folder)` from the effective rights.

Django's admin and other apps ask through this door; our own code asks `documents.access`.
guardian's own backend is never used: it reads local entries only and ignores inheritance.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend

from accounts.actor import actor_for
from accounts.models import Person
from config.lib.clock import now
from documents.access import role_of
from documents.enums import Role
from documents.models import Document, Folder

_ROLES = {f"documents.{role.codename}": role for role in Role if role != Role.NONE}


class EffectiveAccessBackend(BaseBackend):
    """Knows `documents.role_reader` … `documents.role_manager` on a folder or a document."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        needed = _ROLES.get(perm)
        if needed is None or not isinstance(obj, Folder | Document):
            return False
        if not isinstance(user_obj, Person):
            return False
        actor = actor_for(user_obj, obj.organisation, now=now())
        return actor is not None and role_of(actor, obj) >= needed

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return {perm for perm in _ROLES if self.has_perm(user_obj, perm, obj)}
