"""Sign-in: open sessions by person, and failed attempts for throttling."""

from __future__ import annotations

from django.db import models

from accounts.models.organisation import Organisation
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


class ApplicationPassword(models.Model):
    """A password for one programme of one person, in one organisation: a network drive has it.

    Only the SHA-256 of the secret is kept: 120 random bits need no slow hash, and a drive shows
    them with every request.
    """

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="application_passwords"
    )
    name = models.CharField("appareil ou logiciel", max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("créé le")
    last_used_at = models.DateTimeField("utilisé le", null=True, blank=True)
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "mot de passe d’application"
        verbose_name_plural = "mots de passe d’application"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name=""), name="accounts_applicationpassword_named"
            )
        ]
        indexes = [
            models.Index(
                fields=["person"],
                condition=models.Q(revoked_at=None),
                name="accounts_apppassword_own",
            )
        ]

    def __str__(self) -> str:
        return self.name
