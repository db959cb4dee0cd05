"""The bodies that deliberate, and who sits in them."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from config.lib.fields import public_id
from council.enums import (
    CHAIRS,
    AssemblyKind,
    Capacity,
    EndReason,
    Function,
    NoticeKind,
    Voice,
)


class DateRange(Func):
    """``daterange(from, to, '[]')``: both ends included, an empty end meaning « still »."""

    function = "DATERANGE"
    output_field = DateRangeField()


class AssemblyQuerySet(models.QuerySet["Assembly"]):
    def of(self, organisation_id: int) -> AssemblyQuerySet:
        return self.filter(organisation_id=organisation_id)

    def in_french_order(self) -> AssemblyQuerySet:
        return self.order_by("position", "name", "pk")


class Assembly(models.Model):
    """A body that is convened: council, board, commission.

    Every legal delay is a setting of the body. ``None`` means « what the law gives by default »
    (``council.rules.policy``); a value of its own starts to count on ``settings_from``, so that a
    change of the rules of procedure never rewrites the meetings before it.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="assemblies"
    )
    kind = models.CharField("nature", max_length=24, choices=AssemblyKind)
    name = models.CharField("nom", max_length=160)
    short_name = models.CharField("nom court", max_length=40, blank=True)
    position = models.PositiveSmallIntegerField("ordre dans les listes", default=0)
    usual_place = models.CharField("lieu habituel", max_length=200, blank=True)
    phone = models.CharField(
        "téléphone",
        max_length=30,
        blank=True,
        help_text="Le numéro donné aux membres quand un lien ne marche pas.",
    )
    reply_email = models.EmailField("courriel de réponse", blank=True)

    preparing_team = models.ForeignKey(
        "accounts.Team",
        verbose_name="équipe qui prépare",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="L’équipe qui prépare les séances, avec la direction générale.",
    )

    population = models.PositiveIntegerField(
        "population de référence",
        null=True,
        blank=True,
        help_text="Population municipale au dernier renouvellement (figée jusqu’au suivant).",
    )
    local_law = models.BooleanField(
        "droit local", default=False, help_text="Droit local d’Alsace-Moselle."
    )
    legal_members = models.PositiveSmallIntegerField(
        "effectif légal",
        null=True,
        blank=True,
        help_text="Effectif légal ; vide : celui de la loi.",
    )
    notice_days = models.PositiveSmallIntegerField(
        "délai de convocation (jours)", null=True, blank=True
    )
    notice_kind = models.CharField(
        "décompte", max_length=8, choices=NoticeKind, default=NoticeKind.CLEAR
    )
    urgent_notice_days = models.PositiveSmallIntegerField(
        "délai en urgence (jours)", null=True, blank=True
    )
    note_required = models.BooleanField("note de synthèse obligatoire", null=True, blank=True)
    proxies_per_holder = models.PositiveSmallIntegerField(default=1)
    proxy_sessions = models.PositiveSmallIntegerField(default=3)
    # R-PRO-02: the règlement intérieur decides (T-PRO-05, T-PRO-06).
    proxies_in_session = models.BooleanField(
        "pouvoirs acceptés en séance",
        default=True,
        help_text="Le règlement intérieur peut l’interdire.",
    )
    # R-AGE-04: what the règlement intérieur says of oral questions.
    question_hours = models.PositiveSmallIntegerField(
        "questions orales : à remettre combien d’heures avant",
        null=True,
        blank=True,
        help_text="Vide : jusqu’à l’ouverture de la séance.",
    )
    questions_per_member = models.PositiveSmallIntegerField(
        "questions orales par membre et par séance",
        null=True,
        blank=True,
        help_text="Vide : sans limite.",
    )
    # Days before a meeting when its members are reminded, once, by themselves; empty: never.
    reminder_days = models.PositiveSmallIntegerField("relance automatique", null=True, blank=True)
    settings_from = models.DateField("délais propres à partir du", null=True, blank=True)
    created_at = models.DateTimeField()

    objects = AssemblyQuerySet.as_manager()

    class Meta:
        verbose_name = "instance"
        verbose_name_plural = "instances"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="council_assembly_one_name_per_organisation",
                violation_error_message="Cette organisation a déjà une instance de ce nom.",
            ),
            models.CheckConstraint(
                condition=Q(proxies_per_holder=1),
                name="council_assembly_one_proxy_per_holder",
                violation_error_message="Un membre ne peut recevoir qu’un seul pouvoir.",
            ),
            models.CheckConstraint(
                condition=Q(urgent_notice_days__isnull=True) | Q(urgent_notice_days__gte=1),
                name="council_assembly_urgent_notice_of_one_day",
                violation_error_message="Même en urgence, il reste un jour franc.",
            ),
            models.CheckConstraint(
                condition=Q(
                    settings_from__isnull=False,
                )
                | Q(
                    notice_days__isnull=True,
                    urgent_notice_days__isnull=True,
                    note_required__isnull=True,
                ),
                name="council_assembly_own_settings_are_dated",
                violation_error_message="Dites à partir de quelle date ces délais s’appliquent.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MandateQuerySet(models.QuerySet["Mandate"]):
    def current(self, on: date) -> MandateQuerySet:
        """In office on that local date, first and last days included."""
        return self.filter(Q(from_date__lte=on) & (Q(to_date__isnull=True) | Q(to_date__gte=on)))

    def in_order_of_the_tableau(self) -> MandateQuerySet:
        return self.order_by("rank", "person__family_name", "person__given_name", "pk")

    def voting(self) -> MandateQuerySet:
        return self.filter(voice=Voice.DELIBERATIVE)

    def with_a_seat(self) -> MandateQuerySet:
        """All but the outgoing mayor and deputies who, beaten at the renewal, stay in function
        until their successors are elected (L2122-15): they sit no more."""
        return self.exclude(
            voice=Voice.CONSULTATIVE, function__in=[Function.MAYOR, Function.DEPUTY]
        )

    def chairing(self) -> MandateQuerySet:
        return self.filter(function__in=CHAIRS)


class Mandate(models.Model):
    """One person's seat in one body, from a date to a date. It opens that body only."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    assembly = models.ForeignKey(
        Assembly, verbose_name="instance", on_delete=models.PROTECT, related_name="mandates"
    )
    person = models.ForeignKey(
        "accounts.Person",
        verbose_name="personne",
        on_delete=models.PROTECT,
        related_name="mandates",
    )
    capacity = models.CharField(
        "qualité", max_length=12, choices=Capacity, default=Capacity.ELECTED
    )
    voice = models.CharField("voix", max_length=14, choices=Voice, default=Voice.DELIBERATIVE)
    function = models.CharField(
        "fonction", max_length=16, choices=Function, default=Function.MEMBER
    )
    function_label = models.CharField("fonction en toutes lettres", max_length=120, blank=True)
    rank = models.PositiveSmallIntegerField(
        "rang au tableau",
    )
    # R-EPCI-04: whose seat an alternate takes; empty where any titular may be replaced.
    stands_in_for = models.ForeignKey(
        "self",
        verbose_name="supplée",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="alternates",
    )
    from_date = models.DateField(
        "depuis le",
    )
    to_date = models.DateField("jusqu’au", null=True, blank=True)
    end_reason = models.CharField("raison de la fin", max_length=12, choices=EndReason, blank=True)
    # The seat in the municipal council from which this one comes fell that day, in another
    # organisation: those who prepare this body end it too.
    source_ended_on = models.DateField(null=True, blank=True, editable=False)
    wants_paper = models.BooleanField("demande le papier", default=False)
    paper_requested_on = models.DateField("demandé le", null=True, blank=True)
    paper_address = models.CharField("adresse d’envoi", max_length=300, blank=True)
    created_at = models.DateTimeField()

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = "mandat"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="council_mandate_ends_after_it_starts",
                violation_error_message="La fin du mandat précède son début.",
            ),
            models.CheckConstraint(
                condition=Q(to_date__isnull=True, end_reason="")
                | (Q(to_date__isnull=False) & ~Q(end_reason="")),
                name="council_mandate_end_has_a_reason",
                violation_error_message="Une fin de mandat a une date et une raison.",
            ),
            models.CheckConstraint(
                condition=Q(stands_in_for__isnull=True) | Q(capacity=Capacity.ALTERNATE),
                name="council_mandate_only_an_alternate_stands_in",
                violation_error_message="Seul un suppléant supplée quelqu’un.",
            ),
            models.CheckConstraint(
                condition=Q(wants_paper=False) | Q(paper_requested_on__isnull=False),
                name="council_mandate_paper_is_asked_on_a_date",
                violation_error_message="Le papier est envoyé à qui l’a demandé : notez la date.",
            ),
            ExclusionConstraint(
                name="council_mandate_one_at_a_time",
                expressions=[
                    ("assembly", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    (
                        DateRange("from_date", "to_date", RangeBoundary(True, True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Cette personne siège déjà ici à ces dates.",
            ),
            ExclusionConstraint(
                name="council_mandate_one_chair_at_a_time",
                expressions=[
                    ("assembly", RangeOperators.EQUAL),
                    (
                        DateRange("from_date", "to_date", RangeBoundary(True, True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(function__in=CHAIRS),
                violation_error_message="Il y a déjà un maire ou un président à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} — {self.assembly}"

    def is_current(self, on: date) -> bool:
        return self.from_date <= on and (self.to_date is None or self.to_date >= on)


class Counter(models.Model):
    """The last number given under one name: the row is locked, so no number is missing or twice."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=100)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "compteur"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="council_counter_one_per_name"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} : {self.last}"
