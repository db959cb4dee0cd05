"""Sign-in: open sessions by person, and failed attempts for throttling."""

from __future__ import annotations

from django.db import models

from accounts.models.person import Person
from config.lib.fields import public_id


class SignedInSession(models.Model):
    """One open session, so that a person can see and close their own."""

    uid = public_id()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="signed_in_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=200)
    address = models.GenericIPAddressField(null=True)
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        verbose_name = "session ouverte"
        verbose_name_plural = "sessions ouvertes"

    def __str__(self) -> str:
        return f"{self.person} – {self.device}"


class FailedSignIn(models.Model):
    """A failed attempt. Counted per identifier *and* address, never per address alone: a whole
    town hall goes out through one."""

    identifier_key = models.CharField(max_length=64)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "échec de connexion"
        verbose_name_plural = "échecs de connexion"
        indexes = [
            models.Index(fields=["identifier_key", "at"], name="accounts_failedsignin_recent")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
