"""Organisations: the tenants. Each has its own tree, registers, numbering and identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from accounts.enums import OrganisationKind
from config.lib.fields import public_id
from config.lib.sirene import is_siret

if TYPE_CHECKING:
    from accounts.models.person import Person


def check_siret(value: str) -> None:
    """Fourteen digits and their key. Raises ValidationError."""
    if not is_siret(value):
        raise ValidationError("Ce SIRET n’est pas juste : quatorze chiffres, dont deux clés.")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def with_current_member(self, person: Person, now: object) -> OrganisationQuerySet:
        """Where this person has a membership that runs today, by each organisation's own date."""
        return self.extra(
            where=[
                """EXISTS (SELECT 1 FROM accounts_membership m
                     WHERE m.organisation_id = accounts_organisation.id AND m.person_id = %s
                       AND daterange(m.from_date, m.to_date, '[]') @>
                           (%s::timestamptz AT TIME ZONE accounts_organisation.timezone)::date)"""
            ],
            params=[person.pk, now],
        )


class Organisation(models.Model):
    """A legal person: a commune, its CCAS, an intercommunalité, a syndicate."""

    uid = public_id()
    slug = models.SlugField("adresse", max_length=60, unique=True)
    name = models.CharField("nom", max_length=200)
    kind = models.CharField("nature", max_length=10, choices=OrganisationKind.choices)
    # A CCAS is linked to its commune; the link gives no right whatever.
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="rattachée à",
    )
    siren = models.CharField(
        "SIREN", max_length=9, blank=True, validators=[RegexValidator(r"^\d{9}$")]
    )
    # Of the town hall itself; its nine first digits are the SIREN.
    siret = models.CharField(
        "SIRET",
        max_length=14,
        blank=True,
        validators=[check_siret],
        help_text="Les quatorze chiffres de la mairie, sans espace.",
    )
    insee = models.CharField(
        "code INSEE", max_length=5, blank=True, validators=[RegexValidator(r"^\d[\dAB]\d{3}$")]
    )
    population = models.PositiveIntegerField(
        "population (arrêtée au dernier renouvellement)", default=0
    )
    timezone = models.CharField("fuseau horaire", max_length=40, default="Europe/Paris")
    accent = models.CharField(
        "couleur", max_length=7, blank=True, validators=[RegexValidator(r"^#[0-9a-f]{6}$")]
    )
    phone = models.CharField("téléphone de l’accueil", max_length=20, blank=True)
    email = models.EmailField("courriel de l’accueil", blank=True)
    address = models.TextField("adresse postale", blank=True)
    training_enabled = models.BooleanField("formation affichée", default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisation"
        verbose_name_plural = "organisations"
        constraints = [
            models.CheckConstraint(
                condition=~Q(parent=F("id")), name="accounts_organisation_not_its_own_parent"
            ),
            models.UniqueConstraint(
                fields=["siren"], condition=~Q(siren=""), name="accounts_organisation_siren_once"
            ),
            models.UniqueConstraint(
                fields=["siret"], condition=~Q(siret=""), name="accounts_organisation_siret_once"
            ),
            models.CheckConstraint(
                condition=Q(siren="") | Q(siret="") | Q(siret__startswith=F("siren")),
                name="accounts_organisation_siret_begins_with_siren",
                violation_error_message="Le SIRET commence par le SIREN de la collectivité.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def legal_number(self) -> str:
        """The SIREN, told or read in the SIRET; empty when neither is known."""
        return self.siren or self.siret[:9]
