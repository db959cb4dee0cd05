"""R-EPCI-03: the councillors of the member communes who do not sit, and what they were sent."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from config.lib.fields import public_id
from council.enums import CopyOf
from council.models.assembly import Assembly
from council.models.convocation import DossierEdition
from council.models.meeting import Meeting


class InformedCouncillorQuerySet(models.QuerySet["InformedCouncillor"]):
    def current(self, on: date) -> InformedCouncillorQuerySet:
        """In office in their commune on that day."""
        return self.filter(Q(from_date__lte=on) & (Q(to_date__isnull=True) | Q(to_date__gte=on)))

    def in_order(self) -> InformedCouncillorQuerySet:
        return self.order_by("commune", "person__family_name", "person__given_name", "pk")


class InformedCouncillor(models.Model):
    """Somebody who sits in the council of a member commune. It opens nothing here: they are sent
    copies, by mail."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    assembly = models.ForeignKey(Assembly, on_delete=models.PROTECT, related_name="informed")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    commune = models.CharField("commune", max_length=120)
    from_date = models.DateField("depuis le")
    to_date = models.DateField("jusqu’au", null=True, blank=True)

    objects = InformedCouncillorQuerySet.as_manager()

    class Meta:
        verbose_name = "conseiller informé"
        verbose_name_plural = "conseillers informés"
        constraints = [
            models.UniqueConstraint(
                fields=["assembly", "person"],
                condition=Q(to_date__isnull=True),
                name="council_informedcouncillor_once",
            ),
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="council_informedcouncillor_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.commune})"


class InformationCopy(models.Model):
    """One copy for one councillor: the convocation of an edition, the list, the minutes.

    ``mail`` is its message; none when there is no address. ``settled_at``: when its fate was known.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="copies")
    councillor = models.ForeignKey(
        InformedCouncillor, on_delete=models.PROTECT, related_name="copies"
    )
    what = models.CharField(max_length=12, choices=CopyOf)
    edition = models.ForeignKey(
        DossierEdition, null=True, blank=True, on_delete=models.PROTECT, related_name="copies"
    )
    address = models.CharField(max_length=300, blank=True)
    mail = models.UUIDField(null=True, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    words = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = "copie pour information"
        verbose_name_plural = "copies pour information"
        constraints = [
            models.UniqueConstraint(
                fields=["councillor", "meeting", "what", "edition"],
                nulls_distinct=False,
                name="council_informationcopy_once",
            ),
            models.CheckConstraint(
                condition=Q(what=CopyOf.CONVOCATION, edition__isnull=False)
                | (~Q(what=CopyOf.CONVOCATION) & Q(edition__isnull=True)),
                name="council_informationcopy_of_an_edition",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} — {self.councillor}"
