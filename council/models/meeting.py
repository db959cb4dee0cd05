"""A meeting, its points, and the mayor's recorded agreement to its agenda."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from config.lib.clock import local_date
from config.lib.fields import public_id
from council.enums import (
    BudgetImpact,
    ItemKind,
    ItemState,
    Matter,
    MeetingState,
    PieceNature,
    Recurring,
)
from council.models.assembly import Assembly


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def convened(self) -> MeetingQuerySet:
        """Those whose members have been convened, a cancelled one included."""
        return self.filter(convened_at__isnull=False)

    def alive(self) -> MeetingQuerySet:
        return self.filter(cancelled_at__isnull=True)

    def upcoming(self, at: datetime) -> MeetingQuerySet:
        return self.filter(starts_at__gte=at).order_by("starts_at", "pk")

    def past(self, at: datetime) -> MeetingQuerySet:
        return self.filter(starts_at__lt=at).order_by("-starts_at", "-pk")

    def in_preparation(self) -> MeetingQuerySet:
        return self.alive().filter(convened_at__isnull=True)


class Meeting(models.Model):
    """One séance. Its state is deduced from dated facts: nobody ticks a step."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    assembly = models.ForeignKey(Assembly, on_delete=models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=200)
    # The settings of the body on the day of the meeting, kept so that a later change of the
    # rules of procedure, or of the population, does not rewrite what was owed then.
    timezone = models.CharField(max_length=64)

    agenda_frozen_at = models.DateTimeField(null=True, blank=True)
    urgent_at = models.DateTimeField(null=True, blank=True)
    urgency_reason = models.TextField(blank=True)
    convened_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    # R-QUO-05: members came, too few; the meeting never opened and is convened again.
    quorum_missed_at = models.DateTimeField(null=True, blank=True)
    adjourned_at = models.DateTimeField(null=True, blank=True)
    minutes_drafted_at = models.DateTimeField(null=True, blank=True)
    minutes_settled_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.TextField(blank=True)
    # R-QUO-05: the first meeting, when this one was convened again for lack of quorum.
    again_after = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="again"
    )
    created_by = models.ForeignKey(
        "accounts.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "séance"
        indexes = [models.Index(fields=["organisation", "starts_at"], name="council_meeting_when")]
        constraints = [
            models.CheckConstraint(
                condition=Q(urgent_at__isnull=True, urgency_reason="")
                | (Q(urgent_at__isnull=False) & ~Q(urgency_reason="")),
                name="council_meeting_urgency_has_a_reason",
                violation_error_message="L’urgence a un motif.",
            ),
            models.CheckConstraint(
                condition=Q(convened_at__isnull=True) | Q(agenda_frozen_at__isnull=False),
                name="council_meeting_convened_once_its_agenda_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(convened_at__isnull=False),
                name="council_meeting_opened_once_convened",
            ),
            models.CheckConstraint(
                condition=Q(quorum_missed_at__isnull=True)
                | Q(opened_at__isnull=True, convened_at__isnull=False),
                name="council_meeting_without_quorum_never_opened",
            ),
            models.CheckConstraint(
                condition=Q(adjourned_at__isnull=True) | Q(adjourned_at__gte=F("opened_at")),
                name="council_meeting_adjourned_after_it_opened",
            ),
            models.CheckConstraint(
                condition=Q(minutes_settled_at__isnull=True)
                | Q(minutes_settled_at__gte=F("minutes_drafted_at")),
                name="council_meeting_minutes_settled_after_their_draft",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(minutes_settled_at__isnull=False),
                name="council_meeting_closed_once_its_minutes_are_settled",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancel_reason="")
                | (Q(cancelled_at__isnull=False, opened_at__isnull=True) & ~Q(cancel_reason="")),
                name="council_meeting_cancelled_with_a_reason_before_it_opens",
                violation_error_message="Une séance ouverte ne s’annule plus.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assembly} du {self.local_day:%d/%m/%Y}"

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def local_start(self) -> datetime:
        """The hour on the wall of the town hall."""
        return self.starts_at.astimezone(self.tz)

    @property
    def local_day(self) -> date:
        return local_date(self.starts_at, self.timezone)

    @property
    def is_urgent(self) -> bool:
        return self.urgent_at is not None

    @property
    def state(self) -> MeetingState:
        """The furthest step that a fact proves."""
        facts = (
            (self.cancelled_at, MeetingState.CANCELLED),
            (self.closed_at, MeetingState.CLOSED),
            (self.minutes_settled_at, MeetingState.MINUTES_SETTLED),
            (self.minutes_drafted_at, MeetingState.MINUTES_DRAFTED),
            (self.adjourned_at, MeetingState.ADJOURNED),
            (self.opened_at, MeetingState.OPEN),
            (self.quorum_missed_at, MeetingState.NO_QUORUM),
            (self.convened_at, MeetingState.CONVENED),
            (self.agenda_frozen_at, MeetingState.SETTLED),
        )
        return next((state for fact, state in facts if fact), MeetingState.PREPARATION)


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def on_the_agenda(self) -> AgendaItemQuerySet:
        """The points of a meeting in their order, those withdrawn or abandoned left out."""
        return (
            self.filter(meeting__isnull=False)
            .exclude(state__in=OFF_AGENDA)
            .order_by("position", "pk")
        )

    def pool(self) -> AgendaItemQuerySet:
        """Proposals waiting for a place on an agenda."""
        return self.filter(
            state__in=[ItemState.DRAFT, ItemState.PROPOSED, ItemState.RETURNED, ItemState.READY],
            amendment__isnull=True,
        ).order_by("state", "position", "pk")


#: States in which a point is no longer read out.
OFF_AGENDA = (
    ItemState.DRAFT,
    ItemState.PROPOSED,
    ItemState.RETURNED,
    ItemState.READY,
    ItemState.WITHDRAWN,
    ItemState.ABANDONED,
)


class AgendaItem(models.Model):
    """A point. Before it is listed it belongs to an assembly and may aim at a meeting.

    ``number`` is given when the agenda is frozen, and is never given again in that meeting, even
    to replace a point withdrawn since; ``position`` is the order in which points are called.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    assembly = models.ForeignKey(Assembly, on_delete=models.PROTECT, related_name="items")
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="items"
    )
    state = models.CharField(max_length=12, choices=ItemState, default=ItemState.DRAFT)
    kind = models.CharField(max_length=16, choices=ItemKind, default=ItemKind.DELIBERATION)
    matter = models.CharField(max_length=16, choices=Matter, default=Matter.ORDINARY)
    title = models.CharField(max_length=400)
    # R-PUB-05: as the public reads it on the agenda, where something is hidden in it; and the
    # digest of the title that a person decided on, empty while the hiding is automatic.
    public_title = models.CharField(max_length=1000, blank=True)
    title_decided = models.CharField(max_length=64, blank=True)
    # R-ACT-01: the @ctes matter, two levels; the act made of this point takes it.
    subject_code = models.CharField(max_length=8, blank=True)
    budget_impact = models.CharField(max_length=12, choices=BudgetImpact, blank=True)
    # The budget that it is about, told in the open data: « 2026 » or « 2026/2027 », and its name.
    budget_year = models.CharField(max_length=9, blank=True)
    budget_name = models.CharField(max_length=80, blank=True)
    # Listed by itself when the meeting was made.
    recurring = models.CharField(max_length=10, choices=Recurring, blank=True)
    # « 2027:budget »: the obligation of a year that it answers, and its last day.
    obligation = models.CharField(max_length=60, blank=True)
    due_on = models.DateField(null=True, blank=True)
    summary = models.TextField(blank=True, help_text="Note de synthèse.")
    # R-CONV-05: « sauf si des documents équivalents ont été joints ».
    equivalent_document = models.BooleanField(default=False)
    proposed_text = models.TextField(blank=True, help_text="Projet de délibération.")
    rapporteur = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_doors = models.BooleanField(default=False)
    # The heading of the body's model under which it is called, and its words once settled.
    section = models.ForeignKey(
        "council.AgendaSection", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    heading = models.CharField(max_length=120, blank=True)
    position = models.PositiveIntegerField(default=0)
    number = models.PositiveIntegerField(null=True, blank=True)
    state_reason = models.TextField(blank=True)
    postponed_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="postponed_to"
    )
    # The step of its validation that it waits for, once proposed.
    step = models.ForeignKey(
        "council.ValidationStep", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The past point that this one was written from.
    taken_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="taken_up"
    )
    # R-CONV-06: the vote on the urgency that brought this point after the convocation.
    hurried_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="hurried"
    )
    # Part of what changes in a meeting already convened: a point to add, or (``amends``) the new
    # wording of one that was sent, which stays as it is until the change leaves.
    amendment = models.ForeignKey(
        "council.Amendment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="items",
    )
    amends = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="amended_by"
    )
    created_by = models.ForeignKey(
        "accounts.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = "point"
        indexes = [
            models.Index(fields=["meeting", "position"], name="council_item_order"),
            models.Index(fields=["assembly", "state"], name="council_item_pool"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"], name="council_agendaitem_number_never_reused"
            ),
            models.CheckConstraint(
                condition=Q(budget_year="", budget_name="")
                | (~Q(budget_year="") & ~Q(budget_name="")),
                name="council_agendaitem_budget_year_and_name_together",
                violation_error_message="L’année et le nom du budget vont ensemble.",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(meeting__isnull=False),
                name="council_agendaitem_number_belongs_to_a_meeting",
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=[
                        ItemState.LISTED,
                        ItemState.FROZEN,
                        ItemState.TABLED,
                        ItemState.ADOPTED,
                        ItemState.AMENDED,
                        ItemState.REJECTED,
                        ItemState.ADJOURNED,
                        ItemState.POSTPONED,
                        ItemState.NOTED,
                    ]
                )
                | Q(meeting__isnull=False),
                name="council_agendaitem_listed_in_a_meeting",
            ),
            models.CheckConstraint(
                condition=~Q(state=ItemState.FROZEN) | Q(number__isnull=False),
                name="council_agendaitem_frozen_with_a_number",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="council_agendaitem_has_a_title"),
            models.CheckConstraint(
                condition=~Q(state__in=[ItemState.RETURNED, ItemState.WITHDRAWN])
                | ~Q(state_reason=""),
                name="council_agendaitem_sent_back_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["amendment", "amends"],
                name="council_agendaitem_one_new_wording_per_amendment",
            ),
            models.CheckConstraint(
                condition=Q(amends__isnull=True)
                | Q(amendment__isnull=False, meeting__isnull=True, number__isnull=True),
                name="council_agendaitem_new_wording_waits_in_an_amendment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}" if self.number else self.title

    @property
    def budget_told(self) -> str:
        """« Budget principal, 2027 »; nothing when the point is about no budget."""
        return ", ".join(one for one in (self.budget_name, self.budget_year) if one)

    @property
    def section_title(self) -> str:
        """The heading it is called under: as settled, else as the model says now (read with its
        ``section``)."""
        return self.heading or (self.section.title if self.section else "")


class AgendaItemDocument(models.Model):
    """A piece joined to a point: the document while preparing, one pinned version once frozen."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="pieces")
    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")
    pinned_version = models.ForeignKey(
        "documents.Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    position = models.PositiveIntegerField(default=0)
    label = models.CharField(max_length=255, blank=True)
    nature = models.CharField(max_length=10, choices=PieceNature, default=PieceNature.ANNEX)
    added_by = models.ForeignKey(
        "accounts.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = "pièce jointe"
        constraints = [
            models.UniqueConstraint(
                fields=["item", "document"],
                name="council_agendaitemdocument_once_per_item",
                violation_error_message="Cette pièce est déjà jointe au point.",
            )
        ]

    def __str__(self) -> str:
        return self.told

    @property
    def told(self) -> str:
        """« Plan : Chemin des Vignes »; the title alone when nobody said what it is."""
        title = self.label or str(self.document)
        if self.nature == PieceNature.ANNEX:
            return title
        return f"{self.get_nature_display()}\u00a0: {title}"


class MayorAgreementQuerySet(models.QuerySet["MayorAgreement"]):
    def waiting(self) -> MayorAgreementQuerySet:
        return self.filter(answered_at__isnull=True, withdrawn_at__isnull=True)

    def of_agendas(self) -> MayorAgreementQuerySet:
        """About a first agenda, not about the change of a meeting convened."""
        return self.filter(amendment__isnull=True)

    def given(self) -> MayorAgreementQuerySet:
        return self.filter(agreed=True, withdrawn_at__isnull=True)


class MayorAgreement(models.Model):
    """What the mayor was asked about one exact agenda, and the answer.

    The digest is that of the agenda shown: an agenda changed afterwards is no longer agreed to.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agreements")
    # What was asked is the change of a meeting already convened, not its first agenda.
    amendment = models.ForeignKey(
        "council.Amendment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="agreements",
    )
    agenda_digest = models.CharField(max_length=64)
    asked_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    agreed = models.BooleanField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # « Paul Martin, premier adjoint, en l’absence du maire »: empty when the mayor answered.
    acting_as = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    refusal_reason = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="L’ordre du jour a changé : l’accord ne vaut plus."
    )

    objects = MayorAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "accord du maire"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(withdrawn_at__isnull=True, amendment__isnull=True),
                name="council_mayoragreement_one_question_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["amendment"],
                condition=Q(withdrawn_at__isnull=True, amendment__isnull=False),
                name="council_mayoragreement_one_question_per_amendment",
            ),
            models.CheckConstraint(
                condition=Q(agreed__isnull=True, answered_by__isnull=True, answered_at__isnull=True)
                | Q(agreed__isnull=False, answered_by__isnull=False, answered_at__isnull=False),
                name="council_mayoragreement_answer_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(agreed=False) | ~Q(refusal_reason=""),
                name="council_mayoragreement_refusal_has_a_reason",
                violation_error_message="Dites en quelques mots ce qu’il faut changer.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} : {'accord' if self.agreed else 'demande'}"
