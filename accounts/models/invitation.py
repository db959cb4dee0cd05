"""An organisation proposes to somebody who already signs in elsewhere to belong here too."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.enums import Capacity, InvitationState
from accounts.models.organisation import Organisation
from accounts.models.person import Person
from config.lib.fields import public_id


class Invitation(models.Model):
    """Written for an identifier, whether or not anybody signs in with it.

    The organisation never learns who is behind the identifier before that person accepts: the row
    points at nobody, and a refusal leaves it looking unanswered until it expires.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations"
    )
    identifier = models.CharField("identifiant", max_length=150)
    capacity = models.CharField("qualité", max_length=10, choices=Capacity.choices)
    job_title = models.CharField("fonction", max_length=120, blank=True)
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        "état", max_length=10, choices=InvitationState.choices, default=InvitationState.OPEN
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = "invitation"
        verbose_name_plural = "invitations"
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("identifier"),
                condition=Q(state__in=["open", "declined"]),
                name="accounts_invitation_one_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.identifier} → {self.organisation}"
