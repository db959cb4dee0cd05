"""Which messages of the platform's mailbox were dealt with: each once, whatever is killed when."""

from __future__ import annotations

from django.db import models


class FetchedMail(models.Model):
    """One message of an IMAP mailbox, by the identity that its server gives it (RFC 9051 §2.3.1).

    Written in the transaction of what became of it. Belongs to no organisation: it holds no
    content, only that the message was seen and what was decided.
    """

    mailbox = models.CharField(max_length=200)
    uid_validity = models.BigIntegerField()
    message_number = models.BigIntegerField()
    outcome = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "message relevé"
        verbose_name_plural = "messages relevés"
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "uid_validity", "message_number"],
                name="documents_fetchedmail_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.message_number}"
