"""How long things are kept, and the slips under which public archives may be destroyed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from config.lib.fields import public_id
from documents.enums import Keeping
from documents.models.document import Document
from documents.models.folder import Folder


class KeepingRule(models.Model):
    """What becomes of what is thrown away from a folder; the folders below follow it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    folder = models.OneToOneField(Folder, on_delete=models.CASCADE, related_name="keeping_rule")
    keeping = models.CharField("conservation", max_length=10, choices=Keeping.choices)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    set_at = models.DateTimeField("le")

    class Meta:
        verbose_name = "règle de conservation"
        verbose_name_plural = "règles de conservation"

    def __str__(self) -> str:
        return f"{self.folder} : {self.get_keeping_display()}"


class EliminationSlip(models.Model):
    """A bordereau d'élimination: the list that the archives stamp before anything is destroyed.

    Code du patrimoine, art. L212-3: no public archive is destroyed without the visa of the
    director of the departmental archives. Numbered without gap by year; never deleted.
    """

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("année")
    number = models.PositiveIntegerField("numéro")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="par"
    )
    created_at = models.DateTimeField("établi le")
    visa_reference = models.CharField("référence du visa", max_length=120, blank=True)
    visa_date = models.DateField("date du visa", null=True)
    executed_at = models.DateTimeField("exécuté le", null=True)
    executed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    abandoned_at = models.DateTimeField("abandonné le", null=True)

    class Meta:
        verbose_name = "bordereau d’élimination"
        verbose_name_plural = "bordereaux d’élimination"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year", "number"], name="documents_slip_number_once"
            ),
            models.CheckConstraint(
                condition=Q(visa_date=None, visa_reference="")
                | (Q(visa_date__isnull=False) & ~Q(visa_reference="")),
                name="documents_slip_visa_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(executed_at=None) | Q(visa_date__isnull=False, abandoned_at=None),
                name="documents_slip_executed_has_visa",
            ),
        ]

    def __str__(self) -> str:
        return f"Bordereau {self.year}-{self.number:03d}"


class EliminationLine(models.Model):
    """One document of a slip, described so that the slip stays readable once it is gone."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    slip = models.ForeignKey(EliminationSlip, on_delete=models.PROTECT, related_name="lines")
    document = models.ForeignKey(Document, on_delete=models.SET_NULL, null=True, related_name="+")
    title = models.CharField("nom", max_length=255)
    place = models.TextField("dossier")
    first_date = models.DateField("du")
    last_date = models.DateField("au")
    versions = models.PositiveIntegerField("versions")
    size = models.BigIntegerField("taille")
    sha256 = models.CharField(max_length=64)
    # Empty while the document waits; then what became of it.
    outcome = models.CharField("suite", max_length=120, blank=True)

    class Meta:
        verbose_name = "ligne de bordereau"
        verbose_name_plural = "lignes de bordereau"
        constraints = [
            models.UniqueConstraint(
                fields=["slip", "document"], name="documents_slip_names_a_document_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class ErasedBytes(models.Model):
    """Bytes whose rows are gone: erased only once no backup would need them to be whole."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    storage_key = models.CharField(max_length=64, unique=True)
    erase_after = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "fichier effacé"
        verbose_name_plural = "fichiers effacés"

    def __str__(self) -> str:
        return self.storage_key
