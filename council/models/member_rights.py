"""The rights of every member: pieces asked for and their dated answer, oral questions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from config.lib.fields import public_id
from council.enums import AnswerSource, QuestionState, RequestState
from council.models.meeting import AgendaItem, Meeting


class PieceRequestQuerySet(models.QuerySet["PieceRequest"]):
    def waiting(self) -> PieceRequestQuerySet:
        return self.filter(state=RequestState.ASKED)

    def oldest_first(self) -> PieceRequestQuerySet:
        return self.order_by("asked_at", "pk")


class PieceRequest(models.Model):
    """« Demander une pièce » (L2121-13): asked by one member, answered on a date to the whole
    assembly, with the piece or with the reason why not. ``due_on`` is a local day, shown."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="piece_requests")
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="piece_requests"
    )
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    what = models.TextField()
    source = models.CharField(max_length=10, choices=AnswerSource)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=RequestState, default=RequestState.ASKED)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Words that come with the piece, or the reason of the refusal.
    answer = models.TextField(blank=True)
    version = models.ForeignKey(
        "documents.Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    label = models.CharField(max_length=255, blank=True)

    objects = PieceRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce demandée"
        verbose_name_plural = "pièces demandées"
        indexes = [models.Index(fields=["meeting", "state"], name="council_piecerequest_meeting")]
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="council_piecerequest_says_what"),
            models.CheckConstraint(
                condition=Q(
                    state=RequestState.ASKED,
                    answered_at__isnull=True,
                    answered_by__isnull=True,
                    version__isnull=True,
                )
                | (
                    ~Q(state=RequestState.ASKED)
                    & Q(answered_at__gte=F("asked_at"), answered_by__isnull=False)
                ),
                name="council_piecerequest_answer_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.GIVEN) | Q(version__isnull=False) | ~Q(answer=""),
                name="council_piecerequest_given_is_something",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.REFUSED)
                | (Q(version__isnull=True) & ~Q(answer="")),
                name="council_piecerequest_refused_with_a_reason",
                violation_error_message="Un refus se motive par écrit.",
            ),
        ]

    def __str__(self) -> str:
        return self.what


class OralQuestion(models.Model):
    """A member's oral question for one meeting (L2121-19): accepted, it becomes the last point of
    the agenda; late, it may go to the next meeting; refused, it says why."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="oral_questions")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    source = models.CharField(max_length=10, choices=AnswerSource)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=QuestionState, default=QuestionState.RECEIVED)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True)
    item = models.OneToOneField(
        AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="oral_question"
    )

    class Meta:
        verbose_name = "question orale"
        verbose_name_plural = "questions orales"
        indexes = [models.Index(fields=["meeting", "state"], name="council_oralquestion_meeting")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(text=""), name="council_oralquestion_asks_something"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=QuestionState.RECEIVED, settled_at__isnull=True, settled_by__isnull=True
                )
                | (
                    ~Q(state=QuestionState.RECEIVED)
                    & Q(settled_at__isnull=False, settled_by__isnull=False)
                ),
                name="council_oralquestion_settled_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=QuestionState.REFUSED) | ~Q(reason=""),
                name="council_oralquestion_refused_with_a_reason",
                violation_error_message="Dites pourquoi la question est refusée.",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[QuestionState.ACCEPTED, QuestionState.PUT_OFF], item__isnull=False
                )
                | Q(state__in=[QuestionState.RECEIVED, QuestionState.REFUSED], item__isnull=True),
                name="council_oralquestion_point_once_accepted",
            ),
        ]

    def __str__(self) -> str:
        return self.subject
