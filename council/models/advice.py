"""What commissions and services think of a point before it is voted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from config.lib.fields import public_id
from council.enums import AdviceState, Opinion
from council.models.assembly import Assembly
from council.models.meeting import AgendaItem


class Advice(models.Model):
    """One opinion, asked by a day. The members read it once it is released, never before."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="advice")
    body = models.ForeignKey(
        Assembly, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    team = models.ForeignKey(
        "accounts.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField()
    asked_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    opinion = models.CharField(max_length=12, choices=Opinion, blank=True)
    words = models.TextField(blank=True)
    given_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "avis"
        constraints = [
            models.CheckConstraint(
                condition=Q(body__isnull=False, team__isnull=True)
                | Q(body__isnull=True, team__isnull=False),
                name="council_advice_of_a_body_or_a_team",
            ),
            models.UniqueConstraint(fields=["item", "body"], name="council_advice_one_per_body"),
            models.UniqueConstraint(fields=["item", "team"], name="council_advice_one_per_team"),
            models.CheckConstraint(
                condition=Q(opinion="", given_on__isnull=True, recorded_by__isnull=True)
                | (~Q(opinion="") & Q(given_on__isnull=False, recorded_by__isnull=False)),
                name="council_advice_given_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | ~Q(opinion=""),
                name="council_advice_released_once_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.whose} : {self.get_opinion_display() or 'attendu'}"

    @property
    def state(self) -> AdviceState:
        """The furthest step that a fact proves."""
        if self.released_at is not None:
            return AdviceState.RELEASED
        return AdviceState.GIVEN if self.opinion else AdviceState.ASKED

    @property
    def whose(self) -> str:
        """The commission or the service asked."""
        if self.body is not None:
            return self.body.name
        return str(self.team.label) if self.team else ""

    @property
    def sentence(self) -> str:
        """« Commission Finances : avis favorable. Le prix reste sous le coût. »"""
        said = f"{self.whose} : avis {self.get_opinion_display().lower()}."
        return f"{said} {self.words}".strip()
