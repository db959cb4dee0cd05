"""The lists of an election, kept whole: whoever comes next takes a seat that falls vacant."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from config.lib.fields import public_id
from council.models.assembly import Assembly


class Candidate(models.Model):
    """Somebody on a list, at their rank. ``unavailable`` says why they do not take a seat that was
    offered to them (they refused, died, became ineligible)."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    assembly = models.ForeignKey(Assembly, on_delete=models.PROTECT, related_name="candidates")
    election_on = models.DateField("scrutin du")
    list_name = models.CharField("liste", max_length=160)
    rank = models.PositiveSmallIntegerField("rang")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    elected = models.BooleanField("élu·e au scrutin", default=False)
    unavailable = models.CharField("ne siège pas", max_length=200, blank=True)

    class Meta:
        verbose_name = "candidat"
        constraints = [
            models.UniqueConstraint(
                fields=["assembly", "election_on", "list_name", "rank"],
                name="council_candidate_one_per_rank",
                violation_error_message="Ce rang est déjà pris sur cette liste.",
            ),
            models.UniqueConstraint(
                fields=["assembly", "election_on", "person"],
                name="council_candidate_once_per_election",
                violation_error_message="Cette personne est déjà sur une liste.",
            ),
            models.CheckConstraint(
                condition=Q(elected=False) | Q(unavailable=""),
                name="council_candidate_elected_took_a_seat",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_name}, {self.rank} : {self.person}"
