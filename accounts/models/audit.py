"""The audit: evidence. Append-only, identifiers and codes only, sealed in batches."""

from __future__ import annotations

from django.db import models

from config.lib.fields import public_id


class AuditEntry(models.Model):
    """Who did what to what, when. No UPDATE, DELETE or TRUNCATE: a trigger refuses them.

    Only UUIDs and codes: erasing a person's label elsewhere leaves the evidence readable by the
    law and silent about their name.
    """

    uid = public_id()
    organisation_uid = models.UUIDField(null=True)
    actor_uid = models.UUIDField("auteur", null=True)
    verb = models.CharField("acte", max_length=80)
    target_type = models.CharField("sur", max_length=60)
    target_uid = models.UUIDField("objet", null=True)
    operation_uid = models.UUIDField()
    data = models.JSONField(default=dict)
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "trace"
        verbose_name_plural = "journal"
        indexes = [
            models.Index(fields=["organisation_uid", "-id"], name="accounts_audit_by_org"),
            models.Index(fields=["target_uid", "-id"], name="accounts_audit_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_uid}"


class AuditLabel(models.Model):
    """What an object was called, for reading the journal. Erasable, unlike the entry."""

    object_uid = models.UUIDField(primary_key=True)
    label = models.CharField(max_length=300)

    class Meta:
        verbose_name = "libellé du journal"
        verbose_name_plural = "libellés du journal"

    def __str__(self) -> str:
        return self.label


class AuditAddress(models.Model):
    """From which network address an entry was made. Monthly partitions, dropped by age."""

    pk = models.CompositePrimaryKey("at", "entry_uid")
    entry_uid = models.UUIDField()
    at = models.DateTimeField()
    address = models.GenericIPAddressField()

    class Meta:
        managed = False
        db_table = "accounts_auditaddress"
        verbose_name = "adresse du journal"
        verbose_name_plural = "adresses du journal"

    def __str__(self) -> str:
        return str(self.address)


class AuditSeal(models.Model):
    """One link of the hash chain over a batch of entries, computed by a job."""

    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = "scellé du journal"
        verbose_name_plural = "scellés du journal"

    def __str__(self) -> str:
        return f"{self.first_id}–{self.last_id}"
