"""Belonging, with dates: every right counts only while a membership runs."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from accounts.enums import Capacity, TeamKind
from accounts.models.organisation import Organisation
from accounts.models.person import Person
from config.lib.fields import public_id


class DateRange(Func):
    """daterange(from, to, '[]'): both days included, open-ended when `to` is null."""

    function = "daterange"
    output_field = DateRangeField()


PERIOD = DateRange(
    F("from_date"), F("to_date"), RangeBoundary(inclusive_lower=True, inclusive_upper=True)
)


class DatedQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def current(self, day: dt.date) -> DatedQuerySet:
        """Running on this day, in the organisation's calendar."""
        return self.filter(Q(from_date__lte=day), Q(to_date__isnull=True) | Q(to_date__gte=day))


class Membership(models.Model):
    """A person belongs to an organisation, in one capacity, from a day to a day (included)."""

    uid = public_id()
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name="organisation",
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="memberships", verbose_name="personne"
    )
    capacity = models.CharField("qualité", max_length=10, choices=Capacity.choices)
    job_title = models.CharField("fonction", max_length=120, blank=True)
    from_date = models.DateField("depuis le")
    to_date = models.DateField("jusqu’au", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "appartenance"
        verbose_name_plural = "appartenances"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="accounts_membership_dates_in_order",
                violation_error_message="La fin ne peut pas précéder le début.",
            ),
            ExclusionConstraint(
                name="accounts_membership_no_overlap",
                expressions=[
                    (F("organisation"), RangeOperators.EQUAL),
                    (F("person"), RangeOperators.EQUAL),
                    (F("capacity"), RangeOperators.EQUAL),
                    (PERIOD, RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette personne a déjà cette qualité à ces dates.",
            ),
        ]
        indexes = [models.Index(fields=["person", "organisation"], name="accounts_membership_who")]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_capacity_display()})"


class Team(models.Model):
    """A group of people of one organisation: service, commission, project, the DGS.

    One-to-one with an `auth.Group` named `team:<uuid>`: group names are unique on the whole
    platform, so the label lives here. Who belongs is ours too (dated): `User.groups` stays empty.
    """

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="teams")
    label = models.CharField("nom", max_length=120)
    kind = models.CharField("nature", max_length=12, choices=TeamKind.choices)
    group = models.OneToOneField(
        "auth.Group", on_delete=models.PROTECT, related_name="team", editable=False
    )
    # Who fills it, when people do not: its members follow, and nobody changes them by hand.
    source = models.CharField("tenue à jour par", max_length=40, blank=True, editable=False)
    archived_at = models.DateTimeField("archivée le", null=True, blank=True)

    class Meta:
        verbose_name = "équipe"
        verbose_name_plural = "équipes"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "label"],
                name="accounts_team_label_once",
                violation_error_message="Une équipe porte déjà ce nom.",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(kind=TeamKind.DGS),
                name="accounts_team_one_dgs",
                violation_error_message="L’organisation a déjà son équipe de direction générale.",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class TeamMembership(models.Model):
    """A person is in a team, from a day to a day (included)."""

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, related_name="memberships", verbose_name="équipe"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="team_memberships", verbose_name="personne"
    )
    from_date = models.DateField("depuis le")
    to_date = models.DateField("jusqu’au", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "membre d’équipe"
        verbose_name_plural = "membres d’équipe"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="accounts_teammembership_dates_in_order",
                violation_error_message="La fin ne peut pas précéder le début.",
            ),
            ExclusionConstraint(
                name="accounts_teammembership_no_overlap",
                expressions=[
                    (F("team"), RangeOperators.EQUAL),
                    (F("person"), RangeOperators.EQUAL),
                    (PERIOD, RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette personne est déjà dans l’équipe à ces dates.",
            ),
        ]
        indexes = [models.Index(fields=["person", "team"], name="accounts_teammembership_who")]

    def __str__(self) -> str:
        return f"{self.person} → {self.team}"
