"""What a member declared for themselves, and the withdrawals that they chose to announce."""

from __future__ import annotations

from django.db import models

from config.lib.fields import public_id
from council.enums import RecusalBasis
from council.models.meeting import AgendaItem

#: What a member may declare; the accounts are the mayor's, and the law's, own case.
OWN_BASES = [
    (RecusalBasis.PERSONAL.value, "À titre personnel (moi, un proche, un bien)"),
    (RecusalBasis.REPRESENTS.value, "J’y représente la collectivité"),
]


class DeclaredInterest(models.Model):
    """An association, an employer, a relative, a parcel. Nobody but the member reads it: the
    name is sealed (``council.sealed``), and has no place in the administration, in the journal, nor
    in anything that is sent."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    content = models.BinaryField()
    basis = models.CharField(max_length=20, choices=RecusalBasis, default=RecusalBasis.PERSONAL)
    declared_at = models.DateTimeField()

    class Meta:
        verbose_name = "intérêt déclaré"
        verbose_name_plural = "intérêts déclarés"

    def __str__(self) -> str:
        return "intérêt déclaré"


class AnnouncedWithdrawal(models.Model):
    """« Je me retirerai de ce point », told to whoever records the session. It says neither which
    interest nor why beyond what the law asks to be recorded; the withdrawal itself is a fact of
    the session."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="announced")
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    basis = models.CharField(max_length=20, choices=RecusalBasis)
    announced_at = models.DateTimeField()

    class Meta:
        verbose_name = "retrait annoncé"
        verbose_name_plural = "retraits annoncés"
        constraints = [
            models.UniqueConstraint(
                fields=["item", "person"], name="council_announcedwithdrawal_once"
            )
        ]

    def __str__(self) -> str:
        return f"retrait annoncé, {self.item}"
