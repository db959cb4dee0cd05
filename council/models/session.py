"""What happens in session: a list of dated facts, the ballots, and the link of the room's screen.

The facts are folded by ``council.rules.session`` into presences, quorum, pouvoirs and results:
what is typed during the meeting and what is copied afterwards from a sheet of paper are the same.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from config.lib.fields import public_id
from council.enums import BallotAbout, BallotMode, Direction, EntryKind
from council.models.meeting import AgendaItem, Meeting

#: Facts about one person; about one point.
ABOUT_A_PERSON = (
    EntryKind.PRESENT,
    EntryKind.EXCUSED,
    EntryKind.ARRIVAL,
    EntryKind.DEPARTURE,
    EntryKind.CHAIR,
    EntryKind.SECRETARY,
    EntryKind.SUBSTITUTE,
    EntryKind.PROXY,
    EntryKind.PROXY_ENDED,
    EntryKind.RECUSAL,
)
ABOUT_A_POINT = (EntryKind.CALLED, EntryKind.RECUSAL, EntryKind.OUTCOME)


class SessionEntryQuerySet(models.QuerySet["SessionEntry"]):
    def standing(self) -> SessionEntryQuerySet:
        """Those that nobody cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def real(self) -> SessionEntryQuerySet:
        """The meeting itself, its rehearsal left out."""
        return self.filter(rehearsal=False)

    def in_order(self) -> SessionEntryQuerySet:
        return self.order_by("at", "n", "pk")


class SessionEntry(models.Model):
    """One fact of a sitting. Never rewritten: a mistake is cancelled, by name and hour.

    ``n`` counts the entries of a meeting without a gap (its rehearsal has its own count); ``at`` is
    the legal hour, live or typed later; ``recorded_at`` when it reached the server.
    ``client_key`` is chosen by the laptop: the same entry sent twice is one entry.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="entries")
    n = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=EntryKind)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="entries"
    )
    person = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    data = models.JSONField(default=dict, blank=True)
    client_key = models.UUIDField(unique=True)
    rehearsal = models.BooleanField(default=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = SessionEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "fait de séance"
        verbose_name_plural = "faits de séance"
        indexes = [models.Index(fields=["meeting", "at", "n"], name="council_entry_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "rehearsal", "n"], name="council_sessionentry_numbered"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="council_sessionentry_cancelled_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=ABOUT_A_PERSON) | Q(person__isnull=False),
                name="council_sessionentry_about_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=ABOUT_A_POINT) | Q(item__isnull=False),
                name="council_sessionentry_about_a_point",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.n}. {self.get_kind_display()}"


class BallotQuerySet(models.QuerySet["Ballot"]):
    def standing(self) -> BallotQuerySet:
        """Those of the meeting itself whose entry nobody cancelled."""
        return self.filter(rehearsal=False, entry__cancelled_at__isnull=True)


class Ballot(models.Model):
    """One vote and its count. A secret one holds totals only: the database refuses its voices.

    ``in_office``: members entitled to sit for this point; ``voters``: voices that could be cast,
    pouvoirs included, those who do not take part left out. ``carried`` is empty for a nomination.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="ballots")
    entry = models.OneToOneField(SessionEntry, on_delete=models.CASCADE, related_name="ballot")
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="ballots"
    )
    rehearsal = models.BooleanField(default=False)
    about = models.CharField(max_length=16, choices=BallotAbout, default=BallotAbout.ITEM)
    mode = models.CharField(max_length=8, choices=BallotMode, default=BallotMode.ORDINARY)
    round = models.PositiveSmallIntegerField(default=1)
    question = models.CharField(max_length=400, blank=True)
    in_office = models.PositiveIntegerField(default=0)
    voters = models.PositiveIntegerField(default=0)
    for_count = models.PositiveIntegerField(default=0)
    against_count = models.PositiveIntegerField(default=0)
    abstention_count = models.PositiveIntegerField(default=0)
    not_voting_count = models.PositiveIntegerField(default=0)
    blank_count = models.PositiveIntegerField(default=0)
    void_count = models.PositiveIntegerField(default=0)
    casting_vote = models.BooleanField(default=False)
    carried = models.BooleanField(null=True, blank=True)
    sentence = models.TextField(blank=True)

    objects = BallotQuerySet.as_manager()

    class Meta:
        verbose_name = "vote"
        constraints = [
            models.CheckConstraint(
                condition=Q(round__gte=1, round__lte=3), name="council_ballot_three_rounds_at_most"
            ),
            models.CheckConstraint(
                condition=Q(
                    voters__gte=F("for_count")
                    + F("against_count")
                    + F("abstention_count")
                    + F("blank_count")
                    + F("void_count")
                ),
                name="council_ballot_no_more_voices_than_voters",
                violation_error_message="Il y a plus de voix que de votants.",
            ),
            models.CheckConstraint(
                condition=~Q(mode=BallotMode.SECRET) | Q(casting_vote=False),
                name="council_ballot_no_casting_vote_in_secret",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_about_display()} : {self.for_count} / {self.against_count}"


class BallotVoice(models.Model):
    """One voice by name: all of them in a roll call, the exceptions in a show of hands."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="voices")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    cast_by = models.ForeignKey(
        "accounts.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="La personne qui a voté par pouvoir.",
    )
    direction = models.CharField(max_length=12, choices=Direction)

    class Meta:
        verbose_name = "voix"
        verbose_name_plural = "voix"
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "person"], name="council_ballotvoice_once_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} : {self.get_direction_display()}"


class BallotChoice(models.Model):
    """One candidate or list of a nomination, with the votes received in this round."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="choices")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=200)
    person = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    votes = models.PositiveIntegerField(default=0)
    elected = models.BooleanField(default=False)

    class Meta:
        verbose_name = "candidature"
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "position"], name="council_ballotchoice_one_per_position"
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} : {self.votes}"


class RoomScreen(models.Model):
    """The link that a projector opens to show the current point. Revoked by its date."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="screens")
    created_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "écran de la salle"
        verbose_name_plural = "écrans de la salle"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(revoked_at__isnull=True),
                name="council_roomscreen_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"Écran de {self.meeting}"
