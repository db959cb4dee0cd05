"""What is decided, once written down: registers, acts, lists of deliberations and minutes."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from config.lib.fields import public_id
from council.enums import (
    SIGNED_STATES,
    ActExempt,
    ActKind,
    ActNature,
    ActState,
    ActType,
    PublicationMode,
    SignatureMode,
)
from council.models.assembly import Assembly
from council.models.meeting import AgendaItem, Meeting
from council.rules.actes import Nature
from council.rules.enforce import ActFacts, Sort, formalities_of
from council.rules.result import ItemResult


class RegisterQuerySet(models.QuerySet["Register"]):
    def in_french_order(self) -> RegisterQuerySet:
        return self.order_by("kind", "name", "pk")


class Register(models.Model):
    """A series of acts with its own numbers: deliberations of one body, orders, decisions.

    ``code`` begins the number of an act on the way to the prefecture (R-ACT-01: capitals and
    digits); ``folder`` is where acts are filed when their point has no folder of its own.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="registers"
    )
    kind = models.CharField("nature", max_length=12, choices=ActKind)
    assembly = models.OneToOneField(
        Assembly, null=True, blank=True, on_delete=models.PROTECT, related_name="register"
    )
    name = models.CharField("nom", max_length=160)
    code = models.CharField(
        "code",
        max_length=5,
        validators=[RegexValidator(r"^[A-Z]{1,5}$", "De une à cinq lettres capitales.")],
    )
    folder = models.ForeignKey(
        "documents.Folder", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The commune's own model: what stands above its name, and what is said at the end.
    head = models.TextField("en-tête", blank=True)
    mention = models.TextField("mention finale", blank=True)
    # Who keeps it, beside the direction; a body's own team keeps the deliberations of that body.
    team = models.ForeignKey(
        "accounts.Team",
        verbose_name="équipe qui le tient",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField()

    objects = RegisterQuerySet.as_manager()

    class Meta:
        verbose_name = "registre"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"],
                name="council_register_one_per_code",
                violation_error_message="Un autre registre porte déjà ce code.",
            ),
            models.CheckConstraint(
                condition=Q(kind=ActKind.DELIBERATION, assembly__isnull=False)
                | (~Q(kind=ActKind.DELIBERATION) & Q(assembly__isnull=True)),
                name="council_register_deliberations_of_a_body",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z]{1,5}$"), name="council_register_code_in_capitals"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ActQuerySet(models.QuerySet["Act"]):
    def numbered(self) -> ActQuerySet:
        """Those of the register, a cancelled number included, in the order of their numbers."""
        return self.filter(number__isnull=False).order_by("register", "year", "number", "pk")

    def signed(self) -> ActQuerySet:
        return self.filter(state__in=SIGNED_STATES)

    def newest_first(self) -> ActQuerySet:
        return self.order_by(F("dated").desc(nulls_first=True), "-number", "-pk")


class Act(models.Model):
    """A deliberation, an order or a decision of the mayor: one text, one number, dated facts.

    ``dated`` is the date that the act bears: the session's for a deliberation, the signature's
    for the others (local calendar). ``result`` keeps, for a deliberation, the outcome exactly as
    it was printed (``ItemResult``). Files are versions of ``document``: the draft, then what came
    back signed; ``published_version`` is the file shown to the public, another document where
    something had to be hidden. The signed original is never replaced by it.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField("nature", max_length=12, choices=ActKind)
    type = models.CharField("type", max_length=20, choices=ActType)
    state = models.CharField("état", max_length=12, choices=ActState, default=ActState.DRAFT)
    year = models.PositiveSmallIntegerField("année", null=True, blank=True)
    number = models.PositiveIntegerField("numéro", null=True, blank=True)
    dated = models.DateField("date de l’acte", null=True, blank=True)

    title = models.CharField("objet", max_length=499)
    subject_code = models.CharField("matière", max_length=8, blank=True)
    text = models.TextField("texte", blank=True)
    # Somebody's own PDF is the paper of the act: nothing is typeset but the code of its pages.
    own_file = models.BooleanField(default=False)
    nominative = models.BooleanField(
        "données personnelles",
        default=False,
        help_text="Nomme des personnes : jamais publié, vu par peu de monde.",
    )

    item = models.OneToOneField(
        AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="act"
    )
    # The session to which a decision of the mayor was reported (L2122-23).
    reported_in = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions_reported"
    )
    result = models.JSONField(default=dict, blank=True)

    signatory = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signatory_title = models.CharField("qualité du signataire", max_length=160, blank=True)
    # The signatory's dated agreement to the very bytes shown (never a signature by itself).
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_sha256 = models.CharField(max_length=64, blank=True)

    # The object as the public reads it, where something was hidden in it.
    public_title = models.CharField(max_length=1000, blank=True)
    document = models.OneToOneField(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The PDF brought as its paper, as it came; the draft is the same pages with their codes.
    own_version = models.ForeignKey(
        "documents.Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    draft_version = models.ForeignKey(
        "documents.Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_version = models.ForeignKey(
        "documents.Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_version = models.ForeignKey(
        "documents.Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    signed_on = models.DateField("signé le", null=True, blank=True)
    signature_mode = models.CharField(max_length=10, choices=SignatureMode, blank=True)
    transmissible = models.BooleanField("à transmettre à la préfecture", default=True)
    # R-PUB-04: why an act of a sort that is transmitted is not.
    exempt = models.CharField("exception", max_length=20, choices=ActExempt, blank=True)
    # R-ACT-01. Empty: what its type says (``nature_code``, ``file_type``).
    nature = models.PositiveSmallIntegerField(
        "nature @ctes", choices=ActNature, null=True, blank=True
    )
    typology = models.CharField("type du fichier", max_length=5, blank=True)
    transmitted_at = models.DateTimeField("transmis le", null=True, blank=True)
    receipt_id = models.CharField("identifiant de l’accusé", max_length=80, blank=True)
    received_on = models.DateField("reçu en préfecture le", null=True, blank=True)
    published_on = models.DateField("publié le", null=True, blank=True)
    publication_mode = models.CharField(max_length=10, choices=PublicationMode, blank=True)
    # Its text is on the public pages since then, whichever publication counts.
    online_on = models.DateField("mis en ligne le", null=True, blank=True)
    posted_until = models.DateField("affiché jusqu’au", null=True, blank=True)
    notified_on = models.DateField("notifié le", null=True, blank=True)
    notified_to = models.CharField("notifié à", max_length=200, blank=True)
    enforceable_on = models.DateField("exécutoire depuis le", null=True, blank=True)

    state_reason = models.TextField(blank=True)
    created_by = models.ForeignKey(
        "accounts.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # Two people who write: the second is told, nothing is lost.
    revision = models.PositiveIntegerField(default=1)

    objects = ActQuerySet.as_manager()

    class Meta:
        verbose_name = "acte"
        indexes = [
            models.Index(fields=["organisation", "state"], name="council_act_state"),
            models.Index(fields=["organisation", "published_on"], name="council_act_published"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["register", "year", "number"], name="council_act_number_never_reused"
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=True, number__isnull=True)
                | Q(year__isnull=False, number__gte=1),
                name="council_act_number_belongs_to_a_year",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ActState.DRAFT, ActState.CANCELLED])
                | Q(number__isnull=False),
                name="council_act_numbered_before_it_is_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SIGNED_STATES) | Q(dated__isnull=False),
                name="council_act_dated_once_signed",
            ),
            models.CheckConstraint(
                condition=Q(kind=ActKind.DELIBERATION, item__isnull=False)
                | (~Q(kind=ActKind.DELIBERATION) & Q(item__isnull=True)),
                name="council_act_deliberation_of_a_point",
            ),
            models.CheckConstraint(
                condition=Q(kind=ActKind.DELIBERATION, type=ActType.DELIBERATION)
                | Q(kind=ActKind.DECISION, type=ActType.DECISION)
                | (Q(kind=ActKind.ORDER) & ~Q(type__in=[ActType.DELIBERATION, ActType.DECISION])),
                name="council_act_type_of_its_kind",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SIGNED_STATES)
                | (Q(signed_on__isnull=False, signatory__isnull=False) & ~Q(signature_mode="")),
                name="council_act_signed_by_somebody_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(received_on__isnull=True) | Q(received_on__gte=F("dated")),
                name="council_act_received_after_it_was_taken",
                violation_error_message="La préfecture n’a pas pu le recevoir avant sa date.",
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=True, publication_mode="")
                | (
                    Q(signed_on__isnull=False, published_on__gte=F("signed_on"))
                    & ~Q(publication_mode="")
                ),
                name="council_act_published_once_signed",
                violation_error_message="Un acte se publie après sa signature.",
            ),
            models.CheckConstraint(
                condition=Q(notified_on__isnull=True)
                | Q(signed_on__isnull=False, notified_on__gte=F("signed_on")),
                name="council_act_notified_once_signed",
                violation_error_message="Un acte se notifie après sa signature.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ActState.IN_FORCE) | Q(enforceable_on__isnull=False),
                name="council_act_in_force_from_a_day",
            ),
            models.CheckConstraint(
                condition=Q(nominative=False) | Q(published_on__isnull=True),
                name="council_act_nominative_never_published",
                violation_error_message="Cet acte nomme des personnes : il ne se publie pas.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ActState.CANCELLED) | ~Q(state_reason=""),
                name="council_act_cancelled_with_a_reason",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="council_act_has_a_title"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}" if self.number else self.title

    @property
    def reference(self) -> str:
        """« 2026-017 » for a deliberation of the first register, « ARR-2026-004 » elsewhere."""
        if self.number is None:
            return ""
        plain = f"{self.year}-{self.number:03d}"
        return plain if self.register.code == "D" else f"{self.register.code}-{plain}"

    @property
    def internal_number(self) -> str:
        """R-ACT-01: at most 15 capitals, digits and underscores (« D2026_017 »)."""
        return f"{self.register.code}{self.year}_{self.number:03d}" if self.number else ""

    @property
    def is_signed(self) -> bool:
        return self.state in SIGNED_STATES

    @property
    def sort(self) -> Sort:
        return Sort(self.type)

    @property
    def nature_code(self) -> int:
        """R-ACT-01: the number of its nature, chosen or deduced from its type."""
        return self.nature or formalities_of(self.sort).nature

    @property
    def file_type(self) -> str:
        """The typology of its own file: « 99_DE » for a deliberation."""
        return self.typology or f"99_{Nature(self.nature_code).letters}"

    @property
    def facts(self) -> ActFacts:
        """The dated facts as the rules want them."""
        return ActFacts(
            sort=self.sort,
            transmissible=self.transmissible,
            nominative=self.nominative,
            signed_on=self.signed_on,
            published_on=self.published_on,
            notified_on=self.notified_on,
            received_on=self.received_on,
        )

    @property
    def publishes_by_itself(self) -> bool:
        """Whether a schedule may publish it: never what names people, nor orders of police and
        of staff, nor anything of a CCAS."""
        return (
            not self.nominative
            and self.organisation.kind != "ccas"
            and formalities_of(self.sort).by_itself
        )

    @property
    def item_result(self) -> ItemResult | None:
        """The outcome as printed, for a deliberation."""
        return ItemResult.from_json(self.result) if self.result else None


class ResultList(models.Model):
    """The list of the deliberations examined in one session (L2121-25), once made."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="result_list")
    version = models.ForeignKey(
        "documents.Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    published_on = models.DateField("mise en ligne le", null=True, blank=True)
    posted_on = models.DateField("affichée le", null=True, blank=True)
    posted_until = models.DateField("retirée le", null=True, blank=True)

    class Meta:
        verbose_name = "liste des délibérations"
        verbose_name_plural = "listes des délibérations"
        constraints = [
            models.CheckConstraint(
                condition=Q(posted_until__isnull=True) | Q(posted_until__gte=F("posted_on")),
                name="council_resultlist_taken_down_after_it_was_posted",
            )
        ]

    def __str__(self) -> str:
        return f"Liste des délibérations, {self.meeting}"


class Minutes(models.Model):
    """The procès-verbal of one session: drafted from its facts, corrected, approved, published.

    Its text is in sections (``MinutesSection``). ``approved_in`` is the session that approved it,
    ``settled_on`` the day of that approval.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes")
    approved_in = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="minutes_approved"
    )
    remarks = models.TextField("observations à l’approbation", blank=True)
    document = models.OneToOneField(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    draft_version = models.ForeignKey(
        "documents.Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_version = models.ForeignKey(
        "documents.Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_version = models.ForeignKey(
        "documents.Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    settled_on = models.DateField("arrêté le", null=True, blank=True)
    signed_on = models.DateField("signé le", null=True, blank=True)
    published_on = models.DateField("publié le", null=True, blank=True)

    class Meta:
        verbose_name = "procès-verbal"
        verbose_name_plural = "procès-verbaux"
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_on__isnull=True, approved_in__isnull=True)
                | Q(settled_on__isnull=False, approved_in__isnull=False),
                name="council_minutes_settled_by_a_session",
            ),
            models.CheckConstraint(
                condition=~Q(approved_in=F("meeting")),
                name="council_minutes_approved_by_a_later_session",
            ),
            models.CheckConstraint(
                condition=Q(signed_on__isnull=True) | Q(settled_on__isnull=False),
                name="council_minutes_signed_once_settled",
                violation_error_message="Le procès-verbal se signe une fois arrêté.",
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=True) | Q(published_on__gte=F("settled_on")),
                name="council_minutes_published_once_settled",
                violation_error_message="Le procès-verbal se publie une fois arrêté.",
            ),
        ]

    def __str__(self) -> str:
        return f"Procès-verbal, {self.meeting}"


class MinutesSection(models.Model):
    """One part of the minutes: what the facts say, and what people said.

    ``facts`` is drawn from the session and drawn again when an entry is corrected; ``words`` is
    what the secretary writes, and nothing else touches it.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="sections")
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    part = models.CharField(max_length=12)
    position = models.PositiveIntegerField()
    heading = models.CharField(max_length=420)
    facts = models.TextField(blank=True)
    words = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "partie du procès-verbal"
        verbose_name_plural = "parties du procès-verbal"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "item"],
                condition=Q(item__isnull=False),
                name="council_minutessection_one_per_point",
            ),
            models.UniqueConstraint(
                fields=["minutes", "part"],
                condition=Q(item__isnull=True),
                name="council_minutessection_one_per_part",
            ),
        ]

    def __str__(self) -> str:
        return self.heading
