"""What was sent, to whom, and what they answered: frozen editions, convocations, pouvoirs."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from config.lib.fields import public_id
from council.enums import (
    LIVE_PROXY,
    AnswerSource,
    Channel,
    ConvocationState,
    EditionChange,
    Intent,
    Means,
    ProxyState,
)
from council.models.assembly import Mandate
from council.models.meeting import AgendaItem, MayorAgreement, Meeting


class DossierEdition(models.Model):
    """The dossier exactly as it leaves: a manifest and its digest. Never changed (by trigger).

    ``manifest`` is the canonical JSON whose SHA-256 is ``sha256``: meeting, points in order,
    pieces with the digest of their bytes. The first and the last member get the same edition;
    a change after sending is edition n + 1.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="editions")
    n = models.PositiveSmallIntegerField()
    change = models.CharField(max_length=16, choices=EditionChange, default=EditionChange.FIRST)
    # On whose agreement, to exactly this, it left (R-CONV-01).
    agreement = models.ForeignKey(
        MayorAgreement, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    manifest = models.TextField()
    sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "édition du dossier"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "n"], name="council_dossieredition_one_per_number"
            ),
            models.CheckConstraint(
                condition=Q(n__gte=1), name="council_dossieredition_numbered_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}, édition {self.n}"


class EditionPiece(models.Model):
    """One document of an edition, in order, pinned to the version that was sent (by trigger)."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    edition = models.ForeignKey(DossierEdition, on_delete=models.PROTECT, related_name="pieces")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("documents.Version", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    label = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = "pièce d’une édition"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "position"], name="council_editionpiece_one_per_position"
            )
        ]

    def __str__(self) -> str:
        return self.label


class ConvocationQuerySet(models.QuerySet["Convocation"]):
    def to_send(self) -> ConvocationQuerySet:
        return self.filter(state=ConvocationState.TO_SEND)

    def by_mail(self) -> ConvocationQuerySet:
        return self.filter(channel=Channel.EMAIL)

    def on_paper(self) -> ConvocationQuerySet:
        return self.filter(channel=Channel.PAPER)

    def of_members(self, today: date) -> ConvocationQuerySet:
        """Those whose mandate still runs: nothing is owed to whoever left."""
        return self.exclude(mandate__to_date__lt=today)

    def in_order_of_the_tableau(self) -> ConvocationQuerySet:
        return self.order_by("mandate__rank", "pk")


class Convocation(models.Model):
    """One member's convocation to one edition, with every dated fact of its way.

    ``handed_over_at`` is the instant that the law counts (R-CONV-08): the successful hand-over of
    the message to the mail server, or of the paper into a hand or to the post.
    Which pieces a member reads is not here: reading is private.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="convocations")
    edition = models.ForeignKey(
        DossierEdition, on_delete=models.PROTECT, related_name="convocations"
    )
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="convocations")
    person = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="convocations"
    )
    # The former convocation of this person to this meeting, when that one left: a modified dossier
    # is a new row, chained to the first.
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by"
    )
    state = models.CharField(
        max_length=12, choices=ConvocationState, default=ConvocationState.TO_SEND
    )
    channel = models.CharField(max_length=8, choices=Channel)
    address = models.CharField(max_length=300, blank=True)
    # The personal link is HMAC(key, uid, generation): a new generation revokes the former links.
    generation = models.PositiveIntegerField(default=1)
    message_id = models.CharField(max_length=255, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    attempt_started_at = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    handed_over_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    server_reply = models.CharField(max_length=500, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = ConvocationQuerySet.as_manager()

    class Meta:
        verbose_name = "convocation"
        indexes = [models.Index(fields=["person", "meeting"], name="council_convocation_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "person"],
                name="council_convocation_one_per_person_and_edition",
            ),
            models.UniqueConstraint(
                fields=["message_id"],
                condition=~Q(message_id=""),
                name="council_convocation_one_message_id",
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=[
                        ConvocationState.SENT,
                        ConvocationState.ACCEPTED,
                        ConvocationState.DELIVERED,
                    ]
                )
                | Q(handed_over_at__isnull=False),
                name="council_convocation_sent_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(accepted_at__gte=F("handed_over_at")),
                name="council_convocation_accepted_after_the_hand_over",
            ),
            models.CheckConstraint(
                condition=Q(generation__gte=1), name="council_convocation_generation_from_one"
            ),
            models.CheckConstraint(
                condition=~Q(state=ConvocationState.FAILED)
                | (Q(failed_at__isnull=False) & ~Q(failure="")),
                name="council_convocation_failure_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} — {self.meeting}"


class AnswerQuerySet(models.QuerySet["Answer"]):
    def current(self) -> AnswerQuerySet:
        return self.filter(replaced_at__isnull=True)


class Answer(models.Model):
    """« Serez-vous là ? » One line per answer: the last is the current one, the others stay."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="answers")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    intent = models.CharField(max_length=8, choices=Intent)
    source = models.CharField(max_length=10, choices=AnswerSource)
    recorded_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Who heard it, and how: not always who types it.
    received_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    means = models.CharField(max_length=8, choices=Means, blank=True)
    answered_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"],
                condition=Q(replaced_at__isnull=True),
                name="council_answer_one_current_per_person",
            ),
            models.CheckConstraint(
                condition=Q(replaced_at__isnull=True) | Q(replaced_at__gte=F("answered_at")),
                name="council_answer_replaced_after_it_was_given",
            ),
            models.CheckConstraint(
                condition=~Q(source=AnswerSource.TOWN_HALL) | Q(recorded_by__isnull=False),
                name="council_answer_noted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(means="") | Q(received_by__isnull=False),
                name="council_answer_received_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} : {self.get_intent_display()}"


class ProxyQuerySet(models.QuerySet["Proxy"]):
    def live(self) -> ProxyQuerySet:
        return self.filter(state__in=LIVE_PROXY)

    def confirmed(self) -> ProxyQuerySet:
        return self.filter(state=ProxyState.CONFIRMED)


class Proxy(models.Model):
    """A pouvoir for one meeting. Constraints hold what they can: one per holder, one per giver.

    From a shared mailbox or a forwarded link it stays « à confirmer » by the secretary, and
    already occupies its holder.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="proxies")
    giver = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="proxies_given"
    )
    holder = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="proxies_held"
    )
    state = models.CharField(max_length=12, choices=ProxyState)
    source = models.CharField(max_length=10, choices=AnswerSource)
    # Handed over at the door or during the meeting: follows the session's own facts.
    in_session = models.BooleanField(default=False)
    # The boolean only: never the diagnosis (R-PRO-01, T-PRO-09).
    illness_seen_on = models.DateField(null=True, blank=True)
    doubts = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    given_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)

    objects = ProxyQuerySet.as_manager()

    class Meta:
        verbose_name = "pouvoir"
        verbose_name_plural = "pouvoirs"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "holder"],
                condition=Q(state__in=LIVE_PROXY),
                name="council_proxy_one_per_holder",
                violation_error_message="Cette personne a déjà un pouvoir pour cette séance.",
            ),
            models.UniqueConstraint(
                fields=["meeting", "giver"],
                condition=Q(state__in=LIVE_PROXY),
                name="council_proxy_one_per_giver",
                violation_error_message="Un pouvoir est déjà donné pour cette séance.",
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("holder")),
                name="council_proxy_to_somebody_else",
                violation_error_message="On ne se donne pas pouvoir à soi-même.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProxyState.CONFIRMED) | Q(confirmed_at__isnull=False),
                name="council_proxy_confirmed_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE_PROXY, ended_at__isnull=True)
                | (~Q(state__in=LIVE_PROXY) & Q(ended_at__isnull=False)),
                name="council_proxy_ended_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.holder}"
