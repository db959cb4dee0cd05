"""How a commune deals with the prefecture and the public, and what it sent to the State."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from config.lib.fields import public_id
from council.enums import ActNature, PublicationMode
from council.models.act import Act

TYPOLOGY = RegexValidator(
    r"^\d{2}_[A-Z]{2}$", "Un type de pièce s’écrit « 99_DE » : deux chiffres, « _ », deux lettres."
)


class FormalitySettings(models.Model):
    """One commune's own: what its prefecture gave it, how it publishes.

    ``arrondissement``, ``body_nature`` and ``classification_on`` come with the convention signed
    with the prefect; ``prefecture`` is the identifier of open data (« PREF003 »).
    ``publication_mode`` other than online needs the deliberation that chose it (R-PUB-03).
    """

    organisation = models.OneToOneField(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="formality_settings"
    )
    department = models.CharField(
        "département",
        max_length=3,
        blank=True,
        validators=[
            RegexValidator(r"^(\d{3}|02[AB])$", "Trois signes : « 003 », « 02A », « 974 ».")
        ],
    )
    arrondissement = models.CharField(
        "arrondissement",
        max_length=1,
        blank=True,
        validators=[RegexValidator(r"^\d$", "Un chiffre, donné par la préfecture.")],
    )
    body_nature = models.CharField(
        "nature de la collectivité",
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^\d{2}$", "Deux chiffres, donnés par la préfecture.")],
    )
    prefecture = models.CharField(
        "préfecture ou sous-préfecture",
        max_length=9,
        blank=True,
        validators=[
            RegexValidator(
                r"^(PREF(\d{3}|02[AB])|SPREF(\d{3}|02[AB])\d|SGAR\d{3})$",
                "« PREF003 » pour une préfecture, « SPREF0032 » pour une sous-préfecture.",
            )
        ],
    )
    return_emails = models.TextField("adresses de retour", blank=True)
    referent_name = models.CharField("référent", max_length=120, blank=True)
    referent_phone = models.CharField("son téléphone", max_length=20, blank=True)
    referent_email = models.EmailField("son courriel", blank=True)
    classification_on = models.DateField("date de la classification", null=True, blank=True)
    # R-PUB-02: the figure of the last census, which is not frozen for publicity.
    current_population = models.PositiveIntegerField(
        "population au dernier recensement", null=True, blank=True
    )
    publication_mode = models.CharField(
        "publication des actes",
        max_length=10,
        choices=PublicationMode,
        default=PublicationMode.ELECTRONIC,
    )
    mode_decided_on = models.DateField("choisi le", null=True, blank=True)
    mode_reference = models.CharField("délibération", max_length=60, blank=True)

    class Meta:
        verbose_name = "réglages des formalités"
        verbose_name_plural = "réglages des formalités"
        constraints = [
            models.CheckConstraint(
                condition=Q(publication_mode=PublicationMode.ELECTRONIC)
                | (Q(mode_decided_on__isnull=False) & ~Q(mode_reference="")),
                name="council_formalitysettings_mode_was_deliberated",
                violation_error_message="Donnez la délibération qui a choisi ce mode.",
            )
        ]

    def __str__(self) -> str:
        return f"Formalités, {self.organisation}"

    @property
    def emails(self) -> tuple[str, ...]:
        """Where the prefecture answers."""
        return tuple(self.return_emails.replace(",", " ").replace(";", " ").split())


class ActAnnex(models.Model):
    """A file sent with an act, with its type of the classification. The version never moves."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    act = models.ForeignKey(Act, on_delete=models.CASCADE, related_name="annexes")
    version = models.ForeignKey("documents.Version", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=255)
    typology = models.CharField("type", max_length=5, validators=[TYPOLOGY])
    position = models.PositiveIntegerField()

    class Meta:
        verbose_name = "annexe de l’acte"
        verbose_name_plural = "annexes de l’acte"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["act", "version"], name="council_actannex_once_per_act")
        ]

    def __str__(self) -> str:
        return self.title


class Transmission(models.Model):
    """An archive made for the operator: which bytes, under which names. Made again from this, it
    is the same to the byte. ``serial``: which one of that day, from 1 (R-ACT-04)."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="transmissions")
    made_on = models.DateField()
    serial = models.PositiveIntegerField()
    unique_id = models.CharField("identifiant de l’acte", max_length=60)
    nature = models.PositiveSmallIntegerField(choices=ActNature)
    # The envelope's data and the files (uid of their version, typology), as they left.
    manifest = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "envoi en préfecture"
        verbose_name_plural = "envois en préfecture"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "made_on", "serial"],
                name="council_transmission_serial_of_the_day",
            ),
            models.CheckConstraint(
                condition=Q(serial__gte=1), name="council_transmission_serial_from_one"
            ),
        ]

    def __str__(self) -> str:
        return self.unique_id
