"""Rights by function: a team whose members are those who hold a function in a body."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from config.lib.fields import public_id
from council.enums import Function
from council.models.assembly import Assembly


class FunctionTeam(models.Model):
    """« Maire », « Adjointe aux finances »: the team follows the mandates, nobody fills it by hand.

    With `detail`, only the mandates whose function in full words contains it.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    team = models.OneToOneField(
        "accounts.Team", verbose_name="équipe", on_delete=models.PROTECT, related_name="function"
    )
    assembly = models.ForeignKey(
        Assembly, verbose_name="instance", on_delete=models.PROTECT, related_name="function_teams"
    )
    function = models.CharField("fonction", max_length=16, choices=Function)
    detail = models.CharField(
        "précision",
        max_length=120,
        blank=True,
        help_text="Par exemple « finances » : seulement les mandats dont la fonction en toutes "
        "lettres contient ces mots.",
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "équipe par fonction"
        verbose_name_plural = "équipes par fonction"
        constraints = [
            models.UniqueConstraint(
                "assembly",
                "function",
                Lower("detail"),
                name="council_functionteam_once",
                violation_error_message="Une équipe suit déjà cette fonction.",
            )
        ]

    def __str__(self) -> str:
        return str(self.team)
