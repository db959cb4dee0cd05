"""What is addressed to a person: outgoing mail, inbox, what they follow."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.enums import MailState, NoticeClass, Rhythm
from accounts.models.organisation import Organisation
from accounts.models.person import Person
from config.lib.fields import public_id


class Mail(models.Model):
    """One message for one person. Rendered at hand-over: this row keeps ids, not secrets."""

    uid = public_id()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mails")
    kind = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    notice_class = models.CharField(max_length=1, choices=NoticeClass.choices)
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    # Fixed when queued: a second attempt is the same message to every mailbox on the way.
    message_id = models.CharField(max_length=200, unique=True)
    address = models.EmailField(blank=True)
    subject = models.CharField(max_length=300, blank=True)
    # The message as sent, personal links masked. Kept as proof.
    body = models.TextField(blank=True)
    # What the server answered: "250 2.0.0 Ok: queued as 4F3A".
    response = models.TextField(blank=True)
    error = models.TextField(blank=True)
    not_after = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # One message for one cause, however many times the cause is handled.
    dedupe_key = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - null is "no key"

    class Meta:
        verbose_name = "courriel"
        verbose_name_plural = "courriels"
        constraints = [
            models.UniqueConstraint(fields=["kind", "dedupe_key"], name="accounts_mail_once"),
            models.CheckConstraint(
                condition=~Q(state=MailState.ACCEPTED) | Q(handed_over_at__isnull=False),
                name="accounts_mail_accepted_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-queued_at"], name="accounts_mail_by_person"),
            models.Index(fields=["organisation", "-queued_at"], name="accounts_mail_by_org"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.person}"


class Notification(models.Model):
    """One line of a person's inbox: one object, one line, however many events."""

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=80)
    group_key = models.CharField(max_length=120)
    object_uid = models.UUIDField(null=True)
    payload = models.JSONField(default=dict)
    actors = models.JSONField(default=list)
    count = models.PositiveIntegerField(default=1)
    notice_class = models.CharField(max_length=1, choices=NoticeClass.choices)
    reason = models.CharField(max_length=200, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    send_after = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person", "group_key"],
                condition=Q(read_at__isnull=True, cancelled_at__isnull=True),
                name="accounts_notification_one_line_per_object",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "organisation", "-last_at"], name="accounts_notification_inbox"
            ),
            models.Index(
                fields=["send_after"],
                condition=Q(
                    mailed_at__isnull=True, read_at__isnull=True, cancelled_at__isnull=True
                ),
                name="accounts_notification_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.person}"


class Follow(models.Model):
    """A person wants to hear of an object (a folder, a meeting) of the acting organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="follows")
    object_type = models.CharField(max_length=40)
    object_uid = models.UUIDField()
    muted = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "suivi"
        verbose_name_plural = "suivis"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "object_uid"], name="accounts_follow_once"
            ),
        ]
        indexes = [models.Index(fields=["object_uid"], name="accounts_follow_of")]

    def __str__(self) -> str:
        return f"{self.person} suit {self.object_type} {self.object_uid}"


class Preference(models.Model):
    """How often a person wants to be written to, in one organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="preferences")
    rhythm = models.CharField(
        "recevoir les nouvelles", max_length=6, choices=Rhythm.choices, default=Rhythm.DAILY
    )

    class Meta:
        verbose_name = "préférence"
        verbose_name_plural = "préférences"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"], name="accounts_preference_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} : {self.get_rhythm_display()}"
